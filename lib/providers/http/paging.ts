// The pages of a list, one after the other: each answer says what the next request is.
import { jsonBytes, MAX_INLINE_BYTES } from '../../actions/invocation/output-size.ts';
import { InvalidInput, ProviderUnavailable } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { valueAt } from '../../json-pointer.ts';
import { jsonOf } from './answer.ts';
import type { HttpAnswer, HttpCall } from './exchange.ts';
import type { Paging } from './input.ts';

export interface Pages {
  /** Of the last one that was asked for. */
  readonly answer: HttpAnswer;
  readonly items: readonly unknown[];
  readonly pages: number;
  /** Where the list goes on: an address, a cursor, a number; null at its end. */
  readonly next: string | null;
}

/**
 * @param send one request, with an expected status
 * @throws what `send` does; InvalidInput when there is no list; ProviderUnavailable when the pages lead nowhere
 */
export async function allPages(
  first: HttpCall,
  paging: Paging,
  send: (call: HttpCall) => Promise<HttpAnswer>,
): Promise<Pages> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  // For the rest of the output.
  let bytes = 10_000;
  let answer: HttpAnswer | undefined;
  for (let pages = 0, next: string | null = null; ; pages += 1) {
    const call = pages === 0 ? startOf(first, paging) : nextCall(first, paging, next ?? '', answer);
    const page = await send(call);
    const json = jsonOf(page);
    const list = listIn(json, paging, page, pages > 0);
    bytes += jsonBytes(list);
    // What does not fit is the next page of another call.
    if (answer && bytes > MAX_INLINE_BYTES) return { answer, items, pages, next };
    answer = page;
    items.push(...list);
    next = list.length === 0 && paging.type === 'page' ? null : nextOf(paging, json, page, pages);
    if (next === null || pages + 1 === paging.max_pages) return { answer, items, pages: pages + 1, next };
    if (seen.has(next))
      throw new ProviderUnavailable(`The pages of ${page.url.host} lead back to each other`);
    seen.add(next);
  }
}

function listIn(json: unknown, { items }: Paging, { url }: HttpAnswer, isLater: boolean): readonly unknown[] {
  const list = valueAt(json, items);
  if (Array.isArray(list)) return list;
  if (isLater && (list === undefined || list === null)) return [];
  throw new InvalidInput(
    `The answer of ${url.host} has no list at ${items || 'its top'}: name its place in paging.items`,
  );
}

/** @param pages how many came before */
function nextOf(paging: Paging, json: unknown, { headers, url }: HttpAnswer, pages: number): string | null {
  switch (paging.type) {
    case 'link':
      return whole(nextLink(headers['link'] ?? '') ?? null, url);
    case 'page':
      return String(paging.first + pages + 1);
    default: {
      const next = valueAt(json, paging.next);
      if (next === undefined || next === null || next === '' || next === false) return null;
      const text = typeof next === 'string' ? next : JSON.stringify(next);
      return paging.type === 'next_url' ? whole(text, url) : text;
    }
  }
}

/** As a later call can ask for it, which does not know where it stood. */
function whole(address: string | null, from: URL): string | null {
  return address !== null && URL.canParse(address, from.href) ? new URL(address, from).href : address;
}

function startOf(first: HttpCall, paging: Paging): HttpCall {
  return paging.type === 'page' ? withParameter(first, paging.parameter, String(paging.first)) : first;
}

function nextCall(first: HttpCall, paging: Paging, next: string, before: HttpAnswer | undefined): HttpCall {
  switch (paging.type) {
    case 'page':
      return withParameter(first, paging.parameter, next);
    case 'cursor':
      return paging.in === 'query'
        ? withParameter(first, paging.parameter, next)
        : withField(first, paging.parameter, next);
    default:
      return { ...first, url: nextAddress(next, before?.url ?? first.url) };
  }
}

function withParameter(call: HttpCall, name: string, value: string): HttpCall {
  const url = new URL(call.url);
  url.searchParams.set(name, value);
  return { ...call, url };
}

function withField(call: HttpCall, name: string, value: string): HttpCall {
  const body: unknown = JSON.parse(Buffer.from(call.body ?? []).toString() || '{}');
  if (!isObject(body))
    throw new InvalidInput('The input is invalid. /body/json: must be an object, for the cursor');
  return { ...call, body: Buffer.from(JSON.stringify({ ...body, [name]: value })) };
}

/** @throws ProviderUnavailable for one at another server, which would get the headers of this one */
function nextAddress(text: string, before: URL): URL {
  const { host } = before;
  if (!URL.canParse(text, before.href))
    throw new ProviderUnavailable(`The next page that ${host} names is no address`);
  const url = new URL(text, before);
  url.hash = '';
  // Behind a proxy that ends TLS, servers often believe that they are asked without it.
  if (before.protocol === 'https:' && url.protocol === 'http:' && url.hostname === before.hostname)
    url.protocol = 'https:';
  if (url.origin !== before.origin)
    throw new ProviderUnavailable(`The next page that ${host} names is at another server, ${url.host}`);
  return url;
}

/** RFC 8288, section 3: `<https://…>; rel="next"`, among others. */
export function nextLink(header: string): string | undefined {
  for (const [, target, parameters = ''] of header.matchAll(/<([^<>]*)>((?:\s*;[^,;"]*(?:"[^"]*")?)*)/g)) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    const names = (relations?.[1] ?? relations?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return target;
  }
  return undefined;
}
