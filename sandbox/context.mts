// What all routes of a sandbox share: its records, tokens and settings, and how faults are applied to a request.
import type { FastifyReply } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';

import { requestOf, type ValidationRequest } from './checks.mts';
import { Faults, isReplacing, replaceAnswer, type Fault, type Target } from './faults.mts';
import { bits, chance } from './random.mts';
import { idOf, recordOf, type Json, type Origin, type Shape } from './records.mts';
import { Store } from './store.mts';
import { Tokens } from './tokens.mts';

/** What may be changed between two requests. */
export type Settings = {
	order: 'newest' | 'oldest';
	shape: Shape;
	/** whether List filters by `status`: it is not known whether the running service does */
	statusFilter: 'working' | 'ignored';
	/** where the numbers of a list are: under `pagination`, beside `data`, or nowhere */
	envelope: 'pagination' | 'topLevel' | 'bare';
	latencyMs: number;
	/** by how much the clock of the Date header is ahead */
	clockAheadMs: number;
	/**
	 * a real record in place of the invented ones. `nested`: List gives the example of the API page; `live`: List gives the
	 * record of an answer that the running service gave (liveRecord.json), and Retrieve and Create give that answer
	 */
	example?: 'nested' | 'live';
	/**
	 * how long a created validation is processed; 0: it is completed in the answer. Left out: 0 with the shape `live`,
	 * which knows no pending ones on the running service, else 1500
	 */
	processingMs?: number;
	/** size of the decoded image from which Create answers 413 */
	maxImageBytes: number;
};

export const SIGNATURE = {
	dateTime: 'April 11, 2023 12:25 PM',
	message: 'Certified by Verifik.co',
};

export class SandboxContext {
	/** address of the sandbox, known once it listens */
	url = '';
	/** fields of records that are not as they were generated, by id */
	private readonly altered = new Map<string, Json>();
	/** what Create was asked for, by id */
	readonly requests = new Map<string, ValidationRequest>();
	/** images that were sent to Create with `saveImage`, by id */
	readonly images = new Map<string, { type: string; bytes: Buffer }>();

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
		const id = this.idOf(origin);
		const record = recordOf(this.settings.shape, {
			...origin,
			seed: this.seed,
			request: this.requests.get(id) ?? requestOf(this.seed, origin.index),
			populates,
			imageBase: `${this.url}/images`,
		});
		return { ...record, ...this.altered.get(id) };
	}

	/** Changes fields of the record; undefined removes a field. */
	alter(id: string, fields: Json): void {
		this.altered.set(id, { ...this.altered.get(id), ...fields });
	}

	idOf(origin: Origin): string {
		return idOf(this.seed, origin);
	}

	/** The envelope of Retrieve and Create. With the shape `live`, its `id` is the signature's, not the record's. */
	envelopeOf(origin: Origin): Json {
		const data = this.show(origin);
		if (this.settings.shape !== 'live') return { success: true, data, signature: SIGNATURE };
		const id = (bits(this.seed, origin.index, 80) % 36 ** 5).toString(36).padStart(5, '0');
		return { data, signature: SIGNATURE, id: id.toUpperCase() };
	}

	/**
	 * Waits, changes the list, or answers in place of the service, as the faults ask.
	 *
	 * @returns the faults that modify the answer; undefined when one has replaced it
	 */
	async applyFaults(reply: FastifyReply, target: Target): Promise<Fault[] | undefined> {
		const faults = this.faults.draw(target);
		const extra = faults.find(({ kind }) => kind === 'latency')?.ms ?? 0;
		if (this.settings.latencyMs + extra > 0) await sleep(this.settings.latencyMs + extra);
		const replacing = faults.find(isReplacing);
		if (replacing) {
			await replaceAnswer(replacing, reply);
			return undefined;
		}
		for (const fault of faults) this.change(fault);
		return faults;
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
