// Every action that writes: an input that carries a run's name, and how often the provider has what the run made.
import { githubToken } from '../../../local/providers/github/seed.ts';
import { googleClient } from '../../../local/providers/google/seed.ts';
import { httpToken } from '../../../local/providers/http/seed.ts';
import { notionIds, notionToken } from '../../../local/providers/notion/seed.ts';
import type { ProviderName } from '../../../local/providers/providers.ts';
import type { ProxiedRequest } from '../../support/fault-proxy.ts';

export interface WritingAction {
  /** `github/create-issue` */
  readonly path: string;
  /** What distinguishes several of one action. */
  readonly variant?: string;
  readonly provider: Exclude<ProviderName, 'openai'>;
  readonly connection?: string;
  /** Nothing can be looked for, so that it may fail with OutcomeUnknown. */
  readonly mayBeUnknown?: true;
  /** Nothing tells two tries at the same moment apart: the second begins when the first has ended. */
  readonly oneAfterTheOther?: true;
  input(name: string): object;
  isWrite(request: ProxiedRequest): boolean;
  /** How many requests of a call are writes. */
  readonly writes: number;
  /** Names of runs as often as the provider has what they made. @param url of the provider's emulator */
  made(url: string, names: readonly string[]): Promise<readonly string[]>;
}

const posts = (pattern: RegExp) => (request: ProxiedRequest) =>
  request.method !== 'GET' && pattern.test(request.path);

async function json(url: string, authorization: string, init: RequestInit = {}) {
  const headers = {
    authorization,
    'notion-version': '2026-03-11',
    'content-type': 'application/json',
    ...init.headers,
  };
  const answer = await fetch(url, { ...init, headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return JSON.parse(await answer.text());
}

const NAME = /run-\d{4,}/;
const nameIn = (value: unknown): string[] => NAME.exec(JSON.stringify(value))?.slice(0, 1) ?? [];

/** All pages of one of GitHub's lists. */
async function githubList(url: string, path: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let page = 1; ; page++) {
    const items = await json(
      `${url}/repos/acme/handbook/${path}per_page=100&page=${page}`,
      `Bearer ${githubToken}`,
    );
    all.push(...items);
    if (items.length < 100) return all;
  }
}

/** All pages of one of Notion's lists. */
async function notionList(url: string, path: string, post = false): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let cursor: string | undefined; ; ) {
    const from = { page_size: 100, ...(cursor !== undefined && { start_cursor: cursor }) };
    const query = post ? '' : `?${new URLSearchParams({ ...from, page_size: '100' })}`;
    const { results, next_cursor } = await json(
      `${url}/v1/${path}${query}`,
      `Bearer ${notionToken}`,
      post ? { method: 'POST', body: JSON.stringify(from) } : {},
    );
    all.push(...results);
    if (!next_cursor) return all;
    cursor = next_cursor;
  }
}

async function googleToken(url: string): Promise<string> {
  const body = new URLSearchParams({ ...googleClient, grant_type: 'refresh_token' });
  const answer = await fetch(`${url}/oauth2/token`, { method: 'POST', body });
  return `Bearer ${JSON.parse(await answer.text()).access_token}`;
}

/** The names in the subjects of all mails with a label. */
async function subjects(url: string, label: string): Promise<string[]> {
  const token = await googleToken(url);
  const base = `${url}/gmail/v1/users/me/messages`;
  const found: string[] = [];
  for (let page = ''; ; ) {
    const list = await json(`${base}?labelIds=${label}&maxResults=500${page}`, token);
    for (const { id } of list.messages ?? []) {
      found.push(...nameIn(await json(`${base}/${id}?format=metadata&metadataHeaders=Subject`, token)));
    }
    if (!list.nextPageToken) return found;
    page = `&pageToken=${list.nextPageToken}`;
  }
}

const repository = { repo_name: 'acme/handbook' };
const mail = (name: string) => ({ to: ['anna.lind@acme.example'], subject: name, body: name });
const labelled = '18f0c0de00000009';

const sending = {
  path: 'gmail/send-message',
  provider: 'google',
  input: mail,
  isWrite: posts(/\/(?:drafts|send)$/),
  writes: 2,
} as const satisfies Partial<WritingAction>;
const order = (reference: string) => ({
  method: 'POST',
  url: '/orders',
  body: { type: 'json', json: { reference } },
});
const ordering = {
  path: 'http/request',
  provider: 'http',
  connection: 'default',
  isWrite: posts(/\/v1\/orders$/),
  writes: 1,
  made: async (url, names) => {
    const orders: unknown[] = await json(`${url}/v1/orders?per_page=1000`, `Bearer ${httpToken}`);
    return orders.flatMap(nameIn).filter((name) => names.includes(name));
  },
} as const satisfies Partial<WritingAction>;

/** Each way of sending has runs of its own, so that the mailbox is counted for the names of those. */
const sentMails = async (url: string, names: readonly string[]) =>
  (await subjects(url, 'SENT')).filter((name) => names.includes(name));

export const writingActions: readonly WritingAction[] = [
  {
    path: 'github/create-issue',
    provider: 'github',
    oneAfterTheOther: true,
    input: (title) => ({ ...repository, title }),
    isWrite: posts(/\/issues$/),
    writes: 1,
    made: async (url) => (await githubList(url, 'issues?state=all&')).flatMap(nameIn),
  },
  {
    path: 'github/add-comment',
    provider: 'github',
    oneAfterTheOther: true,
    input: (body) => ({ ...repository, issue_number: 1, body }),
    isWrite: posts(/\/comments$/),
    writes: 1,
    made: async (url) => (await githubList(url, 'issues/1/comments?')).flatMap(nameIn),
  },
  {
    path: 'github/commit-file',
    provider: 'github',
    input: (name) => ({ ...repository, file_path: `effects/${name}.md`, content: name }),
    isWrite: posts(/\/contents\//),
    writes: 1,
    made: async (url) => (await githubList(url, 'commits?')).flatMap(nameIn),
  },
  {
    path: 'gmail/modify-message',
    provider: 'google',
    input: (name) => ({ message_id: labelled, add_labels: [name] }),
    isWrite: posts(/\/(?:labels|modify)$/),
    writes: 2,
    async made(url) {
      const token = await googleToken(url);
      const base = `${url}/gmail/v1/users/me`;
      const { labels } = await json(`${base}/labels`, token);
      const { labelIds } = await json(`${base}/messages/${labelled}?format=minimal`, token);
      // One label of a name, and the mail has it.
      return labels.flatMap(({ id, name }: Record<string, string>) =>
        labelIds.includes(id) ? nameIn(name) : [],
      );
    },
  },
  {
    path: 'gmail/create-draft',
    provider: 'google',
    oneAfterTheOther: true,
    input: mail,
    isWrite: posts(/\/drafts$/),
    writes: 1,
    made: (url) => subjects(url, 'DRAFT'),
  },
  { ...ordering, variant: 'a record of ours', input: order, mayBeUnknown: true },
  { ...ordering, variant: 'its own key', input: (name) => ({ ...order(name), idempotent: true }) },
  { ...sending, variant: 'gmail.modify', made: sentMails },
  { ...sending, variant: 'gmail.compose', connection: 'compose', made: sentMails },
  { ...sending, variant: 'gmail.send', connection: 'send', mayBeUnknown: true, writes: 1, made: sentMails },
  {
    path: 'notion/create-page',
    provider: 'notion',
    oneAfterTheOther: true,
    input: (title) => ({ parent_id: notionIds.digestDatabase, title, content: 'Once' }),
    isWrite: posts(/\/v1\/pages$/),
    writes: 1,
    made: async (url) =>
      (await notionList(url, `data_sources/${notionIds.digestDataSource}/query`, true)).flatMap(nameIn),
  },
  {
    path: 'notion/append-to-page',
    provider: 'notion',
    oneAfterTheOther: true,
    input: (content) => ({ page_id: notionIds.handbookPage, content }),
    isWrite: posts(/\/children$/),
    writes: 1,
    made: async (url) => (await notionList(url, `blocks/${notionIds.handbookPage}/children`)).flatMap(nameIn),
  },
  {
    path: 'notion/add-file',
    provider: 'notion',
    oneAfterTheOther: true,
    input: (name) => ({
      page_id: notionIds.meetingNotesPage,
      filename: `${name}.txt`,
      content: 'SGVsbG8=',
      content_type: 'text/plain',
    }),
    isWrite: posts(/\/children$/),
    writes: 1,
    made: async (url) =>
      (await notionList(url, `blocks/${notionIds.meetingNotesPage}/children`)).flatMap(nameIn),
  },
];
