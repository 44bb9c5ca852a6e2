// Help while expressions are written, in the text and in the fields of forms.
import { createContext } from 'react';
import type { Explained, Place, TextOffers } from './help-text.ts';

/** Who knows the workflow. */
export interface ExpressionHelp {
  offers(place: Place): Promise<TextOffers | undefined>;
  explain(place: Place): Promise<Explained | undefined>;
  /** The value of a path in the last run, as text; undefined when there is none. */
  lastValue(names: readonly string[]): Promise<string | undefined>;
}

/** For the fields of forms. */
export const HelpContext = createContext<ExpressionHelp | undefined>(undefined);

/** Names, dots and what opens an expression ask for offers by themselves; all else only when somebody asks. */
export function asksForOffers(before: string): boolean {
  return /[\w.$`]$|\{\{\s*$/.test(before.slice(-20));
}
