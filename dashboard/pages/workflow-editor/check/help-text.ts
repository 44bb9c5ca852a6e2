// What can be written at a place of a workflow, and what is known of what stands there: in the expressions of its strings.
import { getLocation, parse } from 'jsonc-parser';
import { type Offer, offersAt, pathAt } from '../../../../lib/compiler/expressions/offers.ts';
import { atText } from '../../../../lib/compiler/scope-at.ts';
import { isObject } from '../../../../lib/json.ts';
import { keysOf, pointerTo, valueAt } from '../../../../lib/json-pointer.ts';
import { withoutDocumentFields } from '../../../../lib/schemas/document-fields.ts';
import { type Account, catalogueOf } from './check-text.ts';

/** Of the text, or of what is written into the field of a form. Offsets are those of what is written there. */
export type Place =
  | { readonly offset: number }
  | {
      readonly offset: number;
      /** Of the value that the field is for. */
      readonly pointer: string;
      readonly written: string;
      /** Whether the value is written as JSON. */
      readonly isJson: boolean;
    };

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
interface Expression {
  readonly document: unknown;
  readonly pointer: string;
  readonly source: string;
  /** Of the place in the source. */
  readonly at: number;
}

export function offersIn(text: string, place: Place, { actions }: Account): TextOffers | undefined {
  const expression = expressionAt(text, place);
  if (!expression) return undefined;
  const { document, pointer, source, at } = expression;
  const found = atText(document, pointer, catalogueOf(actions), (scope) =>
    offersAt(scope, source.slice(0, at)),
  );
  return found && { from: place.offset - found.length, offers: found.offers };
}

export function explain(text: string, place: Place, { actions }: Account): Explained | undefined {
  const expression = expressionAt(text, place);
  if (!expression) return undefined;
  const { document, pointer, source, at } = expression;
  const found = atText(document, pointer, catalogueOf(actions), (scope) => pathAt(scope, source, at));
  if (!found) return undefined;
  const { from, to, type, names } = found;
  return { from: place.offset + from - at, to: place.offset + to - at, type, names };
}

/** A string of a workflow, cut at the place. */
interface CutString {
  readonly pointer: string;
  readonly before: string;
  readonly after: string;
}

function expressionAt(text: string, place: Place): Expression | undefined {
  const cut = cutAt(text, place);
  const open = cut?.before.lastIndexOf('{{') ?? -1;
  if (!cut || open === -1 || cut.before.includes('}}', open)) return undefined;
  const { pointer, before, after } = cut;
  const close = after.indexOf('}}');
  const at = before.length - open - '{{'.length;
  const source = before.slice(open + '{{'.length) + (close === -1 ? after : after.slice(0, close));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  // What is written as JSON is in the document once it is JSON.
  if ('written' in place && place.isJson) put(document, place.pointer, parse(place.written));
  return { document: withoutDocumentFields(document), pointer, source, at };
}

function cutAt(text: string, place: Place): CutString | undefined {
  if (!('written' in place)) return inJson(text, place.offset, '');
  const { written, offset, pointer, isJson } = place;
  if (isJson) return inJson(written, offset, pointer);
  return { pointer, before: written.slice(0, offset), after: written.slice(offset) };
}

/** @param base the pointer of what is written as JSON */
function inJson(json: string, offset: number, base: string): CutString | undefined {
  const { path, previousNode } = getLocation(json, offset);
  if (previousNode?.type !== 'string' || (base === '' && path.length === 0)) return undefined;
  const start = previousNode.offset + 1;
  const before = textOf(json.slice(start, offset));
  const after = textOf(json.slice(offset, previousNode.offset + previousNode.length - 1)) ?? '';
  return before === undefined ? undefined : { pointer: pointerTo(base, ...path), before, after };
}

/** What is written between quotes; undefined where an escape is cut in two. */
function textOf(written: string): string | undefined {
  try {
    return JSON.parse(`"${written}"`);
  } catch {
    return undefined;
  }
}

/** Another value in the place of one of the document. */
function put(document: unknown, pointer: string, value: unknown): void {
  const key = keysOf(pointer).at(-1);
  const holder = valueAt(document, pointer.slice(0, pointer.lastIndexOf('/')));
  if (key === undefined) return;
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else if (isObject(holder)) Object.assign(holder, { [key]: value });
}
