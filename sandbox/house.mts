// What all routes of a sandbox share: its records, tokens and settings, and how a request is beset by faults.
import type { FastifyReply } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';

import { Faults, isReplacing, strike, type Fault, type Target } from './faults.mts';
import { chance } from './random.mts';
import { idOf, render, type Json, type Origin, type Shape } from './records.mts';
import { Store } from './store.mts';
import { Tokens } from './tokens.mts';

/** What a test may change between two requests. */
export type Settings = {
	order: 'newest' | 'oldest';
	/** the record's shape */
	shape: Shape;
	/** where the numbers of a list stand: under `pagination`, beside `data`, or nowhere */
	envelope: 'pagination' | 'topLevel' | 'bare';
	latencyMs: number;
	/** List answers with the example of the API page, and with nothing else */
	example: boolean;
	/** how long a created validation is processed; 0: it is completed in the answer */
	processingMs: number;
	/** size of the decoded image from which Create answers 413 */
	maxImageBytes: number;
};

export const SIGNATURE = {
	dateTime: 'April 11, 2023 12:25 PM',
	message: 'Certified by Verifik.co',
};

export class House {
	/** address of the sandbox, known once it listens */
	url = '';
	/** fields of records that are not as they were generated, by id */
	private readonly altered = new Map<string, Json>();
	/** the checks that Create was asked for, by id */
	readonly checks = new Map<string, readonly string[]>();
	/** pictures that were sent to Create with `saveImage`, by id */
	readonly pictures = new Map<string, { type: string; bytes: Buffer }>();

	readonly seed: number;
	readonly settings: Settings;
	readonly store: Store;
	readonly tokens: Tokens;
	readonly faults: Faults;
	private changes = 0;

	constructor(seed: number, settings: Settings, store: Store, tokens: Tokens, faults: Faults) {
		this.seed = seed;
		this.settings = settings;
		this.store = store;
		this.tokens = tokens;
		this.faults = faults;
	}

	/** The record as the API gives it. */
	show(origin: Origin, populates: readonly string[] = []): Json {
		const record = render(this.seed, origin, this.settings.shape, populates, `${this.url}/images`);
		const id = record._id as string;
		const shown = { ...record, ...this.altered.get(id) };
		const checks = this.checks.get(id);
		if (checks && shown.validationResults) {
			shown.validationResults = Object.fromEntries(
				Object.entries(shown.validationResults).filter(([check]) => checks.includes(check)),
			);
		}
		return shown;
	}

	/** From now on the record has these fields; undefined takes one away. */
	alter(id: string, fields: Json): void {
		this.altered.set(id, { ...this.altered.get(id), ...fields });
	}

	idOf(origin: Origin): string {
		return idOf(this.seed, origin);
	}

	/**
	 * Waits, changes the list, or answers in place of the service, as the faults ask.
	 *
	 * @returns the faults that bend the answer; undefined when it has been given already
	 */
	async beset(reply: FastifyReply, target: Target): Promise<Fault[] | undefined> {
		const struck = this.faults.draw(target);
		const extra = struck.find(({ kind }) => kind === 'latency')?.ms ?? 0;
		if (this.settings.latencyMs + extra > 0) await sleep(this.settings.latencyMs + extra);
		const replacing = struck.find(isReplacing);
		if (replacing) {
			await strike(replacing, reply);
			return undefined;
		}
		for (const fault of struck) this.change(fault);
		return struck;
	}

	/** Lets validations come, go or finish, as `…Between` faults ask. */
	private change({ kind, count = 1 }: Fault): void {
		for (let n = 0; n < count; n++) {
			if (kind === 'removeBetween' || kind === 'replaceBetween') this.store.remove(this.anyone());
			if (kind === 'addBetween' || kind === 'replaceBetween') this.store.add();
			if (kind === 'finishBetween') {
				const [waiting] = this.store.slice('processing', 0, 1, 'oldest');
				if (waiting) this.store.setStatus(this.idOf(waiting), 'completed');
			}
		}
	}

	private anyone(): string {
		const place = Math.floor(chance(this.seed, this.changes++, 2000) * this.store.count());
		const [origin] = this.store.slice(undefined, place, place + 1, 'oldest');
		return origin ? this.idOf(origin) : '';
	}
}
