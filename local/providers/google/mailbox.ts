// Gmail's API where the emulator differs from it: sending, drafts, headers, labels.
import { jsonValue } from '../../../lib/json.ts';
import { escapeHtml } from '../shared/html.ts';
import { completeMessage, isAddressedTo, sourceHeaders } from './mail-source.ts';
import { labelConflict } from './refusals.ts';

type Send = (request: Request) => Promise<Response>;

/** @param mailbox the address of its owner @param send sends a request to the emulator */
export async function handleMailRequest(request: Request, mailbox: string, send: Send): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.replace(/^\/gmail\/v1\/users\/[^/]+/, '');
  const [, id] = /^\/messages\/([^/]+)$/.exec(path) ?? [];
  if (request.method === 'GET' && id !== undefined) return getMessage(request, send);
  // The package has none. Of what Gmail tells besides, the counts, nothing is read.
  if (request.method === 'GET' && path === '/profile') return Response.json({ emailAddress: mailbox });
  if (request.method === 'GET' && path === '/drafts') return listDrafts(request, send);
  if (request.method === 'GET' && path.startsWith('/drafts/')) return getDraft(request, send);
  if (request.method !== 'POST') return send(request);
  const text = await request.text();
  const post = (body: string) => send(new Request(url, { method: 'POST', headers: request.headers, body }));
  const body = Object(jsonValue(text));
  if (path === '/messages/send') {
    const message = await completeMessage(body, mailbox);
    const toItself = typeof message['raw'] === 'string' && (await isAddressedTo(mailbox, message['raw']));
    return post(JSON.stringify({ ...message, ...(toItself && { labelIds: ['INBOX', 'UNREAD'] }) }));
  }
  if (path === '/drafts/send') return sendDraft(request, text, mailbox, send);
  if (path === '/drafts')
    return post(JSON.stringify({ ...body, message: await completeMessage(Object(body.message), mailbox) }));
  const response = await post(text);
  return path === '/labels' && response.status === 400 ? labelConflict(response) : response;
}

/**
 * Where Gmail's answers look different: `raw` is padded (Google's "Type and format summary": byte), and a snippet is HTML
 * (`It&#39;s`) that ends between characters.
 */
export async function asGmailAnswers(response: Response): Promise<Response> {
  const text = await response.text();
  const { status, headers } = response;
  if (!/^\s*\{/.test(text)) return new Response(text === '' ? null : text, { status, headers });
  const body: unknown = JSON.parse(text, (key, value) => {
    if (typeof value !== 'string') return value;
    if (key === 'raw') return value.padEnd(Math.ceil(value.length / 4) * 4, '=');
    return key === 'snippet' ? escapeHtml(value.replace(/[\ud800-\udbff]$/, '')) : value;
  });
  return Response.json(body, { status });
}

/** A message with all its headers; the emulator knows a few. */
async function getMessage(request: Request, send: Send): Promise<Response> {
  const response = await send(request.clone());
  const { searchParams } = new URL(request.url);
  if (!response.ok || ['raw', 'minimal'].includes(searchParams.get('format') ?? '')) return response;
  const message = Object(await response.json());
  const source = new URL(request.url);
  source.search = '?format=raw';
  const found = await send(new Request(source, request));
  if (!found.ok) return found;
  const { raw } = Object(await found.json());
  const wanted = searchParams.getAll('metadataHeaders').map((name) => name.toLowerCase());
  const all = await sourceHeaders(String(raw));
  const headers =
    searchParams.get('format') === 'metadata' && wanted.length > 0
      ? all.filter(({ name }) => wanted.includes(name.toLowerCase()))
      : all;
  return Response.json({ ...message, payload: { ...message.payload, headers } });
}

/** A draft whose message has all its headers. */
async function getDraft(request: Request, send: Send): Promise<Response> {
  const url = new URL(request.url);
  const response = await send(request.clone());
  if (!response.ok || ['raw', 'minimal'].includes(url.searchParams.get('format') ?? '')) return response;
  const draft = Object(await response.json());
  const source = new URL(`../messages/${draft.message.id}${url.search}`, url);
  const message = await getMessage(new Request(source, request), send);
  return message.ok ? Response.json({ ...draft, message: await message.json() }) : message;
}

/** What its owner sends to itself arrives, too. */
async function sendDraft(request: Request, text: string, mailbox: string, send: Send): Promise<Response> {
  const { headers } = request;
  const post = (url: string | URL, body: string) => send(new Request(url, { method: 'POST', headers, body }));
  const response = await post(request.url, text);
  if (!response.ok) return response;
  const sent = Object(await response.json());
  const place = new URL(`../messages/${sent.id}`, request.url);
  const source = await send(new Request(`${place}?format=raw`, { headers }));
  const { raw = '' } = Object(await source.json());
  if (!(await isAddressedTo(mailbox, raw))) return Response.json(sent);
  return post(`${place}/modify`, JSON.stringify({ addLabelIds: ['INBOX', 'UNREAD'] }));
}

/** The drafts that a query finds; the emulator returns all. */
async function listDrafts(request: Request, send: Send): Promise<Response> {
  const url = new URL(request.url);
  const q = url.searchParams.get('q');
  if (!q) return send(request);
  const search = new URL('messages', url);
  search.search = `?${new URLSearchParams({ labelIds: 'DRAFT', q, maxResults: '500' })}`;
  const searched = await send(new Request(search, request));
  if (!searched.ok) return searched;
  const found = Object(await searched.json());
  const ids = new Set((found.messages ?? []).map((message: { id: string }) => message.id));
  const response = await send(request);
  if (!response.ok) return response;
  const list = Object(await response.json());
  const drafts = (list.drafts ?? []).filter((draft: { message: { id: string } }) =>
    ids.has(draft.message.id),
  );
  return Response.json({ ...list, drafts, resultSizeEstimate: drafts.length });
}
