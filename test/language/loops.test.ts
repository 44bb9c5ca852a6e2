// Loops on the local engine, each inline and distributed: whichever it is, it gives and does the same.
import { describe, expect, test } from 'vitest';
import { runsOfFile } from '../support/file-runs.ts';
import type { Answer, Run } from '../support/run-compiled.ts';
import { createSkippingClock } from '../support/test-clock.ts';

const run = runsOfFile();

const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const value = (id: string, transform: unknown, rest = {}) => ({ id, transform, ...rest });
const issue = (id: string, title: string, rest = {}) => ({
  id,
  action: 'github.create_issue',
  params: { repo_name: 'o/r', title },
  ...rest,
});

/** Issues are opened, but those whose title begins with `no`. */
const answer: Answer = ({ event }) => {
  const { title } = event.input as { title: string };
  return title.startsWith('no') ? failure('NotFound', `${title} is gone`) : { number: 1, url: 'u', title };
};
const titles = ({ calls }: Run): string[] =>
  calls.map(({ event }) => (event.input as { title: string }).title).toSorted();

describe.each(['inline', 'distributed'] as const)('%s', (mode) => {
  const each = (for_each: unknown, inner: unknown[], rest = {}) => ({
    id: 'each',
    mode,
    for_each,
    steps: inner,
    ...rest,
  });
  const outputOf = async (document: object, input: unknown = {}): Promise<unknown> => {
    const { status, output, cause } = await run(document, input, answer);
    expect(status, cause).toBe('SUCCEEDED');
    return output;
  };

  test('a first step that is rate-limited and tried again keeps its item, and the steps after it too', async () => {
    const asked = new Map<string, number>();
    const limited: Answer = ({ event }) => {
      const { title } = event.input as { title: string };
      const count = (asked.get(title) ?? 0) + 1;
      asked.set(title, count);
      if (count === 1) return failure('RetryAfter', '5');
      return count === 2 ? failure('NotYet', 'later') : { number: 1, url: 'u', title };
    };
    const document = steps(
      each(
        ['x', 'y'],
        [
          issue('first', '{{ item }}', { retry: { on: ['RateLimited', 'NotYet'] } }),
          value('after', '{{ [item, index, steps.first.title] }}'),
        ],
      ),
    );
    const { output, calls } = await run(document, {}, limited, undefined, createSkippingClock([5000]));
    expect(output).toEqual([
      ['x', 0, 'x'],
      ['y', 1, 'y'],
    ]);
    expect(calls.map(({ event }) => event.execution.call_id).toSorted()).toEqual([
      '0',
      '0',
      '0',
      '1',
      '1',
      '1',
    ]);
  });

  test.each([
    ['a list', [3, 1, 2], ['0:3', '1:1', '2:2']],
    ['an empty list', [], []],
    ['no list', '{{ inputs.none }}', []],
    ['null', '{{ inputs.nil }}', []],
    ['one value', '{{ inputs.one }}', ['0:7']],
    ['a list of one', '{{ inputs.ones }}', ['0:7']],
    ['a computed list of one', '{{ inputs.ones[$ > 1] }}', ['0:7']],
    ['lists', [[1, 2], [], [3]], ['0:[1,2]', '1:[]', '2:[3]']],
    ['a list of one list', '{{ inputs.lists }}', ['0:[7]']],
    ['values with expressions', ['{{ inputs.one }}', '{{ inputs.ones }}', 'x'], ['0:7', '1:[7]', '2:x']],
    ['null and false', [null, false, 0, ''], ['0:null', '1:false', '2:0', '3:']],
    ['text like expressions', ['{% 1 %}', '$x'], ['0:{% 1 %}', '1:$x']],
  ])('over %s', async (_, list, expected) => {
    const document = {
      ...steps(each(list, [value('in', '{{ index }}:{{ item }}')])),
      inputs: {
        none: { required: false },
        nil: { type: 'array', default: null },
        one: { default: 7 },
        ones: { type: 'array', default: [7] },
        lists: { type: 'array', default: [[7]] },
      },
    };
    expect(await outputOf(document)).toEqual(expected);
  });

  test('results in the order of the items, whichever ends first', async () => {
    const waiting: (() => void)[] = [];
    const result = await run(
      steps(each(['a', 'b', 'c'], [issue('open', '{{ item }}')], { max_concurrency: 3 })),
      {},
      async (call) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 3) for (const go of waiting.toReversed()) go();
        });
        return answer(call, 1);
      },
    );
    expect((result.output as { title: string }[]).map(({ title }) => title)).toEqual(['a', 'b', 'c']);
  });

  test('max_concurrency holds', async () => {
    let most = 0;
    const waiting: (() => void)[] = [];
    await run(
      steps(each([1, 2, 3, 4, 5, 6], [issue('open', '{{ $string(item) }}')], { max_concurrency: 2 })),
      {},
      async (call) => {
        // Each is answered when there are two.
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          most = Math.max(most, waiting.length);
          if (waiting.length >= 2) for (const go of waiting.splice(0)) go();
        });
        return answer(call, 1);
      },
    );
    expect(most).toBe(2);
  });

  test('its steps see everything from outside, and each other', async () => {
    const document = {
      ...steps(
        value('before', { list: [1], none: null }),
        { id: 'v', set: { total: '{{ inputs.n + 1 }}', nothing: null } },
        value('skipped', 1, { when: '{{ inputs.n > 99 }}' }),
        each(
          [10, 20],
          [
            { id: 'own', set: { sum: '{{ item + vars.total }}' } },
            value('twice', '{{ vars.sum * 2 }}', { when: '{{ index = 1 }}' }),
            value('all', {
              sum: '{{ vars.sum }}',
              twice: '{{ steps.twice ? steps.twice : "not run" }}',
              skipped: '{{ $exists(steps.skipped) }}',
              list: '{{ steps.before.list }}',
              none: '{{ steps.before.none }}',
              nothing: '{{ vars.nothing }}',
              optional: '{{ $exists(inputs.optional) }}',
              given: '{{ inputs.`with-hyphen` }}',
              fallback: '{{ inputs.fallback }}',
              workflow: '{{ execution.workflow_id }}',
              named: '{{ $exists(execution.name) and $length(execution.started_at) > 9 }}',
              whole: '{{ $keys(execution) }}',
            }),
          ],
        ),
      ),
      inputs: {
        n: { type: 'integer' },
        optional: { required: false },
        'with-hyphen': {},
        fallback: { default: ['d'] },
      },
    };
    const common = {
      skipped: false,
      list: [1],
      none: null,
      nothing: null,
      optional: false,
      given: { deep: [[1]] },
      fallback: ['d'],
      workflow: 'w',
      named: true,
      whole: ['id', 'name', 'started_at', 'workflow_id'],
    };
    expect(await outputOf(document, { n: 4, 'with-hyphen': { deep: [[1]] } })).toEqual([
      { sum: 15, twice: 'not run', ...common },
      { sum: 25, twice: 50, ...common },
    ]);
  });

  test('all inputs as a whole, defaults among them', async () => {
    const document = {
      ...steps(each([1], [value('in', { all: '{{ inputs }}', a: '{{ inputs.a }}' })])),
      inputs: { a: { default: 1 }, b: {} },
    };
    expect(await outputOf(document, { b: 2 })).toEqual([{ all: { a: 1, b: 2 }, a: 1 }]);
  });

  test('actions know the run, not the iteration’s own execution', async () => {
    const { calls } = await run(steps(issue('one', 'x'), each([1, 2], [issue('open', 'y')])), {}, answer);
    const [outside, ...inside] = calls.map(({ event }) => event.execution);
    const started_at = expect.any(String);
    expect(inside.toSorted((a, b) => (a.call_id ?? '').localeCompare(b.call_id ?? ''))).toEqual([
      { ...outside, step_id: 'open', call_id: '0', started_at },
      { ...outside, step_id: 'open', call_id: '1', started_at },
    ]);
    expect(outside?.first_try).toBe(true);
    expect(outside?.id).toMatch(/:execution:test\d+:[^:]+$/);
  });

  test.each(['inline', 'distributed'] as const)('around a loop that is %s', async (inner) => {
    const document = {
      ...steps(
        value('letters', ['a', 'b']),
        each('{{ steps.letters }}', [
          value('upper', '{{ $uppercase(item) }}'),
          {
            id: 'within',
            mode: inner,
            for_each: '{{ [1..index + 1] }}',
            steps: [
              {
                id: 'deep',
                for_each: ['x', 'y'],
                steps: [
                  issue('open', '{{ item }}'),
                  value(
                    'text',
                    '{{ steps.each.item }}{{ steps.each.index }}{{ steps.within.item }}{{ steps.within.index }}{{ item }}{{ index }}{{ steps.upper }}{{ inputs.end }}',
                  ),
                ],
              },
            ],
          },
        ]),
      ),
      inputs: { end: { default: '!' } },
    };
    const ids = (await run(document, {}, answer)).calls.map(({ event }) => event.execution.call_id);
    expect(ids.toSorted()).toEqual(['0.0.0', '0.0.1', '1.0.0', '1.0.1', '1.1.0', '1.1.1']);
    expect(await outputOf(document)).toEqual([
      [['a010x0A!', 'a010y1A!']],
      [
        ['b110x0B!', 'b110y1B!'],
        ['b121x0B!', 'b121y1B!'],
      ],
    ]);
  });

  test('within on_error and on_failure it sees the error', async () => {
    const handled = steps({
      ...issue('open', 'no'),
      retry: { max_attempts: 1 },
      on_error: [each([1], [value('why', '{{ error.step }} {{ error.name }} {{ item }}')])],
    });
    expect(await outputOf(handled)).toEqual(['open NotFound 1']);
    const failed = {
      ...steps({ id: 'f', fail: { error: 'Bad', cause: 'c' } }),
      on_failure: [each(['x'], [issue('tell', '{{ error.name }}{{ item }}')])],
    };
    expect(titles(await run(failed, {}, answer))).toEqual(['Badx']);
  });

  test('an error of its own steps is theirs', async () => {
    const inner = issue('open', 'no{{ item }}', { on_error: [value('h', '{{ error.message }}')] });
    expect(await outputOf(steps(each([1, 2], [inner])))).toEqual(['no1 is gone', 'no2 is gone']);
  });

  test('the first failure ends the loop, and is caught', async () => {
    const inner = [issue('open', '{{ item }}')];
    const failed = await run(steps(each(['a', 'no', 'c'], inner, { max_concurrency: 1 })), {}, answer);
    expect(failed.status).toBe('FAILED');
    expect(titles(failed)).toEqual(['a', 'no']);
    const open = failed.log.steps.filter(({ id }) => id === 'open');
    expect(open.map(({ index, status, error }) => [index, status, error?.name])).toEqual([
      [[0], 'succeeded', undefined],
      [[1], 'failed', 'NotFound'],
    ]);
    expect(failed.log.steps.find(({ id }) => id === 'each')?.status).toBe('failed');
    const caught = steps(each(['no'], inner, { on_error: [value('h', '{{ error.step }}')] }));
    expect(await outputOf(caught)).toBe('each');
    const gone = steps(each(['no'], inner, { on_error: 'continue' }), value('after', 1));
    expect(await outputOf(gone)).toBe(1);
  });

  test('retry begins the loop anew', async () => {
    const result = await run(
      steps(each([1, 2], [issue('open', '{{ $string(item) }}')], { retry: { max_attempts: 3 } })),
      {},
      (call, count) => (count < 3 ? failure('NotFound', 'not yet') : answer(call, count)),
    );
    expect(result.status).toBe('SUCCEEDED');
    expect(result.output).toEqual([
      expect.objectContaining({ title: '1' }),
      expect.objectContaining({ title: '2' }),
    ]);
  });

  test('timeout_seconds ends what is under way in it', async () => {
    const inner = [{ id: 'pause', wait: { seconds: '{{ item }}' } }, issue('open', '{{ $string(item) }}')];
    const rest = {
      when: true,
      max_concurrency: 1,
      timeout_seconds: 60,
      on_error: [value('h', '{{ error }}')],
    };
    const clock = createSkippingClock([40_000, 20_000]);
    const late = await run(steps(each([40, 40, 40], inner, rest)), {}, answer, undefined, clock);
    expect(late.output).toEqual({
      name: 'States.Timeout',
      message: 'The step each ran into its time limit of 60 seconds',
      step: 'each',
    });
    expect(titles(late)).toEqual(['40']);
    expect(clock.waits.slice(0, 2)).toEqual([40_000, 20_000]);
    expect(late.log.steps.filter(({ id }) => id === 'each').map(({ status }) => status)).toEqual(['caught']);
    const fine = steps(each([40], inner, rest));
    expect(await run(fine, {}, answer, undefined, createSkippingClock([40_000]))).toMatchObject({
      output: [{ title: '40' }],
    });
  });

  test('on_item_error: continue gives each failure in its place', async () => {
    const inner = [
      issue('open', '{{ item }}', { retry: { max_attempts: 1 } }),
      value('t', '{{ steps.open.title }}'),
    ];
    const error = (index: number, title: string) => ({
      error: { name: 'NotFound', message: `${title} is gone`, index },
    });
    const list = ['no a', 'b', 'no c'];
    expect(await outputOf(steps(each(list, inner, { on_item_error: 'continue' })))).toEqual([
      error(0, 'no a'),
      'b',
      error(2, 'no c'),
    ]);
  });

  test.each([
    [0, 'FAILED'],
    [1, 'FAILED'],
    [2, 'SUCCEEDED'],
    ['0%', 'FAILED'],
    ['49%', 'FAILED'],
    ['50%', 'SUCCEEDED'],
    ['100%', 'SUCCEEDED'],
  ])('tolerated_failures: %j of two in four', async (tolerated_failures, status) => {
    const inner = [issue('open', '{{ item }}', { retry: { max_attempts: 1 } })];
    const rest = { on_item_error: 'continue', tolerated_failures };
    const result = await run(steps(each(['no a', 'b', 'no c', 'd'], inner, rest)), {}, answer);
    expect(result.status).toBe(status);
    expect(titles(result)).toEqual(['b', 'd', 'no a', 'no c']);
    if (status === 'FAILED')
      expect(result.cause).toContain(
        `2 of 4 items failed, more than the ${tolerated_failures} that are tolerated. Item 0: NotFound: no a is gone`,
      );
    const none = await run(steps(each([], inner, rest)), {}, answer);
    expect(none.status).toBe('SUCCEEDED');
  });
});
