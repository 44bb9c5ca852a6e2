// Choosing among what can be written at the caret of a field.
import type { Offer } from '../../../../lib/compiler/expressions/offers.ts';

const RANK = { field: 0, root: 1, function: 2 } as const;

/** Those that begin with what is begun, then those that have it in them; fields before roots before functions. */
export function fittingOffers(offers: readonly Offer[], begun: string): readonly Offer[] {
  const sought = begun.toLowerCase();
  const placeIn = ({ text }: Offer) => text.toLowerCase().replace(/^`/, '').indexOf(sought.replace(/^`/, ''));
  const fitting = offers.filter((offer) => placeIn(offer) !== -1);
  // Written out, there is nothing to choose.
  if (fitting.length === 1 && fitting[0]?.text === begun) return [];
  return fitting.toSorted(
    (a, b) => Math.min(placeIn(a), 1) - Math.min(placeIn(b), 1) || RANK[a.kind] - RANK[b.kind],
  );
}

export interface Written {
  readonly text: string;
  readonly caret: number;
}

/**
 * What is chosen takes the place of what is begun, and the expression is closed where it was not.
 * @param from where what is begun begins
 */
export function withOffer({ text, caret }: Written, from: number, chosen: string): Written {
  const rest = text.slice(caret).replace(/^[\w`]+/, '');
  const [untilNext = ''] = rest.split('{{');
  const close = untilNext.includes('}}') ? '' : ' }}';
  return { text: text.slice(0, from) + chosen + close + rest, caret: from + chosen.length };
}

/**
 * Where the caret goes when a closing brace is typed where the expression is closed already: over the one that is there.
 * @param text before the brace was typed
 * @returns undefined where the brace is one of the expression's own
 */
export function overClosing({ text, caret }: Written): number | undefined {
  const before = text.slice(0, caret);
  const inner = before.slice(before.lastIndexOf('{{') + 2);
  if (!before.includes('{{')) return undefined;
  const isOpen = count(inner, '{') === count(inner, '}');
  const [closing] = /^ *\}(?=\})/.exec(text.slice(caret)) ?? [];
  if (isOpen && closing !== undefined) return caret + closing.length;
  // Between its two braces.
  const isBetween = inner.endsWith('}') && count(inner, '}') === count(inner, '{') + 1;
  return isBetween && text[caret] === '}' ? caret + 1 : undefined;
}

const count = (text: string, letter: string): number => text.split(letter).length - 1;
