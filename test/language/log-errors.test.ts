// What the log of a real run tells of each failure: the step's own error, whatever the run ended with.
import { expect, test } from 'vitest';
import { runsOfFile } from '../support/file-runs.ts';
import type { Run } from '../support/run-compiled.ts';

const run = runsOfFile();

const fail = (id: string, error: string, cause: string, rest = {}) => ({
  id,
  fail: { error, cause },
  ...rest,
});
const errorsOf = ({ log }: Run): string[] =>
  log.steps.flatMap(({ id, index, status, error }) =>
    status === 'failed' || status === 'caught'
      ? [`${[id, ...(index ?? [])].join(' ')} ${status} ${error ? `${error.name}: ${error.message}` : null}`]
      : [],
  );
const errors = async (steps: unknown[], rest = {}): Promise<string[]> =>
  errorsOf(
    await run({ id: 'w', steps, ...rest }, {}, () => Object.assign(new Error('gone'), { name: 'NotFound' })),
  );

test('a failure that was caught keeps its own error when the run fails later', async () => {
  const parallel = { a: [fail('fa', 'E1', 'one')], b: [{ id: 'fb', transform: 1 }] };
  const later = fail('z', 'E2', 'two');
  const own = ['p caught E1: one', 'fa failed E1: one', 'z failed E2: two'];
  expect(await errors([{ id: 'p', parallel, on_error: 'continue' }, later])).toEqual(own);
  const read = { id: 'r', transform: '{{ steps.p }}' };
  expect(await errors([{ id: 'p', parallel, on_error: 'continue' }, read, later])).toEqual(own);
});

test('so does one whose on_error steps run, read the error, or fail themselves', async () => {
  const parallel = { a: [fail('fa', 'E1', 'one')] };
  const handled = (transform: unknown) => [
    { id: 'p', parallel, on_error: [{ id: 'h', transform }] },
    fail('z', 'E2', 'two'),
  ];
  const own = ['p caught E1: one', 'fa failed E1: one', 'z failed E2: two'];
  expect(await errors(handled(1))).toEqual(own);
  expect(await errors(handled('{{ error.message }}'))).toEqual(own);
  expect(await errors([{ id: 'p', parallel, on_error: [fail('h', 'E2', 'two')] }])).toEqual([
    'p caught E1: one',
    'fa failed E1: one',
    'h failed E2: two',
  ]);
});

test('so does an iteration’s, also in nested loops, switches and branches', async () => {
  const chk = fail('chk', 'Neg', 'n {{ item }}', { when: '{{ item < 0 }}' });
  const each = { id: 'each', for_each: [1, -2], on_item_error: 'continue', steps: [chk] };
  expect(await errors([each, fail('z', 'Boom', 'x')])).toEqual([
    'chk 1 failed Neg: n -2',
    'z failed Boom: x',
  ]);
  const nested = {
    ...each,
    steps: [
      {
        id: 'both',
        parallel: {
          a: [
            {
              id: 's',
              switch: [{ when: '{{ item < 0 }}', steps: [fail('low', 'Low', 'l')] }],
              default: [{ id: 'ok', transform: 1 }],
            },
          ],
        },
      },
    ],
  };
  expect(await errors([nested, fail('z', 'Boom', 'x')])).toEqual([
    'both 1 caught Low: l',
    'low 1 failed Low: l',
    'z failed Boom: x',
  ]);
});

test('so does the one that on_failure ran for, when that fails too', async () => {
  expect(
    await errors([fail('z', 'E2', 'two')], {
      on_failure: [fail('f', 'E3', 'three', { when: '{{ error.name = "E2" }}' })],
    }),
  ).toEqual(['z failed E2: two', 'f failed E3: three']);
});

test.each(['inline', 'distributed'])('in a %s loop whose run succeeds', async (mode) => {
  const chk = fail('chk', 'Neg', 'n {{ item }}', { when: '{{ item < 0 }}' });
  const each = { id: 'each', mode, for_each: [1, -2], on_item_error: 'continue', steps: [chk] };
  expect(await errors([each, { id: 'z', transform: 1 }])).toEqual(['chk 1 failed Neg: n -2']);
});

test.each(['{{ steps.each }}', 'ok'])(
  'iterations that failed are counted where too many did, or none reads them: %s',
  async (output) => {
    const chk = fail('chk', 'Neg', 'n {{ item }}', { when: '{{ item < 0 }}' });
    const each = (rest = {}) => ({
      id: 'each',
      mode: 'distributed',
      for_each: [1, -2, 3, -4, 5],
      on_item_error: 'continue',
      steps: [chk],
      ...rest,
    });
    for (const rest of [
      {},
      { tolerated_failures: '20%' },
      { tolerated_failures: '20%', on_error: 'continue' },
    ]) {
      const { log } = await run({ id: 'w', steps: [each(rest)], output }, {}, () => null);
      expect(log.steps[0]?.iterations).toMatchObject({
        total: 5,
        succeeded: 3,
        failed: 2,
        failures: [
          { index: 1, name: 'Neg', message: 'n -2' },
          { index: 3, name: 'Neg', message: 'n -4' },
        ],
        listed: 5,
      });
    }
  },
);

test('of more iterations than are read, the error tells how many failed', async () => {
  const chk = fail('chk', 'Neg', 'n', { when: '{{ item > 100 }}' });
  const each = {
    id: 'each',
    mode: 'distributed',
    for_each: '{{ [1..130] }}',
    on_item_error: 'continue',
    tolerated_failures: 3,
    steps: [chk],
  };
  const { log } = await run({ id: 'w', steps: [each] }, {}, () => null);
  expect(log.steps[0]?.iterations).toMatchObject({ total: 130, succeeded: 100, failed: 30, listed: 100 });
});

const inputs = { n: {}, when: {} };
test.each([
  [
    'seconds',
    { wait: { seconds: '{{ inputs.n }}' } },
    'In the step a: a wait has 0 to 99999999 seconds, not -1',
  ],
  [
    'until',
    { wait: { until: '{{ inputs.when }}' } },
    'In the step a: "until" is not a time such as "2026-03-01T09:00:00Z": soon',
  ],
  [
    'a function',
    { transform: '{{ $sum }}' },
    'The expression {{ $sum }} of the step a gives what JSON does not have, such as a function.',
  ],
  [
    'a list that is too long',
    { for_each: '{{ [1..9999] }}', mode: 'inline', steps: [{ id: 'in', transform: 1 }] },
    expect.stringMatching(/^In the step a: The loop a has 9999 items; inline it can have /),
  ],
])(
  '%s of no use is told in the words of the workflow, by the log and to what handles it',
  async (_, step, message) => {
    const given = { n: -1, when: 'soon' };
    const of = async (rest: object) => (await run({ id: 'w', inputs, ...rest }, given, () => null)).log;
    const name = 'States.QueryEvaluationError';
    const a = { id: 'a', ...step };
    const failed = await of({ steps: [a], on_failure: [{ id: 'told', transform: '{{ error.message }}' }] });
    expect(failed.error).toEqual({ name, message, step_id: 'a' });
    expect(failed.steps.at(-1)?.output).toEqual(message);
    const caught = await of({
      steps: [{ ...a, on_error: [{ id: 'told', transform: '{{ error.message }}' }] }],
    });
    expect(caught.steps.find(({ id }) => id === 'told')?.output).toEqual(message);
    expect(caught.steps[0]).toMatchObject({ status: 'caught', error: { name, message } });
    expect(JSON.stringify(caught)).not.toContain('An error occurred');
  },
);

test('a workflow’s output that cannot be evaluated is no error of its last step', async () => {
  const steps = [
    { id: 'ask', action: 'openai.summarize', params: { text: 'x' }, retry: { on: ['States.ALL'] } },
  ];
  const output = '{{ $number(steps.ask.text) }}';
  const answer = { text: 'no number', model: 'm', usage: null };
  const message = expect.stringMatching(
    /^The expression \{\{ \$number\(steps\.ask\.text\) \}\} of the workflow threw an error during evaluation\. D3030/,
  );
  const name = 'States.QueryEvaluationError';
  const { log, calls } = await run({ id: 'w', steps, output }, {}, () => answer);
  expect(log.error).toEqual({ name, message, step_id: null });
  expect(log.steps).toMatchObject([{ id: 'ask', status: 'succeeded', error: null, output: answer }]);
  expect(calls).toHaveLength(1);
  const on_failure = [{ id: 'told', transform: '{{ error.message }}' }];
  const handled = await run({ id: 'w', steps, output, on_failure }, {}, () => answer);
  expect(handled.log.steps.at(-1)).toMatchObject({ id: 'told', output: message });
});
