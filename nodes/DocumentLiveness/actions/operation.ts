// What every operation consists of.
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

export type Operation = {
	/** its entry in the panel's Operation list */
	option: INodePropertyOptions;
	/** what a model is told about it when the node is a tool: when to use it, and what comes of it */
	toolDescription: string;
	/** the panel's fields, shown while it is chosen */
	properties: INodeProperties[];
	/**
	 * Refuses what cannot work for one input item, with nothing sent. An operation that has it does what must not be done
	 * twice: all items are looked at before the first is carried out.
	 */
	check?(this: IExecuteFunctions, itemIndex: number): Promise<void>;
	/** Does the work for one input item. */
	execute(this: IExecuteFunctions, itemIndex: number): Promise<OperationResult>;
};

/** `warning` for what the user has to know before relying on the output. */
export type Hint = { message: string; type: 'info' | 'warning' };

export type OperationResult = {
	/** to hand on, not yet paired with their input item */
	items: INodeExecutionData[];
	/** notes to show above the output */
	hints: Hint[];
	/** what they are, for a model that gets them: a report is one item, longer than a record. Default: records */
	kind?: 'records' | 'report';
	/** how many more records there are that match but are not among the items; `unknown`: there may be some */
	more?: number | 'unknown';
	/** What was asked, as text, where it may be the same for several input items and the answer then too. */
	question?: string;
};
