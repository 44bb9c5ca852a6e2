// What becomes of errors: retry, on_error, on_item_error, on_failure and timeout_seconds, by which transitions.
import { expect, test } from 'vitest';
import { runsOfFile } from '../support/file-runs.ts';
import { failure, logged, start } from '../support/language-example.ts';
import type { Answer } from '../support/run-compiled.ts';
import { createSkippingClock } from '../support/test-clock.ts';

const run = runsOfFile();

test('on_error: its steps see the error, and the result of the last takes the place of the step’s', async () => {
  const input = { repo_name: 'o/r', parent_id: 'd' };
  const fine = await start('on_error', input);
  expect(fine).toMatchObject({
    output: { url: 'https://github.com/Report', page: null },
    states: ['issue', 'where'],
  });
  const own: Answer = ({ function: f }) =>
    f === 'github-create-issue' ? failure('RateLimited', 'say "please"') : undefined;
  const caught = await start('on_error', input, own);
  const url = 'https://notion.so/issue: RateLimited';
  expect(caught).toMatchObject({
    output: { url, page: url },
    states: ['issue', 'issue.retry_after', 'issue', 'page', 'instead', 'where'],
  });
  expect(caught.calls.at(-1)?.event.input).toMatchObject({ content: 'say "please"' });
  expect(logged(caught)).toEqual(['issue caught', 'page succeeded', 'instead succeeded', 'where succeeded']);
  expect(caught.log.steps[0]?.attempts).toBe(2);
});

test('on_item_error: failures by index, and nothing more than one transition for each that failed', async () => {
  const input = { repo_name: 'o/r', titles: ['a', 'b', 'c', 'd'] };
  const failing =
    (...titles: string[]): Answer =>
    ({ event }) =>
      titles.includes(String((event.input as { title: string }).title))
        ? failure('NotFound', 'gone')
        : undefined;
  const fine = await start('on_item_error', input);
  expect(fine).toMatchObject({
    output: { opened: [1, 2, 3, 4], failed: [] },
    states: ['each', 'open', 'open', 'open', 'open', 'workflow.output'],
  });
  const two = await start('on_item_error', input, failing('b', 'd'));
  expect(two).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      opened: [1, 3],
      failed: [
        { index: 1, why: 'gone' },
        { index: 3, why: 'gone' },
      ],
    },
    states: ['each', 'open', 'open', 'open.output', 'open', 'open', 'open.output', 'workflow.output'],
  });
  expect(logged(two)).toEqual([
    'each succeeded',
    'open[0] succeeded',
    'open[1] caught',
    'open[2] succeeded',
    'open[3] caught',
  ]);
  const three = await start('on_item_error', input, failing('a', 'b', 'd'));
  expect(three).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(three.cause).toContain(
    '3 of 4 items failed, more than the 50% that are tolerated. Item 0: NotFound: gone',
  );
});

test('on_item_error: what Step Functions cannot catch of a step itself costs one transition an item', async () => {
  const result = await start('on_item_error_wrapped', { texts: ['1', 'x', '3'] });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { sum: 4, failed: [1] } });
  const times = (name: string) => result.states.filter((state) => state === name).length;
  expect(['each', 'each.item', 'number', 'each.item_output'].map(times)).toEqual([1, 3, 3, 1]);
  expect(logged(result).toSorted()).toEqual([
    'each succeeded',
    'number[0] succeeded',
    'number[1] failed',
    'number[2] succeeded',
  ]);
});

test('on_failure: one transition around the steps; after its steps the run fails with the first error', async () => {
  const input = { repo_name: 'o/r', parent_id: 'd' };
  expect(await start('on_failure', input)).toMatchObject({
    status: 'SUCCEEDED',
    output: 'https://github.com/ACME/SITE',
    states: ['workflow.steps', 'list', 'first', 'issue'],
  });
  const failed = await start('on_failure', input, ({ function: f }) =>
    f === 'github-create-issue' ? failure('Unauthorized', 'Bad credentials') : undefined,
  );
  expect(failed).toMatchObject({
    status: 'FAILED',
    error: 'Unauthorized',
    states: ['workflow.steps', 'list', 'first', 'issue', 'tell', 'workflow.failed'],
  });
  expect(failed.log.error).toEqual({ name: 'Unauthorized', message: 'Bad credentials', step_id: 'issue' });
  expect(failed.calls.at(-1)?.event.input).toEqual({
    parent_id: 'd',
    title: 'on_failure failed: Unauthorized',
    content: 'Bad credentials',
  });
  expect(logged(failed)).toEqual(['list succeeded', 'first succeeded', 'issue failed', 'tell succeeded']);
});

test('on_failure: an expression that fails is a failure too, and on_failure’s own failure hides nothing', async () => {
  const result = await start('on_failure', { repo_name: 'o/r', parent_id: 'd' }, ({ function: f }) =>
    f === 'github-list-repositories' ? { repositories: [{ full_name: 5 }] } : failure('NotFound', 'no page'),
  );
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    states: ['workflow.steps', 'list', 'first', 'tell', 'workflow.failed'],
  });
});

test('retry_after: waits as long as the provider said, without a Lambda, as often as there are tries', async () => {
  const clock = createSkippingClock([7000, 500_000]);
  const times = ['7', '500'];
  const fine = await start(
    'retry_after',
    { repo_name: 'o/r' },
    (_, count) => (times[count - 1] ? failure('RetryAfter', times[count - 1] ?? '') : undefined),
    clock,
  );
  expect(fine).toMatchObject({
    output: 'https://github.com/Report',
    states: ['issue', 'issue.retry_after', 'issue', 'issue.retry_after', 'issue', 'result'],
  });
  expect(clock.waits).toEqual([7000, 500_000]);
  expect(fine.calls.map(({ event }) => event.retry)).toEqual(
    [1, 2, 3].map((attempt) => ({ attempt, max_attempts: 3, max_interval_seconds: 600 })),
  );
  expect(fine.log.steps.map(({ id, status, attempts }) => [id, status, attempts])).toEqual([
    ['issue', 'succeeded', 3],
    ['result', 'succeeded', 0],
  ]);

  const limited = await start('retry_after', { repo_name: 'o/r' }, () => failure('RateLimited', 'too many'));
  expect(limited.output).toBe('RateLimited');
  expect(limited.calls).toHaveLength(3);
});

test('retry_after: what was tried again for other reasons counts among the tries after which no rate limit is waited for', async () => {
  const document = {
    id: 'w',
    steps: [
      {
        id: 'ask',
        action: 'gmail.list_messages',
        retry: { max_attempts: 5, interval_seconds: 1 },
      },
    ],
  };
  const errors = [['ProviderUnavailable'], ['RetryAfter', '7'], ['ProviderUnavailable'], ['RetryAfter', '7']];
  const { calls, states } = await run(
    document,
    {},
    (_, count) => {
      const [name, message = ''] = errors[count - 1] ?? [];
      return name === undefined ? undefined : failure(name, message);
    },
    undefined,
    createSkippingClock([1000, 1000, 7000, 7000]),
  );
  expect(calls.map(({ event }) => event.retry?.attempt)).toEqual([1, 2, 3, 4, 5]);
  expect(states).toEqual(['ask', 'ask.retry_after', 'ask', 'ask.retry_after', 'ask']);
});

test('on_error_kinds: what Step Functions cannot catch is tried in a state around it, one transition more', async () => {
  const fine = await start('on_error_kinds', { text: '0' });
  expect(fine).toMatchObject({
    output: { n: null, half: 0, size: 'small' },
    states: [
      'number',
      'number.try',
      'half',
      'half.try',
      'size',
      'size.try',
      'small',
      'pause',
      'pause.try',
      'workflow.output',
    ],
  });
  expect(logged(fine)).toEqual(['number', 'half', 'size', 'small', 'pause'].map((id) => `${id} succeeded`));
  expect(fine.log.steps.map(({ action, output }) => [action, output])).toEqual([
    ['set', { n: 0 }],
    ['transform', 0],
    ['switch', 'small'],
    ['transform', 'small'],
    ['wait', null],
  ]);

  const caught = await start('on_error_kinds', { text: 'x' });
  expect(caught).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      n: -1,
      half: { error: { name: 'States.QueryEvaluationError', message: expect.stringContaining('"x"') } },
      size: 'size: States.QueryEvaluationError',
    },
    states: [
      'number',
      'number.try',
      'none',
      'half',
      'half.try',
      'size',
      'size.try',
      'unknown',
      'pause',
      'pause.try',
      'workflow.output',
    ],
  });
  expect(logged(caught)).toEqual([
    'number caught',
    'none succeeded',
    'half caught',
    'size caught',
    'unknown succeeded',
    'pause caught',
  ]);
});

test('timeout: what is under way in the loop ends with its time, and nothing in it begins after that', async () => {
  const clock = createSkippingClock([40_000, 20_000]);
  const titles = ['a', 'b', 'c'];
  const late = await start('timeout', { repo_name: 'o/r', titles }, undefined, clock);
  expect(late).toMatchObject({
    output: 'States.Timeout: The step each ran into its time limit of 60 seconds',
    states: ['each.timer', 'each', 'pause', 'issue', 'pause', 'issue', 'late'],
  });
  expect(clock.waits).toEqual([40_000, 20_000]);
  expect(late.calls.map(({ event }) => event.input)).toEqual([{ repo_name: 'o/r', title: 'a' }]);
  const fine = await start(
    'timeout',
    { repo_name: 'o/r', titles: ['a'] },
    undefined,
    createSkippingClock([40_000]),
  );
  expect(fine).toMatchObject({ output: [{ title: 'a' }], states: ['each.timer', 'each', 'pause', 'issue'] });
});

test('a time limit that nothing handles is States.Timeout to what is around, and ends the tries of the step itself', async () => {
  const each = (rest: object) => ({
    id: 'each',
    for_each: [1],
    timeout_seconds: 10,
    steps: [
      { id: 'p', wait: 'PT10S' },
      { id: 'a', action: 'gmail.list_messages' },
    ],
    ...rest,
  });
  const of = (step: object, more: object = {}) => ({ id: 'w', steps: [step], ...more });
  const begun = (document: object) =>
    run(document, {}, () => ({ messages: [] }), undefined, createSkippingClock([10_000]));
  const message = 'The step each ran into its time limit of 10 seconds';
  const failed = { status: 'FAILED', error: 'States.Timeout', cause: message };
  const plain = await begun(of(each({})));
  expect(plain).toMatchObject({
    ...failed,
    states: ['each.timer', 'each', 'p', 'a', 'each.late'],
    calls: [],
  });
  expect(plain.log.steps.map(({ id, status }) => [id, status])).toEqual([
    ['each', 'failed'],
    ['p', 'succeeded'],
    ['a', 'failed'],
  ]);
  const retried = await begun(of(each({ retry: { max_attempts: 3, interval_seconds: 600 } })));
  expect(retried).toMatchObject({ ...failed, states: ['each.timer', 'each', 'p', 'a', 'each.late'] });
  const around = await begun(
    of({ id: 'b', parallel: { one: [each({})] }, on_error: [{ id: 'e', transform: '{{ error.name }}' }] }),
  );
  expect(around.output).toBe('States.Timeout');
  const told = await begun(
    of(each({}), { on_failure: [{ id: 'e', transform: '{{ error.name }}: {{ error.message }}' }] }),
  );
  expect(told).toMatchObject(failed);
  expect(told.log.steps.at(-1)?.output).toBe(`States.Timeout: ${message}`);
});

test('a failed expression is told alike to on_error, to on_failure, and by the run', async () => {
  const sum = '{{ $sum(inputs.l.price) }}';
  const told = (step: string) =>
    `The expression {{ $sum(inputs.l.price) }} of the step ${step} threw an error during evaluation. T0412: Argument 1 of function "sum" must be an array of "numbers"`;
  const result = await run(
    {
      id: 'w',
      inputs: { l: { type: 'array' } },
      steps: [
        { id: 'caught', transform: sum, on_error: [{ id: 'm', transform: '{{ error.message }}' }] },
        { id: 'left', transform: sum, on_error: 'continue' },
        {
          id: 'each',
          for_each: '{{ inputs.l }}',
          on_item_error: 'continue',
          steps: [{ id: 'one', transform: sum }],
        },
        {
          id: 'seen',
          transform: '{{ [steps.caught, steps.left.error.message, steps.each[0].error.message] }}',
        },
        { id: 'uncaught', transform: sum },
      ],
      on_failure: [
        {
          id: 'tell',
          action: 'openai.summarize',
          params: { text: '{{ error.message }}' },
        },
      ],
      output: '{{ [steps.seen, steps.uncaught] }}',
    },
    { l: [{ price: '1' }] },
    () => ({ text: 'told' }),
  );
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  const seen = result.log.steps.find(({ id }) => id === 'seen');
  expect(seen?.output).toEqual([told('caught'), told('left'), told('one')]);
  expect(result.calls.map(({ event }) => event.input)).toEqual([{ text: told('uncaught') }]);
  expect(result.log.error).toEqual({
    name: 'States.QueryEvaluationError',
    message: told('uncaught'),
    step_id: 'uncaught',
  });
});
