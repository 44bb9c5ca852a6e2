// The examples of approvals, run on the local engine: what they give, by which transitions, and what the log says.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { examplesFolder } from '../../infrastructure/generate/update-goldens.ts';
import type { Clock } from '../../local/states/model/clock.ts';
import {
  type Answer,
  type Call,
  type OnRequest,
  type Run,
  run,
  type Send,
  waitsUnder,
} from '../support/run-compiled.ts';
import { createTestClock } from '../support/test-clock.ts';

const catalogue = await buildCatalogue();
const decided = {
  decision: 'approved',
  approved: true,
  comment: 'fine',
  decided_by: 'ada',
  decided_at: '2026-03-01T10:00:00.000Z',
  timed_out: false,
};
const rejected = { ...decided, decision: 'rejected', approved: false, comment: null };
const timedOut = { ...decided, comment: null, decided_by: null, decided_at: null, timed_out: true };

const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const effects: Answer = ({ function: f, event }) =>
  f === 'github-create-issue'
    ? { number: 1, url: 'https://github.com/o/r/issues/1', title: 't', input: event.input }
    : { id: 'p', url: 'https://notion.so/p', title: 't' };

/** Answers each question by what its message is. */
const answering =
  (decision: (event: Call['event']) => object) =>
  async (event: Call['event'], send: Send): Promise<unknown> => {
    const output = JSON.stringify(decision(event));
    await send('SendTaskSuccess', { taskToken: event.task_token, output });
    return null;
  };

async function start(
  name: string,
  input: unknown,
  options: { clock?: Clock; onRequest?: OnRequest },
  answer = effects,
): Promise<Run> {
  const document: unknown = JSON.parse(await readFile(join(examplesFolder, `${name}.workflow.json`), 'utf8'));
  const result = await run(document, input, answer, catalogue, options.clock, [], options.onRequest);
  // Only what the function gets holds the token.
  for (const { event } of result.calls)
    if (event.task_token) expect(JSON.stringify([result.log, result.output])).not.toContain(event.task_token);
  return result;
}

describe('approval', () => {
  const input = { repo_name: 'o/r', title: 'Bug', labels: ['a'] };

  test('a decision is what the step gives, and costs one transition', async () => {
    const result = await start('approval', input, { onRequest: answering(() => decided) });
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { decision: 'approved', url: 'https://github.com/o/r/issues/1' },
      states: ['ask', 'issue.when', 'issue', 'workflow.output'],
    });
    const [asked, issue] = result.calls;
    expect(asked?.event).toMatchObject({
      input: {
        message: 'Open the issue Bug?',
        details: { repository: 'o/r', labels: ['a'] },
        role: 'admin',
        on_timeout: 'fail',
      },
      timeout_seconds: 86400,
      approval_id: expect.stringMatching(/^approval\.[0-9a-f-]{36}\.ask$/),
    });
    expect(issue?.event.input).toMatchObject({ body: 'ada: fine' });
    expect(result.log.steps[0]).toMatchObject({
      id: 'ask',
      action: 'approval',
      status: 'succeeded',
      attempts: 1,
      input: asked?.event.input,
      output: decided,
      error: null,
    });
  });

  test('a rejection is an output, no error', async () => {
    const result = await start('approval', input, { onRequest: answering(() => rejected) });
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { decision: 'rejected', url: null },
      states: ['ask', 'issue.when', 'workflow.output'],
    });
    expect(result.log.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'ask succeeded',
      'issue skipped',
    ]);
  });

  test('asking is tried again under another token, for the same approval', async () => {
    let tries = 0;
    const result = await start('approval', input, {
      onRequest: (event, send) =>
        ++tries === 1
          ? failure('ProviderUnavailable', 'The approval could not be stored')
          : answering(() => decided)(event, send),
    });
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      states: ['ask', 'issue.when', 'issue', 'workflow.output'],
    });
    const [first, second] = result.calls;
    expect(second?.event.approval_id).toBe(first?.event.approval_id);
    expect(second?.event.task_token).not.toBe(first?.event.task_token);
    expect(result.log.steps[0]).toMatchObject({ id: 'ask', status: 'succeeded', attempts: 2 });
  });

  test('who does not decide in time fails the step, and is not asked again', async () => {
    const clock = createTestClock(Date.parse('2026-03-01T00:00:00Z'));
    const result = await start('approval', input, {
      clock,
      onRequest: timesOut(clock, ['2026-03-02T00:00:00Z']),
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout', states: ['ask'] });
    expect(result.calls).toHaveLength(1);
    expect(result.log.steps).toMatchObject([
      { id: 'ask', action: 'approval', status: 'failed', error: { name: 'States.Timeout' } },
    ]);
  });
});

describe('approval_notify', () => {
  const input = { parent_id: 'd', text: 'Hello' };

  test('people are told first, with the address, in a transition of its own', async () => {
    const result = await start('approval_notify', input, { onRequest: answering(() => decided) });
    expect(result).toMatchObject({
      output: 'approved',
      states: ['ask.when', 'ask.notify', 'ask', 'workflow.output'],
    });
    const [told, asked] = result.calls;
    const id = asked?.event.approval_id ?? '';
    expect(told).toMatchObject({
      function: 'notion-create-page',
      event: {
        input: {
          parent_id: 'd',
          title: 'Publish “Hello”?',
          content: `Decide at https://api.example.com/approvals/${id}/page (${id})`,
        },
        connection: 'office',
        execution: { workflow_id: 'approval_notify', step_id: 'ask' },
      },
    });
    expect(result.log.steps.map(({ id, status }) => `${id} ${status}`)).toEqual(['ask succeeded']);
  });

  test('skipped, nobody is told and nobody asked', async () => {
    const result = await start('approval_notify', { ...input, text: 'x' }, {});
    expect(result).toMatchObject({ output: 'not asked', states: ['ask.when', 'workflow.output'], calls: [] });
    expect(result.log.steps.map(({ id, status }) => `${id} ${status}`)).toEqual(['ask skipped']);
  });

  test('when people cannot be told the step has failed, and on_error takes over', async () => {
    const result = await start('approval_notify', input, {}, () => failure('NotFound', 'no such page'));
    expect(result).toMatchObject({
      output: 'NotFound',
      states: ['ask.when', 'ask.notify', 'instead', 'workflow.output'],
    });
    expect(result.log.steps).toMatchObject([
      {
        id: 'ask',
        action: 'approval',
        status: 'caught',
        error: { name: 'NotFound', message: 'no such page' },
      },
      { id: 'instead', status: 'succeeded' },
    ]);
  });
});

test('approval_for_each: each iteration of each loop asks under an id of its own', async () => {
  const teams = [{ members: ['a', 'b'] }, { members: ['c'] }];
  const result = await start(
    'approval_for_each',
    { teams },
    {
      onRequest: answering(({ input: asked }) =>
        JSON.stringify(asked).includes('Invite b?') ? rejected : decided,
      ),
    },
  );
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: ['approved', 'rejected', 'approved'] });
  const ids = result.calls.map(({ event }) =>
    event.approval_id?.replace(/^approval_for_each\.[0-9a-f-]{36}/, ''),
  );
  expect(ids.toSorted()).toEqual(['.ask.0.0', '.ask.0.1', '.ask.1.0']);
  const asks = result.log.steps.filter(({ id }) => id === 'ask');
  expect(asks.map(({ index }) => index).toSorted()).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
  ]);
});

test('in a distributed loop each iteration asks under the run’s id, and waits in an execution of its own', async () => {
  const ask = {
    id: 'ask',
    approval: {
      message: '{{ inputs.verb }} {{ item }}?',
      notify: {
        action: 'notion.create_page',
        params: { parent_id: '{{ inputs.page }}', title: '{{ approval.url }}' },
      },
    },
  };
  const members = { id: 'members', for_each: '{{ item }}', steps: [ask] };
  const document = {
    id: 'invite',
    inputs: { verb: { type: 'string' }, page: { type: 'string' }, teams: { type: 'array' } },
    steps: [{ id: 'teams', mode: 'distributed', for_each: '{{ inputs.teams }}', steps: [members] }],
    output: '{{ [steps.teams.approved] }}',
  };
  const input = { verb: 'Invite', page: 'd', teams: [['a', 'b'], ['c']] };
  const result = await run(
    document,
    input,
    effects,
    catalogue,
    undefined,
    [],
    answering(() => decided),
  );
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: [true, true, true] });
  const asked = result.calls.filter((call) => call.function === 'request-approval').map(({ event }) => event);
  const ids = asked.map((event) => event.approval_id ?? '').toSorted();
  expect(ids.map((id) => id.replace(/^invite\.[0-9a-f-]{36}/, ''))).toEqual([
    '.ask.0.0',
    '.ask.0.1',
    '.ask.1.0',
  ]);
  expect(new Set(ids.map((id) => id.split('.')[1])).size).toBe(1);
  // Whose history has the token.
  for (const { execution } of asked) expect(execution.id).toContain(':execution:test1/teams:');
  const told = result.calls.filter((call) => call.function === 'notion-create-page');
  expect(told.map(({ event }) => event.input).toSorted()).toEqual(
    expect.arrayContaining(
      ids.map((id) => ({ parent_id: 'd', title: `https://api.example.com/approvals/${id}/page` })),
    ),
  );
  expect(new Set(told.map(({ event }) => event.execution.call_id))).toEqual(new Set(['0.0', '0.1', '1.0']));
  const steps = result.log.steps.filter(({ id }) => id === 'ask');
  expect(steps.map(({ output }) => output)).toEqual([decided, decided, decided]);
});

test('approval_on_timeout: a timeout counts as the decision that the step says, with no further transition', async () => {
  const clock = createTestClock(Date.parse('2026-03-01T00:00:00Z'));
  const result = await start(
    'approval_on_timeout',
    { subject: 'News' },
    {
      clock,
      onRequest: timesOut(clock, ['2026-03-01T01:00:00Z', '2026-03-01T02:00:00Z']),
    },
  );
  const second = { ...timedOut, decision: 'rejected', approved: false };
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: second,
    // The last state catches, which cannot itself be an end.
    states: ['first', 'second', 'workflow.output'],
  });
  expect(result.calls[1]?.event.input).toMatchObject({ message: 'News was approved. Really?' });
  expect(result.log.steps).toMatchObject([
    { id: 'first', status: 'succeeded', output: timedOut, error: null },
    { id: 'second', status: 'succeeded', output: second, error: null },
  ]);
  const answered = await start(
    'approval_on_timeout',
    { subject: 'News' },
    { onRequest: answering(() => decided) },
  );
  expect(answered).toMatchObject({ output: decided, states: ['first', 'second'] });
});

/** Nobody answers: when the request is stored and the run waits, time goes on to the next of the moments. */
function timesOut(clock: ReturnType<typeof createTestClock>, moments: string[]) {
  return (event: Call['event'], send: Send): unknown => {
    void waitsUnder(event, send).then(() => clock.to(moments.shift() ?? ''));
    return null;
  };
}
