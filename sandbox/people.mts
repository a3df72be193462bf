// The invented client of a sandbox, and the invented applicants.
import { bits, pick } from './random.mts';

const FIRST_NAMES = [
	'Alma',
	'Bruno',
	'Carla',
	'Dario',
	'Elena',
	'Fabio',
	'Greta',
	'Hugo',
	'Ines',
	'Julio',
];
const LAST_NAMES = [
	'Ejemplo',
	'Sample',
	'Muster',
	'Modelo',
	'Invento',
	'Ficticia',
	'Prueba',
	'Demo',
];

export type Client = { _id: string; name: string; email: string };
export type Registration = { _id: string; fullName: string; email: string; status: string };

export function clientOf(seed: number): Client {
	return {
		_id: hex(bits(seed, 0, 50), 8) + hex(bits(seed, 0, 51), 8) + hex(bits(seed, 0, 52), 8),
		name: 'Example Client',
		email: 'client@example.com',
	};
}

/** The applicant whose document a record is about. */
export function registrationOf(seed: number, index: number): Registration {
	const first = pick(FIRST_NAMES, seed, index, 60);
	const last = pick(LAST_NAMES, seed, index, 61);
	return {
		_id: hex(bits(seed, index, 62), 8) + hex(bits(seed, index, 63), 8) + hex(index, 8),
		fullName: `${first} ${last}`,
		email: `${first}.${last}.${index}@example.com`.toLowerCase(),
		status: 'completed',
	};
}

export function hex(value: number, digits: number): string {
	return value.toString(16).padStart(digits, '0');
}
