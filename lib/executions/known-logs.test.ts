// What is kept of runs that are polled: what is read of Step Functions and S3 each time, and that it stays right.
import { type GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import { KnownLogs } from './known-logs.ts';
import { runningLogOf } from './log.ts';
import { facts, history } from './testing/history.ts';

let events: HistoryEvent[];
let pages: number;
const sfn = new SFNClient({ region: 'us-east-1' });
/** As Step Functions gives a history: pages in either order. */
sfn.middlewareStack.add(
  (_, { commandName }) =>
    async ({ input }) => {
      const {
        reverseOrder,
        nextToken,
        maxResults = 100,
      }: GetExecutionHistoryCommand['input'] = Object.assign({ executionArn: '' }, input);
      if (commandName !== 'GetExecutionHistoryCommand') throw new Error(`${commandName} was asked for`);
      pages += 1;
      const all = reverseOrder ? events.toReversed() : events;
      const from = Number(nextToken ?? 0);
      const to = from + maxResults;
      const output = {
        $metadata: {},
        events: all.slice(from, to),
        ...(to < all.length && { nextToken: String(to) }),
      };
      return { response: undefined, output };
    },
  { step: 'initialize' },
);

const passes = (count: number): HistoryEvent[] =>
  history(
    { type: 'ExecutionStarted', executionStartedEventDetails: { input: '{}' } },
    ...Array.from({ length: count - 1 }, () => ({
      type: 'PassStateEntered' as const,
      stateEnteredEventDetails: { name: 'note', input: 'x'.repeat(100) },
    })),
  );
const run = { arn: 'arn:1', startDate: new Date(1000) };

beforeEach(() => {
  pages = 0;
});

test('of a history of 25,000 events that was read, the page with the new ones is read', async () => {
  const known = new KnownLogs();
  events = passes(24_000);
  expect(await known.history(run, events.length, sfn)).toEqual(events);
  expect(pages).toBe(24);
  pages = 0;
  events = passes(24_003);
  expect(await known.history(run, events.length, sfn)).toEqual(events);
  expect(pages).toBe(1);
  pages = 0;
  events = passes(25_000);
  expect(await known.history(run, events.length, sfn)).toEqual(events);
  expect(pages).toBe(1);
  pages = 0;
  expect(await known.history(run, events.length, sfn)).toEqual(events);
  expect(pages).toBe(1);
});

test('another execution of the same name is read anew', async () => {
  const known = new KnownLogs();
  events = passes(3000);
  await known.history(run, events.length, sfn);
  events = passes(5);
  expect(await known.history({ ...run, startDate: new Date(2000) }, 5, sfn)).toEqual(events);
  // Of what has no longer the event that was the last one, nothing that is known holds.
  expect(await known.history(run, events.length, sfn)).toEqual(events);
});

test('the log of a history is given for the tag that it was made at, and no longer when there are more events', async () => {
  const known = new KnownLogs();
  events = passes(3);
  const log = runningLogOf(facts, await known.history(run, events.length, sfn));
  known.keepMade(run, '"a"', log);
  expect(known.made(run, '"a"')).toBe(log);
  expect(known.made(run, '"b"')).toBeUndefined();
  events = passes(4);
  await known.history(run, events.length, sfn);
  expect(known.made(run, '"a"')).toBeUndefined();
});

test('more than it may keep makes it forget what was used longest ago', async () => {
  const known = new KnownLogs();
  const large = () =>
    history({ type: 'ExecutionStarted', executionStartedEventDetails: { input: 'x'.repeat(25_000_000) } });
  events = large();
  for (const arn of ['a', 'b', 'a', 'c']) await known.history({ ...run, arn }, 1, sfn);
  pages = 0;
  const log = runningLogOf(facts, passes(1));
  for (const arn of ['a', 'b', 'c']) known.keepMade({ ...run, arn }, '"t"', log);
  expect(['a', 'b', 'c'].map((arn) => known.made({ ...run, arn }, '"t"') === log)).toEqual([
    true,
    false,
    true,
  ]);
});
