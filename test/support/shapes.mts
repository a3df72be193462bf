// The shapes in which Verifik is known to send records: suites of what users do run over all of them.
import type { Shape } from '../../sandbox/records.mts';

export const SHAPES: readonly Shape[] = ['live', 'nested', 'flat'];
