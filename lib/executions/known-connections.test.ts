// Which connections are asked for before a run is started, how often, and what is said of them.
import { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, expect, test } from 'vitest';
import { ApiProblem } from '../problem.ts';
import { KnownConnections } from './known-connections.ts';

const PATH = '/ai-orchestra/test/connections';
let asked: string[][];
let there: string[];
let isAway: boolean;
let now: number;
beforeEach(() => {
  process.env['CONNECTIONS_PATH'] = PATH;
  [asked, there, isAway, now] = [[], [], false, 0];
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
        .map((name: string) => ({ Name: `${PATH}/${name}`, Version: 1 }));
      return { response: undefined, output: { $metadata: {}, Parameters } };
    },
  { step: 'initialize' },
);
const known = () => new KnownConnections(ssm, () => now);
const missing = async (of: KnownConnections, ...connections: string[]) => {
  try {
    await of.check({ connections });
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
  await known().check({});
  expect(asked).toEqual([['github/default']]);
});
