// What can be written at a place of the text, and what is known of what stands there: in the expressions of its strings.
import { getLocation } from 'jsonc-parser';
import { type Offer, offersAt, pathAt } from '../../../../lib/compiler/expressions/offers.ts';
import { atText } from '../../../../lib/compiler/scope-at.ts';
import { pointerTo } from '../../../../lib/json-pointer.ts';
import { withoutDocumentFields } from '../../../../lib/schemas/document-fields.ts';
import { type Account, catalogueOf } from './check-text.ts';

export interface TextOffers {
  /** Where what is begun begins. */
  readonly from: number;
  readonly offers: readonly Offer[];
}

export interface Explained {
  readonly from: number;
  readonly to: number;
  /** `a string` */
  readonly type: string;
  /** `steps`, `fetch`, `messages`, `subject`. */
  readonly names: readonly string[];
}

/** An expression that is being written or looked at. */
interface Place {
  readonly document: unknown;
  readonly pointer: string;
  readonly source: string;
  /** Of the place in the source. */
  readonly at: number;
}

export function offersIn(text: string, offset: number, { actions }: Account): TextOffers | undefined {
  const place = placeIn(text, offset);
  if (!place) return undefined;
  const { document, pointer, source, at } = place;
  const found = atText(document, pointer, catalogueOf(actions), (scope) =>
    offersAt(scope, source.slice(0, at)),
  );
  return found && { from: offset - found.length, offers: found.offers };
}

export function explain(text: string, offset: number, { actions }: Account): Explained | undefined {
  const place = placeIn(text, offset);
  if (!place) return undefined;
  const { document, pointer, source, at } = place;
  const found = atText(document, pointer, catalogueOf(actions), (scope) => pathAt(scope, source, at));
  if (!found) return undefined;
  const { from, to, type, names } = found;
  return { from: offset + from - at, to: offset + to - at, type, names };
}

function placeIn(text: string, offset: number): Place | undefined {
  const { path, previousNode } = getLocation(text, offset);
  if (previousNode?.type !== 'string' || path.length === 0) return undefined;
  const start = previousNode.offset + 1;
  const before = textOf(text.slice(start, offset));
  const open = before?.lastIndexOf('{{') ?? -1;
  if (before === undefined || open === -1 || before.includes('}}', open)) return undefined;
  const after = textOf(text.slice(offset, previousNode.offset + previousNode.length - 1)) ?? '';
  const close = after.indexOf('}}');
  const at = before.length - open - '{{'.length;
  const source = before.slice(open + '{{'.length) + (close === -1 ? after : after.slice(0, close));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  return { document: withoutDocumentFields(document), pointer: pointerTo('', ...path), source, at };
}

/** What is written between quotes; undefined where an escape is cut in two. */
function textOf(written: string): string | undefined {
  try {
    return JSON.parse(`"${written}"`);
  } catch {
    return undefined;
  }
}
