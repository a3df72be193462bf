// All texts of a report in one typed table: a text that one language lacks does not compile.
import type { Language } from '../figures';
import { en, type Texts } from './en';
import { es } from './es';
import { pt } from './pt';

export type { Texts };

export const TEXTS: Record<Language, Texts> = { en, es, pt };
