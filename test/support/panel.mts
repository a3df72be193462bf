// A node's panel in the editor, as a user works with it in a browser.
import type { Locator, Page, Response } from 'playwright-core';

import { closeNotices } from './browser.mts';
import { gaveBy, type Host, type NodeRun } from './host.mts';
import { until } from './until.mts';

export class Panel {
	private readonly page: Page;

	private readonly host: Host;

	/** @param page signed in to the n8n of the host */
	constructor(page: Page, host: Host) {
		this.page = page;
		this.host = host;
	}

	byId(id: string): Locator {
		return this.page.getByTestId(id);
	}

	/** The field of a parameter. */
	parameter(name: string): Locator {
		return this.byId(`parameter-input-${name}`);
	}

	/** Where a parameter is typed in. */
	input(name: string): Locator {
		return this.parameter(name).locator('input').first();
	}

	/** A text field, whether the test ID stands on it or around it. */
	field(id: string): Locator {
		return this.page.locator(`input[data-test-id="${id}"], [data-test-id="${id}"] input`).first();
	}

	/** A node on the canvas, by its name. */
	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** The part of the panel that shows what came out. */
	get output(): Locator {
		return this.byId('output-panel');
	}

	get rows(): Locator {
		return this.output.locator('table tbody tr');
	}

	/** The notes above the output. */
	async notes(): Promise<string[]> {
		const texts = await this.output.getByTestId('node-hint').allInnerTexts();
		return texts.map((text) => text.trim());
	}

	/** Opens a workflow, and the panel of one of its nodes. */
	async open(workflowId: string, nodeName: string): Promise<void> {
		await this.page.goto(`${this.host.n8n.url}/workflow/${workflowId}`);
		await this.node(nodeName).dblclick();
		await this.byId('node-parameters').waitFor();
	}

	/** Opens a new workflow, and the list of nodes. */
	async openNew(): Promise<void> {
		await this.page.goto(`${this.host.n8n.url}/workflow/new`);
		await this.byId('canvas-plus-button').click();
	}

	/** Adds an action of the node to a new workflow; its panel is open then. */
	async addAction(action: string): Promise<void> {
		await this.openNew();
		await this.byId('node-creator-search-bar').fill('verifik');
		await this.page.getByText('Verifik Document Liveness').first().click();
		// on an empty canvas, what can start a workflow stands open
		await this.page.getByText(/^Actions \(/).click();
		await this.page.getByText(action, { exact: true }).click();
		await this.parameter('operation').waitFor();
	}

	/** Adds an AI Agent to a new workflow. */
	async addAgent(): Promise<void> {
		await this.openNew();
		await this.byId('node-creator-search-bar').fill('AI Agent');
		const entry = this.byId('node-creator-item-name').getByText('AI Agent', { exact: true });
		await entry.first().click();
		await this.page.keyboard.press('Escape');
	}

	/** Looks for our node among the tools of the agent that is on the canvas; gives its entry. */
	async searchTool(): Promise<Locator> {
		await this.byId('canvas-handle-plus').filter({ visible: true }).last().click();
		await this.byId('node-creator-search-bar').fill('verifik');
		const entry = this.byId('node-creator-item-name').getByText('Verifik Document Liveness');
		await entry.first().waitFor();
		return entry.first();
	}

	/** Chooses in a field; in one with several choices, takes one more or takes it away. */
	async choose(parameter: string, option: RegExp): Promise<void> {
		const choice = this.page.getByRole('option', { name: option }).filter({ visible: true });
		const isOpen = async () =>
			await choice.waitFor({ timeout: 5_000 }).then(
				() => true,
				() => false,
			);
		// a click on a field that is still being drawn opens nothing
		do await this.parameter(parameter).click();
		while (!(await isOpen()));
		await choice.click();
		// a list of several choices stays open
		await this.byId('tab-params').click();
	}

	/** Opens the menu of a collection. */
	async openMenu(placeholder: 'Add filter' | 'Add option'): Promise<void> {
		await this.page.getByPlaceholder(placeholder).click();
		await this.entries.first().waitFor();
	}

	/** Adds a field of a collection. */
	async add(placeholder: 'Add filter' | 'Add option', label: string): Promise<void> {
		await this.openMenu(placeholder);
		await this.entries.getByText(label, { exact: true }).click();
	}

	/** What the open menu of a collection offers. */
	get entries(): Locator {
		return this.byId('collection-parameter-option').filter({ visible: true });
	}

	/** Types a value into a field, and leaves it. */
	async type(parameter: string, text: string): Promise<void> {
		await this.input(parameter).fill(text);
		await this.page.keyboard.press('Enter');
		await this.page.keyboard.press('Tab');
	}

	/** Starts the node. What it gave is waited for by who looks at it. */
	async execute(): Promise<void> {
		await closeNotices(this.page);
		const button = this.byId('node-execute-button').first();
		await button.getByText('Execute step').waitFor();
		await button.click();
	}

	/** Starts the node, waits for its end, and returns what it gave. */
	async run(): Promise<NodeRun> {
		const name = await this.byId('node-title-container').innerText();
		const started = this.answer(/\/workflows\/[^/]+\/run/);
		await this.execute();
		const { data } = await (await started).json();
		const run = gaveBy(await this.host.n8n.end(data.executionId), name.trim());
		await this.byId('node-execute-button').first().getByText('Execute step').waitFor();
		return run;
	}

	/** Shows the output as a table or as JSON, or the files in it. */
	async show(view: 'table' | 'json' | 'binary'): Promise<void> {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}

	async close(): Promise<void> {
		await this.byId('ndv-close-button').click();
		await this.byId('node-parameters').waitFor({ state: 'detached' });
	}

	/** Waits until n8n has saved the workflow as it is to be; gives its nodes. */
	async saved(isSaved: (nodes: any[]) => boolean): Promise<any[]> {
		await this.page.keyboard.press('Control+s');
		const id = this.page.url().match(/\/workflow\/([^/?]+)/)?.[1];
		let nodes: any[] = [];
		await until('the workflow is saved', async () => {
			({ nodes } = await this.host.n8n.api('GET', `/rest/workflows/${id}`));
			return isSaved(nodes);
		});
		return nodes;
	}

	/** What n8n answers next to what the editor sends there. */
	private async answer(path: RegExp): Promise<Response> {
		return await this.page.waitForResponse(
			(response) => path.test(response.url()) && /^(POST|PATCH)$/.test(response.request().method()),
		);
	}
}
