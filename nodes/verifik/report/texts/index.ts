// The texts of a report in all languages. A text that is missing in a language does not compile.
import type { Language } from '../figures';
import { en, type Texts } from './en';
import { es } from './es';
import { pt } from './pt';

export type { Texts };

export const TEXTS: Record<Language, Texts> = { en, es, pt };
