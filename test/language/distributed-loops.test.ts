// Distributed loops on the local engine and the whole stack: their executions, what the log tells of them, their limits.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { examplesFolder } from '../../infrastructure/generate/update-goldens.ts';
import { executionLog } from '../../lib/schemas/execution-log.ts';
import { runsOfFile } from '../support/file-runs.ts';
import type { Answer, Run } from '../support/run-compiled.ts';
import { logOf, startTestStack } from '../support/test-stack.ts';

const run = runsOfFile();

const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const value = (id: string, transform: unknown, rest = {}) => ({ id, transform, ...rest });
const open = (rest = {}) => ({
  id: 'open',
  action: 'github.create_issue',
  params: { repo_name: 'o/r', title: '{{ $string(item) }}' },
  ...rest,
});
const loop = (for_each: unknown, steps: unknown[], rest = {}) => ({
  id: 'each',
  mode: 'distributed',
  for_each,
  steps,
  ...rest,
});
const workflow = (...steps: unknown[]) => ({ id: 'w', steps });
const opened: Answer = ({ event }) => ({
  number: 1,
  url: 'u',
  title: (event.input as { title: string }).title,
});

const logged = ({ log }: Run): string[] =>
  log.steps.map(({ id, index, status }) => `${id}${index ? JSON.stringify(index) : ''} ${status}`);

test('for_each_distributed: one transition in the run besides the output’s, and in each iteration those of its steps', async () => {
  const document: unknown = JSON.parse(
    await readFile(join(examplesFolder, 'for_each_distributed.workflow.json'), 'utf8'),
  );
  const result = await run(
    document,
    { repo_name: 'o/r', titles: ['a', 'no', 'c'] },
    (call, count) => {
      const { title } = call.event.input as { title: string };
      return title.startsWith('no') ? failure('NotFound', 'gone') : opened(call, count);
    },
    await buildCatalogue(),
  );
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: { opened: [1, 1], failed: [{ index: 1, why: 'gone' }] },
    states: ['about', 'each', 'workflow.output'],
  });
  expect(result.iterations).toEqual([['open'], ['open', 'open.output'], ['open']]);
  expect(result.calls.map(({ event }) => (event.input as { title: string }).title).toSorted()).toEqual([
    'a (1 of 3)',
    'c (3 of 3)',
    'no (2 of 3)',
  ]);
  expect(logged(result)).toEqual([
    'about succeeded',
    'each succeeded',
    'open[0] succeeded',
    'open[1] caught',
    'open[2] succeeded',
  ]);
  expect(result.log.steps[1]?.iterations).toEqual({
    map_run_arn: expect.stringMatching(/:mapRun:test1\/each:[\da-f-]{36}$/),
    total: 3,
    succeeded: 2,
    failed: 1,
    failures: [{ index: 1, name: 'NotFound', message: 'gone' }],
    listed: 3,
  });
});

test('the first failure stops the others; the log tells which item failed, and why', async () => {
  const failed = await run(
    workflow(loop(['a', 'b', 'no'], [open({ retry: { max_attempts: 1 } })])),
    {},
    ({ event }) =>
      (event.input as { title: string }).title === 'no' ? failure('NotFound', 'gone') : new Promise(() => {}),
  );
  expect(failed).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  expect(logged(failed)).toEqual(['each failed', 'open[0] aborted', 'open[1] aborted', 'open[2] failed']);
  expect(failed.log.steps[0]).toMatchObject({
    error: { name: 'States.ExceedToleratedFailureThreshold' },
    iterations: {
      total: 3,
      succeeded: 0,
      failed: 1,
      failures: [{ index: 2, name: 'NotFound', message: 'gone' }],
      listed: 3,
    },
  });
  expect(failed.log.steps[3]?.error).toEqual({ name: 'NotFound', message: 'gone' });
});

test('loops in loops: the log has the indexes of all of them, and the tokens of their steps', async () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const ask = { id: 'ask', action: 'openai.summarize', params: { text: '{{ item }}' } };
  const result = await run(
    workflow(
      loop([1, 2], [{ ...loop(['x', 'y'], [{ ...loop(['z'], [ask]), id: 'c' }]), id: 'b', mode: 'inline' }]),
    ),
    {},
    () => ({ text: 't', model: 'm', usage }),
  );
  expect(result.status, result.cause).toBe('SUCCEEDED');
  const asked = result.log.steps.filter(({ id }) => id === 'ask').map(({ index }) => index);
  expect(asked.toSorted()).toEqual([
    [0, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
    [1, 1, 0],
  ]);
  expect(result.log.steps.flatMap(({ iterations }) => iterations?.total ?? [])).toEqual([2, 1, 1, 1, 1]);
  expect(result.log.usage).toEqual({ prompt_tokens: 4, completion_tokens: 8, total_tokens: 12 });
});

test('10,000 items: what nothing reads is not collected, and the log lists a hundred iterations', async () => {
  const numbers = value('numbers', '{{ [1..10000] }}');
  const big = 'x'.repeat(100);
  const each = loop('{{ steps.numbers }}', [open()], { max_concurrency: 100 });
  const result = await run(workflow(numbers, each, value('done', 'ok')), {}, (call) => {
    const { title } = call.event.input as { title: string };
    return title === '7' ? failure('NotFound', 'gone') : { number: 1, url: big, title };
  });
  expect(result.status).toBe('FAILED');
  expect(result.log.steps[1]?.iterations?.failures).toEqual([
    { index: 6, name: 'NotFound', message: 'gone' },
  ]);

  const all = await run(workflow(numbers, each, value('done', 'ok')), {}, () => ({
    number: 1,
    url: big,
    title: big,
  }));
  expect(all).toMatchObject({ status: 'SUCCEEDED', output: 'ok', states: ['numbers', 'each', 'done'] });
  expect(all.calls).toHaveLength(10_000);
  const { iterations, output } = all.log.steps[1] ?? {};
  expect(iterations).toMatchObject({ total: 10_000, succeeded: 10_000, failed: 0, listed: 100 });
  expect(output).toMatchObject({ truncated: true, size_bytes: 50_001 });
});

test('what is read is collected, and may have 256 KiB', async () => {
  const big = { text: 'x'.repeat(1000) };
  const sizes = workflow(
    value('numbers', '{{ [1..300] }}'),
    loop('{{ steps.numbers }}', [value('big', big)]),
    value('count', '{{ $count(steps.each) }}'),
  );
  const result = await run(sizes, {}, opened);
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
});

test('an inline loop ends before its first iteration when its events would end the run', async () => {
  const document = {
    ...workflow({ ...loop('{{ [1..inputs.n] }}', [open()]), mode: 'inline' }),
    inputs: { n: { type: 'integer' } },
  };
  const tooMany = await run(document, { n: 12_000 }, opened);
  expect(tooMany).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError', states: ['each'] });
  expect(tooMany.cause).toContain(
    'The loop each has 12000 items; inline it can have 2856: give it "mode": "distributed"',
  );
  expect(tooMany.calls).toEqual([]);
});

test('an inline loop may have as many items as it says', async () => {
  const each = { ...loop('{{ [1..inputs.n] }}', [value('in', '{{ index }}')]), mode: 'inline' };
  const document = { ...workflow(each, value('last', '{{ $count(steps.each) }}')), inputs: { n: {} } };
  expect((await run(document, { n: 4998 }, opened)).output).toBe(4998);
  const over = await run(document, { n: 4999 }, opened);
  expect(over.cause).toContain('The loop each has 4999 items; inline it can have 4998:');
});

test('the stack: one run, one log, and no log of an iteration', async () => {
  const stack = await startTestStack();
  try {
    const document = {
      id: 'many',
      inputs: { topics: { type: 'array' } },
      steps: [
        loop('{{ inputs.topics }}', [
          { id: 'ask', action: 'openai.generate_completion', params: { prompt: 'About {{ item }}' } },
        ]),
      ],
      output: { answers: '{{ [steps.each.text] }}' },
    };
    expect((await stack.call('POST', '/workflows', { body: document })).status).toBe(201);
    const { body } = await stack.call('POST', '/workflows/many/executions', {
      body: { input: { topics: ['tea', 'rain', 'ink'] } },
      headers: { prefer: 'wait=25' },
    });
    expect([body.status, body.output.answers.length]).toEqual(['succeeded', 3]);
    const log = await logOf(stack, body.id);
    expect(executionLog.parse(log)).toEqual(log);
    const [each, ...asked] = log.steps;
    expect(each).toMatchObject({ id: 'each', iterations: { total: 3, succeeded: 3, failed: 0, listed: 3 } });
    expect(asked.map(({ id, index }: { id: string; index: number[] }) => [id, index])).toEqual([
      ['ask', [0]],
      ['ask', [1]],
      ['ask', [2]],
    ]);
    expect(log.usage.total_tokens).toBe(
      asked.reduce(
        (sum: number, step: { usage: { total_tokens: number } }) => sum + step.usage.total_tokens,
        0,
      ),
    );
    const { body: runs } = await stack.call('GET', '/executions');
    expect(runs.items.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    const s3 = new S3Client({
      endpoint: stack.stack.awsUrl,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: stack.stack.settings.LOGS_BUCKET ?? '', Prefix: 'executions/' }),
    );
    s3.destroy();
    expect(Contents.map(({ Key }) => Key)).toEqual([`executions/many/${body.id.split('.')[1]}.json`]);
  } finally {
    await stack.close();
  }
});

describe('more failures than a distributed loop tolerates', () => {
  const tolerant = (rest = {}) =>
    loop([1, -2, -3], [value('root', '{{ $sqrt(item) }}')], {
      on_item_error: 'continue',
      tolerated_failures: 1,
      ...rest,
    });
  const message =
    /^In the step each: 2 of 3 items failed, more than the 1 that are tolerated\. Item 1: States\.QueryEvaluationError: The expression \{ \$sqrt\(item\) \} of the step root .*D3060/;
  const name = 'States.QueryEvaluationError';
  const roots = ['root[0] succeeded', 'root[1] failed', 'root[2] failed'];
  const iterations = { total: 3, succeeded: 1, failed: 2, listed: 3 };

  test('are the loop’s error', async () => {
    const failed = await run(workflow(tolerant(), value('after', 1)), {}, opened);
    expect([failed.status, failed.states]).toEqual(['FAILED', ['each', 'each.try', 'each.tolerance']]);
    expect(failed.log.error).toEqual({ name, message: expect.stringMatching(message), step_id: 'each' });
    expect(logged(failed)).toEqual(['each failed', ...roots]);
    expect(failed.log.steps[0]).toMatchObject({ action: 'for_each', attempts: 0, iterations });
    expect(failed.log.steps[0]?.error).toEqual({ name, message: expect.stringMatching(message) });
  });

  test('are caught by its on_error', async () => {
    const instead = value('instead', '{{ [error.name, error.step, error.message] }}');
    const caught = await run(
      workflow(tolerant({ on_error: [instead] }), value('last', '{{ steps.each }}')),
      {},
      opened,
    );
    expect(caught.output).toEqual([name, 'each', expect.stringMatching(message)]);
    expect(logged(caught)).toEqual(['each caught', ...roots, 'instead succeeded', 'last succeeded']);
    expect(caught.log.steps[0]).toMatchObject({ attempts: 0, iterations });
    const continued = await run(workflow(tolerant({ on_error: 'continue' })), {}, opened);
    expect(continued.output).toEqual({ error: { name, message: expect.stringMatching(message) } });
    expect(continued.log.steps[0]).toMatchObject({ status: 'caught', output: continued.output, iterations });
  });

  test('are told to on_failure', async () => {
    const told = value('told', '{{ error.message }}');
    const failed = await run({ ...workflow(tolerant()), on_failure: [told] }, {}, opened);
    expect(failed.log.steps.at(-1)).toMatchObject({ id: 'told', output: expect.stringMatching(message) });
    expect(failed.log.error).toMatchObject({ name, step_id: 'each' });
  });

  test('have its retry run all items again', async () => {
    const refused = open({ retry: { max_attempts: 1 } });
    const retried = await run(
      workflow({ ...tolerant({ retry: { max_attempts: 2, interval_seconds: 1 } }), steps: [refused] }),
      {},
      (call, count) => (count <= 3 ? failure('NotFound', 'gone') : opened(call, count)),
    );
    expect([retried.status, retried.calls.length]).toEqual(['SUCCEEDED', 6]);
    expect(retried.log.steps[0]).toMatchObject({
      status: 'succeeded',
      error: null,
      iterations: { total: 3, succeeded: 3, failed: 0 },
    });
  });

  test('are those of the loop in an iteration of another', async () => {
    const outer = { ...loop([1], [tolerant(), value('count', '{{ $count(steps.each) }}')]), id: 'outer' };
    const failed = await run(workflow({ ...outer, on_item_error: 'continue' }), {}, opened);
    expect(failed.output).toMatchObject([
      { error: { name, message: expect.stringMatching(message), index: 0 } },
    ]);
    expect(logged(failed)).toEqual([
      'outer succeeded',
      'each[0] failed',
      'root[0,0] succeeded',
      'root[0,1] failed',
      'root[0,2] failed',
    ]);
  });
});
