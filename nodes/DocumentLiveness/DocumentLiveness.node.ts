// The Verifik Document Liveness node: its description, and a dispatch to the operations.
import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { Turns } from '../verifik/http/turns';
import { VerifikError } from '../verifik/errors/VerifikError';
import { errorFields, toNodeError } from '../verifik/errors/nodeErrors';
import { renewals } from '../verifik/token/renewal';
import { expiryHint } from './expiryHint';
import { searchValidations } from './methods/listSearch';
import { operationProperties, operations } from './actions';
import { assertFits } from './actions/memoryLimit';
import type { Hint } from './actions/operation';
import { subtitle } from './subtitle';
import { toToolItems, isTool } from './aiTool';

/** Each input item may have a hint of its own, and the editor shows every hint. */
const MAX_HINTS = 20;

export class DocumentLiveness implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Verifik Document Liveness',
		name: 'documentLiveness',
		icon: { light: 'file:../../icons/verifik.svg', dark: 'file:../../icons/verifik.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle,
		description:
			'Check with Verifik whether photos of identity documents are real, and work with the results',
		defaults: { name: 'Verifik Document Liveness' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'verifikApi', required: true }],
		properties: operationProperties,
	};

	methods = { listSearch: { searchValidations } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const output: INodeExecutionData[] = [];
		// The key is the message, so that a hint about many items is shown once.
		const hints = new Map<string, Hint>();
		const questions: string[] = [];
		let succeeded = false;
		const { length } = this.getInputData();

		// n8n shows a model little or nothing of what a tool throws, so a tool returns what happened as an item.
		const goesOn = this.continueOnFail() || isTool(this);
		const turns = new Turns();
		if (!goesOn) {
			for (let item = 0; item < length; item++) {
				await turns.giveIfDue();
				await chosenOperation(this, item).check?.call(this, item);
			}
		}
		let kept = 0;
		for (let item = 0; item < length; item++) {
			await turns.giveIfDue();
			const pairedItem = { item };
			const operation = chosenOperation(this, item);
			try {
				const outcome = await operation.execute.call(this, item);
				kept += outcome.bytes ?? 0;
				assertFits(kept, operation, length);
				const items = isTool(this) ? toToolItems(outcome) : outcome.items;
				for (const one of items) output.push(Object.assign(one, { pairedItem }));
				succeeded = true;
				outcome.hints.forEach((hint) => hints.set(hint.message, hint));
				if (outcome.question !== undefined) questions.push(outcome.question);
			} catch (error) {
				// A stopped workflow must not continue with the next item, whatever On Error says.
				if (!goesOn || this.getExecutionCancelSignal()?.aborted) {
					if (operation.check) tellSentBefore(error, item);
					throw toNodeError(this.getNode(), error, item);
				}
				output.push({ json: errorFields(error), pairedItem });
			}
		}

		const ofToken = succeeded ? await tokenHint(this) : [];
		const shown = mostImportant([...hints.values()]);
		for (const hint of [...shown, ...repeatedHint(questions), ...ofToken]) {
			this.addExecutionHints?.({ ...hint, location: 'outputPane' });
		}
		return [output];
	}
}

function chosenOperation(context: IExecuteFunctions, itemIndex: number) {
	const name = context.getNodeParameter('operation', itemIndex) as string;
	const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
	if (operation) return operation;
	throw new NodeOperationError(context.getNode(), `There is no operation “${name}”`, {
		itemIndex,
		description: `Choose one of: ${Object.keys(operations).join(', ')}.`,
	});
}

/** Adds to the message how many documents of earlier items were already sent. */
function tellSentBefore(error: unknown, itemIndex: number): void {
	if (error instanceof VerifikError) error.addContext({ sentBefore: itemIndex });
}

/** Reads the credential after the requests, since one of them may have renewed the token. Never throws. */
async function tokenHint(context: IExecuteFunctions): Promise<Hint[]> {
	try {
		const hint = expiryHint(await context.getCredentials('verifikApi'), renewals, new Date());
		return hint ? [hint] : [];
	} catch {
		return [];
	}
}

/** All hints; or, if there are too many to read, the first of them with warnings before others. */
function mostImportant(hints: Hint[]): Hint[] {
	if (hints.length <= MAX_HINTS) return hints;
	const isWarning = ({ type }: Hint) => type === 'warning';
	const ordered = [...hints.filter(isWarning), ...hints.filter((hint) => !isWarning(hint))];
	const left = ordered.slice(MAX_HINTS);
	const message = `There ${left.length === 1 ? 'is one more note' : `are ${left.length} more notes`} like these.`;
	return [...ordered.slice(0, MAX_HINTS), { message, type: left[0]!.type }];
}

/** A hint for a run in which several input items asked for the same. @param questions one for each input item */
function repeatedHint(questions: string[]): Hint[] {
	if (new Set(questions).size === questions.length) return [];
	return [
		{
			type: 'info',
			message: `The node ran ${questions.length} times, once for each input item, and some runs were the same, so records appear more than once. To run the node only once, turn on “Execute Once” in the node's Settings.`,
		},
	];
}
