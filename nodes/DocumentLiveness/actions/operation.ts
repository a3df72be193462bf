// The type of an operation, and of its result.
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

export type Operation = {
	/** its entry in the field Operation of the panel */
	option: INodePropertyOptions;
	/** what a model reads when the node is a tool: when to use the operation, and what it returns */
	toolDescription: string;
	/** its fields in the panel */
	properties: INodeProperties[];
	/**
	 * Throws if one input item cannot be carried out; sends nothing. For operations that must not be done twice: all items
	 * are checked before the first is carried out.
	 */
	check?(this: IExecuteFunctions, itemIndex: number): Promise<void>;
	/** How many bytes the items of a run may take in memory. Default: as many as those of a list */
	maxBytes?(inputItems: number): number;
	/** Does the work for one input item. */
	execute(this: IExecuteFunctions, itemIndex: number): Promise<OperationResult>;
};

/** A hint above the output; `warning`: the output may not be complete or final. */
export type Hint = { message: string; type: 'info' | 'warning' };

export type OperationResult = {
	/** without `pairedItem`, which the node adds */
	items: INodeExecutionData[];
	hints: Hint[];
	/** about how many bytes the items take in memory */
	bytes?: number;
	/** what the items are: a model may read a longer text of a report than of a record. Default: records */
	kind?: 'records' | 'report';
	/** how many more records match but are not among the items; `unknown`: there may be some */
	more?: number | 'unknown';
	/** the parameters as text: input items with the same text get the same items. Missing if that is not so */
	question?: string;
};
