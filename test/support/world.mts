// A simulated Verifik account for the trigger's property test: validations that come, move on and go, lists that are
// sorted somehow, a clock that moves only when it is told to. It keeps a diary of what truly happened.
import type { Page, Status, VerifikRecord } from '../../nodes/verifik/documentLiveness.ts';
import { VerifikFailure } from '../../nodes/verifik/errors.ts';

export type Nature = {
	sortedBy: 'createdAt' | 'updatedAt';
	newestFirst: boolean;
	shape: 'nested' | 'flat';
	envelope: 'pages' | 'total' | 'bare';
	/** largest page that the server gives */
	most: number;
	/** by how much the server's Date header is ahead of what records say, in milliseconds */
	dateAhead: number;
	/** by how much n8n's clock is ahead of the server's */
	n8nAhead: number;
};

/** From when to when a validation stood in a state. */
export type Stay = { id: string; status: Status; from: number; to: number; createdAt: number };

type Validation = {
	id: string;
	createdAt: number;
	updatedAt: number;
	completedAt?: number;
	stay: Stay;
};

export class World {
	/** the true time */
	now = Date.UTC(2026, 0, 31, 12);

	readonly diary: Stay[] = [];

	readonly nature: Nature;

	requests = 0;

	/** called before each request, with its number in the poll, and the list it asks for */
	onRequest: (number: number, list?: Status) => void = () => undefined;

	private readonly validations: Validation[] = [];

	private made = 0;

	constructor(nature: Nature) {
		this.nature = nature;
	}

	/** @param age how long ago it says it was created */
	create(status: Status, age = 0): void {
		const number = this.made++;
		// IDs that are in no order
		const scattered = Math.imul(number + 1, 0x9e3779b1) >>> 0;
		const id = scattered.toString(16).padStart(8, '0') + number.toString(16).padStart(16, '0');
		const createdAt = this.now - age;
		const stay = { id, status, from: this.now, to: Infinity, createdAt };
		this.diary.push(stay);
		this.validations.push({
			id,
			createdAt,
			updatedAt: createdAt,
			stay,
			...ended(status, createdAt),
		});
	}

	/** Gives the one at that share of those in that state another state. */
	move(from: Status, to: Status, share: number): void {
		const validation = this.at(share, from);
		if (!validation || from === to) return;
		this.close(validation);
		validation.stay = { ...validation.stay, status: to, from: this.now, to: Infinity };
		this.diary.push(validation.stay);
		validation.updatedAt = this.now;
		Object.assign(validation, ended(to, this.now));
	}

	remove(share: number): void {
		const validation = this.at(share);
		if (!validation) return;
		this.close(validation);
		this.validations.splice(this.validations.indexOf(validation), 1);
	}

	/** Somebody touches old records. */
	touch(share: number, count: number): void {
		const from = Math.floor(share * this.validations.length);
		for (const validation of this.validations.slice(from, from + count)) {
			validation.updatedAt = this.now;
		}
	}

	async fetchPage(status: Status, page: number, limit: number): Promise<Page> {
		this.answer(status);
		const size = Math.min(limit, this.nature.most);
		const list = this.list(status);
		const records = list.slice((page - 1) * size, page * size).map((one) => this.show(one));
		return {
			body: { data: records },
			records,
			...(this.nature.envelope !== 'bare' && { total: list.length }),
			...(this.nature.envelope === 'pages' && { pages: Math.ceil(list.length / size) }),
		};
	}

	async get(id: string): Promise<VerifikRecord | undefined> {
		this.answer();
		const validation = this.validations.find((one) => one.id === id);
		return validation && this.show(validation);
	}

	/** As a Date header has it: whole seconds. */
	serverTime(): number {
		return Math.floor((this.now + this.nature.dateAhead) / 1000) * 1000;
	}

	n8nTime(): number {
		return this.now + this.nature.n8nAhead;
	}

	private answer(list?: Status): void {
		this.requests++;
		this.onRequest(this.requests, list);
		this.now += 40;
	}

	private list(status: Status): Validation[] {
		const { sortedBy, newestFirst } = this.nature;
		const list = this.validations.filter((one) => one.stay.status === status);
		// Among equal times, by ID.
		list.sort((one, other) => one[sortedBy] - other[sortedBy] || (one.id < other.id ? -1 : 1));
		return newestFirst ? list.reverse() : list;
	}

	private show({ id, createdAt, updatedAt, completedAt, stay }: Validation): VerifikRecord {
		const dates = { createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
		if (this.nature.shape === 'flat') return { _id: id, ...dates };
		return {
			_id: id,
			status: stay.status,
			...dates,
			...(completedAt !== undefined && { completedAt: iso(completedAt) }),
		};
	}

	private at(share: number, status?: Status): Validation | undefined {
		const some = this.validations.filter((one) => !status || one.stay.status === status);
		return some[Math.floor(share * some.length)];
	}

	private close({ stay }: Validation): void {
		stay.to = this.now;
	}
}

function ended(status: Status, at: number): { completedAt?: number } {
	return { completedAt: status === 'completed' || status === 'failed' ? at : undefined };
}

function iso(time: number): string {
	return new Date(time).toISOString();
}

export const down = () => new VerifikFailure('serverDown', { httpStatus: 503 });
