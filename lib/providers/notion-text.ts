// Text as Notion's rich text, within its limits, and the addresses that it accepts as links.
import { jsonBytes } from '../actions/invocation/output-size.ts';
import type { Span } from './markdown.ts';

// https://developers.notion.com/reference/request-limits: 2,000 characters a text and an address, 100 elements a list.
// Characters are JavaScript's: Notion's messages speak of `content.length`.
export const MAX_TEXT = 2000;
export const MAX_ARRAY = 100;
/** Of the expression of an equation. */
export const MAX_FORMULA = 1000;
/** No list of rich texts is larger, so that one block always fits into a request. */
const MAX_BYTES = 300_000;

interface Annotations {
  readonly bold?: true;
  readonly italic?: true;
  readonly strikethrough?: true;
  readonly code?: true;
}

export type RichText = {
  readonly annotations?: Annotations;
} & (
  | { readonly text: { readonly content: string; readonly link?: { readonly url: string } } }
  | { readonly equation: { readonly expression: string } }
);

/**
 * Whether Notion accepts an address as a link. It refuses the whole request for one that it does not, with "Invalid URL for
 * link." (https://github.com/tryfabric/martian/issues/41: relative ones, anchors, names without a dot), so that anything
 * but http and https with a full name of a host counts as refused.
 */
export function isNotionLink(address: string): boolean {
  // As it is written: "https:e.com" and "https://1" are only completed by URL.
  const written = /^https?:\/\/[^\s/?#]+\.[^\s/?#]+(?:[/?#]\S*)?$/i;
  return address.length <= MAX_TEXT && written.test(address) && URL.canParse(address);
}

/**
 * Whether Notion shows an address as an image: it refuses those whose path has no ending that it knows
 * (https://developers.notion.com/reference/block#image, "Supported external image types").
 */
export function isNotionImage(address: string): boolean {
  if (!isNotionLink(address)) return false;
  const { protocol, pathname } = new URL(address);
  return protocol === 'https:' && /\.(?:bmp|gif|heic|jpe?g|png|svg|tiff?)$/i.test(pathname);
}

/** A text as lists of rich texts within the limits: one, or more where one block cannot hold them all. */
export function richTexts(spans: readonly Span[]): RichText[][] {
  const lists: RichText[][] = [[]];
  let bytes = 0;
  for (const rich of spans.flatMap(richText)) {
    const size = jsonBytes(rich);
    if (lists.at(-1)?.length === MAX_ARRAY || bytes + size > MAX_BYTES) {
      lists.push([]);
      bytes = 0;
    }
    lists.at(-1)?.push(rich);
    bytes += size;
  }
  return lists;
}

function richText({ text, url, formula, ...annotations }: Span): RichText[] {
  const style = Object.keys(annotations).length > 0 && { annotations };
  if (formula && text.length <= MAX_FORMULA) return [{ equation: { expression: text }, ...style }];
  return chunks(text).map((content) => ({
    text: { content, ...(url !== undefined && { link: { url } }) },
    ...style,
  }));
}

/** A page's title as rich text: one line, no markup. */
export function titleText(text: string): { text: { content: string } }[] {
  const line = text.replace(/\s*\n\s*/g, ' ');
  return chunks(line)
    .slice(0, MAX_ARRAY)
    .map((content) => ({ text: { content } }));
}

/** Cuts a text into pieces of at most 2,000 UTF-16 units, never inside a surrogate pair. */
function chunks(text: string): string[] {
  const result: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + MAX_TEXT, text.length);
    if (end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '')) end--;
    result.push(text.slice(at, end));
    at = end;
  }
  return result;
}
