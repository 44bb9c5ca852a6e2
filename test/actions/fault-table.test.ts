// Each fault of the table in the reference, by a proxy before each emulated provider: how it reaches the state machine.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ActionHandler } from '../../lib/actions/define-action.ts';
import { notionIds } from '../../local/providers/notion/seed.ts';
import { httpConnection } from '../../local/providers/providers.ts';
import { credentials, type EmulatedActions, startEmulatedActions } from '../support/emulated-actions.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { PlantedSecrets } from '../support/planted-secrets.ts';
import {
  documented,
  faultTable,
  outcomeOf,
  type Provider,
  providers,
} from '../support/provider-fault-table.ts';
import { invoke } from '../support/provider-server.ts';

const settings = {
  openai: ['OPENAI_BASE_URL', '/v1'],
  github: ['GITHUB_API_URL', ''],
  notion: ['NOTION_BASE_URL', ''],
  gmail: ['GMAIL_BASE_URL', ''],
  http: ['HTTP_PRIVATE_ORIGINS', ''],
} as const;
/** A call with one request, and one with several. */
const calls: Readonly<
  Record<Provider, { readonly one: [string, object]; readonly several?: [string, object] }>
> = {
  openai: { one: ['openai/generate-completion', { prompt: 'Hello' }] },
  github: {
    one: ['github/list-repositories', {}],
    several: ['github/create-issue', { repo_name: 'acme/handbook', title: 'Not made' }],
  },
  notion: {
    one: ['notion/search-pages', { query: '' }],
    several: ['notion/create-page', { parent_id: notionIds.digestDatabase, title: 'Not made', content: 'x' }],
  },
  gmail: {
    one: ['gmail/list-messages', { max_results: 1 }],
    several: ['gmail/list-messages', { max_results: 2 }],
  },
  http: {
    one: ['http/request', { url: '/orders', response: 'json' }],
    several: ['http/request', { url: '/orders', paging: { type: 'link' } }],
  },
};

let emulated: EmulatedActions;
const proxies = new Map<Provider, FaultProxy>();
let elsewhere: Server;
let reached: string[] = [];
const secrets = new PlantedSecrets();
beforeAll(async () => {
  emulated = await startEmulatedActions('openai', 'github', 'notion', 'google', 'http');
  for (const provider of providers) {
    const [setting, path] = settings[provider];
    const proxy = await startFaultProxy(`${emulated.url(provider === 'gmail' ? 'google' : provider)}${path}`);
    proxies.set(provider, proxy);
    process.env[setting] = proxy.url;
  }
  const http = httpConnection(proxies.get('http')?.url ?? '');
  emulated.server.stored.set('/ai-orchestra/test/connections/http/default', JSON.stringify(http));
  for (const fields of Object.values(credentials)) secrets.add(fields);
  elsewhere = createServer((request, response) => {
    reached.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  for (const proxy of proxies.values()) proxy.clear();
  reached = [];
});
afterAll(async () => {
  await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
  elsewhere.close();
  await emulated.close();
});

/** `RateLimited 17`, as the table has it. */
async function outcome(provider: Provider, several: boolean, remainingMs: number): Promise<string> {
  const [path, input] = (several ? calls[provider].several : undefined) ?? calls[provider].one;
  const file = new URL(`../../functions/actions/${path}.ts`, import.meta.url);
  const { handler }: { handler: ActionHandler } = await import(file.href);
  const execution = { first_try: !several };
  return invoke(handler, input, { connection: 'default', remainingMs, execution }).then(
    () => 'goes on',
    ({ name, message, stack }: Error) => {
      secrets.refuseIn(`${message} ${stack}`, `The error of ${path}`);
      const seconds = / \(retry_after_seconds: (\d+)\)$/.exec(message)?.[1];
      return seconds === undefined ? name : `${name} ${seconds}`;
    },
  );
}

describe.each(providers)('%s', (provider) => {
  const rows = faultTable.flatMap((row) => {
    const wanted = outcomeOf(row, provider);
    const isMet = row.at === undefined || calls[provider].several !== undefined;
    return wanted === undefined || !isMet ? [] : [[row.what, wanted, row] as const];
  });

  test.each(rows)('%s: %s', async (_what, wanted, { fault, at, hangs }) => {
    const proxy = proxies.get(provider);
    const { port } = elsewhere.address() as AddressInfo; // a listening TCP server has a port
    let seen = 0;
    proxy?.inject([fault(provider, `http://localhost:${port}/there`)], {
      forever: true,
      when: () => ++seen === at || at === undefined,
    });
    const told = await outcome(provider, at !== undefined, hangs ? 700 : 20_000);
    // Of a date that is so far ahead, a second or two have passed.
    const near = (text: string) => text.replace(/\b(?:38|39)$/, '40').replace(/\b(?:88|89|91)$/, '90');
    expect(near(told)).toBe(wanted);
    expect(proxy?.requests.length).toBeGreaterThan(0);
    expect(reached).toEqual([]);
  });
});

test('the reference has this table', () => {
  const reference = readFileSync(new URL('../../docs/workflow-reference.md', import.meta.url), 'utf8');
  expect(reference).toContain(`\n\n${documented()}\n\n`);
});
