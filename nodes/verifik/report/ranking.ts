// The riskiest validations, up to a maximum number. Pure.
import type { RiskiestRow } from './figures';

/** Keeps the riskiest of the rows that are added. */
export class Ranking {
	/** the riskiest first */
	private readonly rows: RiskiestRow[] = [];

	private readonly maxRows: number;

	constructor(maxRows: number) {
		this.maxRows = maxRows;
	}

	/** Adds a validation if it has a risk score or a confidence and is among the riskiest so far. */
	add(row: RiskiestRow): void {
		if (row.riskScore === null && row.confidence === null) return;
		const last = this.rows[this.maxRows - 1];
		if (this.maxRows === 0 || (last && compareRisk(row, last) >= 0)) return;
		const place = this.rows.findIndex((other) => compareRisk(row, other) < 0);
		this.rows.splice(place < 0 ? this.rows.length : place, 0, row);
		if (this.rows.length > this.maxRows) this.rows.pop();
	}

	/** The riskiest rows, the riskiest first. */
	top(): RiskiestRow[] {
		return this.rows;
	}
}

/**
 * Orders by descending risk score; then, without a risk score, by ascending confidence. Of equal rows the newer is first, so that
 * the order is the same on every run.
 */
function compareRisk(one: RiskiestRow, other: RiskiestRow): number {
	return (
		(other.riskScore ?? -Infinity) - (one.riskScore ?? -Infinity) ||
		(one.confidence ?? Infinity) - (other.confidence ?? Infinity) ||
		compareText(other.createdAt, one.createdAt) ||
		compareText(one.id, other.id)
	);
}

function compareText(one: string | null, other: string | null): number {
	const [left, right] = [one ?? '', other ?? ''];
	return left < right ? -1 : left > right ? 1 : 0;
}
