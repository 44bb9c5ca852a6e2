// Which connections are asked for before a run is started, how often, and what is said of them.
import { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, expect, test } from 'vitest';
import { descriptionOf } from '../connection-management/description.ts';
import { ApiProblem } from '../problem.ts';
import type { ConnectionStore } from '../stores/connections.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { KnownConnections } from './known-connections.ts';

const PATH = '/ai-orchestra/test/connections';
let asked: string[][];
let there: string[];
let isAway: boolean;
let now: number;
let read: string[];
let version: number;
beforeEach(() => {
  process.env['CONNECTIONS_PATH'] = PATH;
  [asked, there, isAway, now] = [[], [], false, 0];
  [read, described, isS3Away, version] = [[], {}, false, 1];
});
const ssm = new SSMClient({ region: 'us-east-1' });
ssm.middlewareStack.add(
  () =>
    async ({ input }) => {
      const filters = 'ParameterFilters' in input ? input.ParameterFilters : [];
      const names = (filters?.[0]?.Values ?? []).map((name: string) => name.slice(PATH.length + 1));
      asked.push(names);
      if (isAway) throw new Error('Systems Manager is away');
      const Parameters = names
        .filter((name: string) => there.includes(name))
        .map((name: string) => ({ Name: `${PATH}/${name}`, Version: version }));
      return { response: undefined, output: { $metadata: {}, Parameters } };
    },
  { step: 'initialize' },
);
let described: Record<string, object>;
let isS3Away: boolean;
/** The descriptions by name, of version 1. */
const store: Pick<ConnectionStore, 'read'> = {
  async read(id) {
    read.push(id);
    if (isS3Away) throw new Error('S3 is away');
    const fields = described[id];
    if (!fields) return undefined;
    const version = { ...descriptionOf({ version: 1, modified: new Date(0) }, undefined), ...fields };
    return {
      id,
      document: { versions: { 1: version } },
      etag: '"1"',
      lastModified: new Date(0),
      metadata: {},
    };
  },
};
const known = () => new KnownConnections({ ssm, store, now: () => now });
const missing = async (of: KnownConnections, ...connections: string[]) => {
  try {
    await of.check({ workflow: { id: 'w' }, connections });
    return [];
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.type !== 'connection-missing') throw error;
    return error.problems?.map(({ message }) => message);
  }
};

test('what was found is not asked for again for 30 seconds, what was not found is', async () => {
  const connections = known();
  there = ['github/default'];
  const gone = ['There is no connection google/work'];
  expect(await missing(connections, 'github/default', 'google/work')).toEqual(gone);
  now = 29_999;
  expect(await missing(connections, 'github/default', 'google/work')).toEqual(gone);
  there.push('google/work');
  expect(await missing(connections, 'github/default', 'google/work')).toEqual([]);
  now = 30_000;
  expect(await missing(connections, 'github/default', 'google/work')).toEqual([]);
  expect(asked).toEqual([
    ['github/default', 'google/work'],
    ['google/work'],
    ['google/work'],
    ['github/default'],
  ]);
});

test('the secret of a webhook is for its deliveries: runs need none', async () => {
  expect(await missing(known(), 'webhook/default')).toEqual([]);
  expect(asked).toEqual([]);
});

test('nothing is said when Systems Manager does not answer, or of workflows that tell no connections', async () => {
  isAway = true;
  expect(await missing(known(), 'github/default')).toEqual([]);
  await known().check({ workflow: { id: 'w' } });
  expect(asked).toEqual([['github/default']]);
});

/** What is said of a workflow that reads mail/work for these calls. */
async function refused(of: KnownConnections, scopes?: WorkflowDocument['scopes']) {
  const document = { workflow: { id: 'w' }, connections: ['mail/work'], ...(scopes && { scopes }) };
  const problem: unknown = await of.check(document).catch((thrown: unknown) => thrown);
  if (!(problem instanceof ApiProblem)) return problem;
  return [problem.type, ...(problem.problems ?? []).map(({ message, hint }) => `${message}. ${hint}`)];
}

test('a connection that its provider has refused, or that lacks a scope or is for others, starts nothing', async () => {
  there = ['mail/work'];
  described['mail/work'] = { status: 'needs_reconnect' };
  expect(await refused(known())).toEqual([
    'connection-unusable',
    'The connection mail/work has to be connected again: its provider has refused it. Connect it again, or test it, at /app/connections?connection=mail/work.',
  ]);
  described['mail/work'] = { status: 'connected', scopes: ['a'] };
  const send = { connection: 'mail/work', action: 'mail.send', any_of: ['b:x', 'c'] };
  const list = { connection: 'mail/work', action: 'mail.list', any_of: ['a'] };
  expect(await refused(known(), [list])).toBeUndefined();
  expect(await refused(known(), [list, send])).toEqual([
    'connection-unusable',
    'The connection mail/work lacks a scope that mail.send needs. Connect the account again with b:x or c, at /app/connections?connection=mail/work&scope=b%3Ax.',
  ]);
  described['mail/work'] = { workflows: ['other'] };
  expect(await refused(known())).toEqual([
    'connection-unusable',
    expect.stringContaining('The connection mail/work may not be used by the workflow w.'),
  ]);
  described['mail/work'] = { workflows: ['w', 'other'], scopes: null };
  expect(await refused(known(), [send])).toBeUndefined();
});

test('one that is connected again counts at once, though its version was kept', async () => {
  const connections = known();
  there = ['mail/work'];
  expect(await refused(connections)).toBeUndefined();
  described['mail/work'] = { status: 'needs_reconnect' };
  expect(await refused(connections)).toEqual(['connection-unusable', expect.any(String)]);
  // Of version 2 nothing is told against it.
  version = 2;
  expect(await refused(connections)).toBeUndefined();
});

test('each description is read once a start, and nothing is said when S3 does not answer', async () => {
  there = ['mail/work'];
  described['mail/work'] = { status: 'needs_reconnect' };
  isS3Away = true;
  expect(await refused(known())).toBeUndefined();
  expect(read).toEqual(['mail/work']);
  there = [];
  expect(await refused(known())).toEqual(['connection-missing', expect.any(String)]);
});
