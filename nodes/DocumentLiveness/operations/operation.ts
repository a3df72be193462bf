// What every operation consists of.
import type {
	IDataObject,
	IExecuteFunctions,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

export type Operation = {
	/** its entry in the panel's Operation list */
	option: INodePropertyOptions;
	/** the panel's fields, shown while it is chosen */
	properties: INodeProperties[];
	/** Does the work for one input item. */
	execute(this: IExecuteFunctions, itemIndex: number): Promise<Outcome>;
};

/** `warning` for what the user has to know before relying on the output. */
export type Hint = { message: string; type: 'info' | 'warning' };

export type Outcome = {
	/** one for each item to hand on */
	items: IDataObject[];
	/** notes to show above the output */
	hints: Hint[];
	/** What was asked, as text: input items for which it is the same get the same answer. */
	question: string;
};
