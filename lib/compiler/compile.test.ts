import { expect, test } from 'vitest';
import { calledWorkflows, compile } from './compile.ts';
import { formatProblem } from './problems/format.ts';
import { catalogue } from './testing/catalogue.ts';
import { codes, definition, problems, result } from './testing/compile.ts';

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const issue = (params: unknown, rest: object = {}) =>
  steps({ id: 'a', action: 'github.create_issue', params, ...rest });

test('twenty mistakes are twenty problems, in the order of the document', () => {
  const document = {
    id: 'Wrong id',
    descripton: 'x',
    inputs: { count: { type: 'integer', default: 'three' }, 'a b': {} },
    steps: [
      { id: 'a', action: 'gmail.list_mesages' },
      { id: 'b', action: 'github.create_issue', params: { repo: 'x', labels: ['a', 1], title: '' } },
      { id: 'c', action: 'openai.summarize', params: { text: '{{ steps.d }}' }, retry: { max_attempts: 0 } },
      { id: 'd', transform: '{{ inputs.cuont + steps.c.txt }}', timeout_seconds: 5 },
      { id: 'e', approval: {} },
      { id: 'd', transform: 1 },
      { transform: '{{ 1 + }}', when: 'no' },
      { id: 'g', acton: 'x' },
      'h',
    ],
    output: '{{ stps.a }}',
  };
  expect(codes(document)).toEqual([
    'invalid-id /id',
    'unknown-key /descripton',
    'default-mismatch /inputs/count/default',
    'invalid-id /inputs/a b',
    'unknown-action /steps/0/action',
    'missing-parameter /steps/1/params',
    'unknown-parameter /steps/1/params/repo',
    'invalid-parameter /steps/1/params/labels/1',
    'invalid-parameter /steps/1/params/title',
    'later-step /steps/2/params/text:10',
    'invalid-value /steps/2/retry/max_attempts',
    'unknown-reference /steps/3/transform:11',
    'unknown-field /steps/3/transform:27',
    'key-not-applicable /steps/3/timeout_seconds',
    'missing-key /steps/4/approval',
    'duplicate-step /steps/5/id',
    'missing-key /steps/6',
    'no-step-kind /steps/7',
    'wrong-type /steps/8',
    'unknown-reference /output:4',
  ]);
});

test('a step cannot be called what states of no step are', () => {
  expect(codes(steps({ id: 'workflow', transform: 1 }))).toEqual(['reserved-name /steps/0/id']);
  const inLoop = steps({ id: 'each', for_each: [1], steps: [{ id: 'workflow', transform: 1 }] });
  expect(codes(inLoop)).toEqual(['reserved-name /steps/0/steps/0/id']);
  const taken = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: {}, AI_ORCHESTRA_VALUES_OF_EXECUTION_ID: {} };
  expect(codes({ ...steps({ id: 'a', transform: 1 }), inputs: taken })).toEqual(
    Object.keys(taken).map((name) => `reserved-name /inputs/${name}`),
  );
  expect(codes(steps({ id: 'workflows', transform: 1 }))).toEqual([]);
});

test.each([
  [null, ['wrong-type ']],
  [5, ['wrong-type ']],
  [[], ['wrong-type ']],
  [{}, ['missing-key ', 'missing-key ']],
  [{ id: 'w', steps: {} }, ['wrong-type /steps']],
  [{ id: 'w', steps: [] }, ['no-steps /steps']],
  [{ id: 5, steps: [{ id: 'a', transform: 1 }] }, ['wrong-type /id']],
  [{ id: 'x'.repeat(300), steps: [{ id: 'a', transform: 1 }] }, ['invalid-id /id']],
  [{ id: 'w', inputs: [], steps: [{ id: 'a', transform: 1 }] }, ['wrong-type /inputs']],
  [
    { id: 'w', inputs: { a: { type: 'text' } }, steps: [{ id: 'a', transform: 1 }] },
    ['invalid-value /inputs/a/type'],
  ],
  [steps({ id: 'a', set: { 'x-y': 1 } }), ['invalid-id /steps/0/set/x-y']],
  [steps({ id: 'a', set: 1 }), ['wrong-type /steps/0/set']],
  [steps({ id: 'x'.repeat(65), transform: 1 }), ['invalid-id /steps/0/id']],
  [steps({ id: 'a', action: 'gmail.list_messages', params: [] }), ['wrong-type /steps/0/params']],
  [steps({ ...fetch, connection: '../x' }), ['invalid-id /steps/0/connection']],
  [steps({ ...fetch, timeout_seconds: 1.5 }), ['wrong-type /steps/0/timeout_seconds']],
  [
    steps({ ...fetch, retry: { interval_seconds: 9, max_interval_seconds: 3 } }),
    ['invalid-value /steps/0/retry/max_interval_seconds'],
  ],
  [steps({ ...fetch, retry: { on: ['States.Nope'] } }), ['retry-errors /steps/0/retry/on/0']],
  [steps({ ...fetch, on_error: 'stop' }), ['invalid-value /steps/0/on_error']],
  [steps({ ...fetch, on_error: 5 }), ['wrong-type /steps/0/on_error']],
  [steps({ id: 'a', when: 5, transform: 1 }), ['wrong-type /steps/0/when']],
  [steps({ id: 'a', when: ' {{ true }} ', transform: 1 }), []],
  [
    steps({ id: 'a', when: '{{ true }} and {{ false }}', transform: 1 }),
    ['when-not-expression /steps/0/when'],
  ],
  [steps({ id: 'a', when: 'not {{ true }}', transform: 1 }), ['when-not-expression /steps/0/when']],
  [steps({ id: 'a', when: '  {{ x }}', transform: 1 }), ['unknown-reference /steps/0/when:6']],
  [
    JSON.parse('{"id": "w", "steps": [{"id": "a", "transform": {"__proto__": {}}}]}'),
    ['forbidden-key /steps/0/transform/__proto__'],
  ],
  [
    { id: 'w', steps: [{ id: 'a', transform: { 'a/b~c': '{{ x }}' } }] },
    ['unknown-reference /steps/0/transform/a~1b~0c:4'],
  ],
])('%j', (document, expected) => {
  expect(codes(document)).toEqual(expected);
});

test('names that every JavaScript object has are not taken for declared ones', () => {
  const document = {
    id: 'w',
    inputs: { constructor: { default: 1 } },
    steps: [
      { id: 'toString', set: { valueOf: '{{ inputs.constructor }}' } },
      { id: 'b', transform: ['{{ vars.valueOf }}', '{{ steps.toString }}'] },
    ],
  };
  expect(Object.keys(definition(document).States)).toEqual(['toString', 'b']);
  const wrong = steps({
    id: 'b',
    transform: ['{{ vars.valueOf }}', '{{ steps.toString }}', '{{ inputs.constructor }}'],
  });
  expect(codes(wrong)).toHaveLength(3);
});

test('of very many problems the first thousand are told', () => {
  const wrong = Array.from({ length: 3000 }, (_, n) => ({ id: `s${n}`, transform: `{{ steps.x${n} }}` }));
  expect(problems(steps(...wrong))).toHaveLength(1000);
});

test('of problems with long texts as many are told as an answer can hold', () => {
  // Each key is in the pointer of its problem and, shortened, in its message.
  const params = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}${'x'.repeat(20_000)}`, 1]));
  const told = problems(issue({ repo_name: 'o/r', title: 't', ...params }));
  const lengths = told.map(
    ({ pointer, message, hint = '' }) => pointer.length + message.length + hint.length,
  );
  const sum = lengths.reduce((all, one) => all + one, 0);
  expect(sum).toBeGreaterThanOrEqual(500_000);
  expect(sum - (lengths.at(-1) ?? 0)).toBeLessThan(500_000);
  expect(told.length).toBe(25);
});

test('a long message or hint is cut', () => {
  const hintOf = (id: string) => {
    const compiled = compile(steps({ id: 'a', action: 'zzz' }), {
      catalogue: [...catalogue, ...catalogue.slice(0, 1).map((action) => ({ ...action, id }))],
      functionArn: (name) => name,
      stateMachineArn: (workflow) => workflow,
      version: 1,
      apiUrl: 'https://api',
    });
    return compiled.ok ? '' : (compiled.problems[0]?.hint ?? '');
  };
  const others = hintOf('').length;
  const [whole, cut] = [hintOf('y'.repeat(2000 - others)), hintOf('y'.repeat(2001 - others))];
  expect([whole.length, whole.at(-1)]).toEqual([2000, '.']);
  expect([cut.length, cut.at(-1)]).toEqual([2001, '…']);
});

test('of warnings those that do not fit are left out, and the workflow compiles', () => {
  const inputs = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`i${n}`, {}]));
  const list = [
    { id: 'a', transform: 1 },
    { id: 'b', transform: 1 },
    { id: 'c', wait: 'PT1S' },
  ];
  const compiled = result({ id: 'w', inputs, steps: list });
  expect([compiled.ok, compiled.warnings.length]).toEqual([true, 1000]);
});

test('where there are no actions, none is proposed', () => {
  const compiled = compile(steps({ id: 'a', action: 'gmail.list_messages' }), {
    catalogue: [],
    functionArn: (name) => name,
    stateMachineArn: (id) => id,
    version: 1,
    apiUrl: 'https://api',
  });
  expect(compiled.ok ? [] : compiled.problems).toEqual([
    {
      code: 'unknown-action',
      pointer: '/steps/0/action',
      message: 'There is no action "gmail.list_messages"',
      hint: 'There are no actions.',
    },
  ]);
});

test('a workflow runs five hundred others, and not one more', () => {
  const runs = (count: number) =>
    steps(...Array.from({ length: count }, (_, n) => ({ id: `s${n}`, workflow: `other_${n}` })));
  expect(codes(runs(500))).toEqual([]);
  expect(problems(runs(501))).toEqual([
    {
      code: 'too-many',
      pointer: '',
      message: 'A workflow can run 500 other workflows, and this one names more',
      hint: 'Split it into several workflows.',
    },
  ]);
});

test('what a workflow runs is told, each once, also of one that does not compile', () => {
  const call = (id: string, workflow: string) => ({ id, workflow });
  const document = {
    ...steps(
      { id: 'l', for_each: [1], steps: [call('a', 'first')], on_error: [call('b', 'second')] },
      call('c', 'first'),
      fetch,
    ),
    on_failure: [call('d', 'third')],
  };
  const compiled = result(document);
  expect(compiled.ok && compiled.calls).toEqual(['first', 'second', 'third']);
  expect(calledWorkflows({ ...document, output: '{{ nowhere }}' }, catalogue)).toEqual({
    id: 'w',
    calls: ['first', 'second', 'third'],
  });
  expect(calledWorkflows(5, catalogue)).toEqual({ id: undefined, calls: [] });
  const many = Array.from({ length: 5001 }, (_, n) => call(`s${n}`, 'x'));
  expect(calledWorkflows(steps(...many), catalogue)).toEqual({ id: undefined, calls: [] });
});

test('what looks like an expression in a key is only a warning', () => {
  const compiled = result(steps({ id: 'a', transform: { '{{ x }}': 1 } }));
  expect(compiled.ok && compiled.warnings.map(formatProblem)).toEqual([
    '/steps/0/transform/{{ x }}: Keys are plain text: this one is not evaluated [expression-in-key]\n    Make the object with an expression: "{{ { inputs.name: 1 } }}".',
  ]);
});

test('compiling changes nothing and remembers nothing', () => {
  const document = {
    ...issue({ repo_name: 'o/r', title: 't' }),
    name: 'W',
    $schema: '/workflow.schema.json',
  };
  const frozen = JSON.stringify(document);
  const options = {
    catalogue,
    functionArn: (name: string) => name,
    stateMachineArn: (id: string) => id,
    version: 1,
    apiUrl: 'https://api',
  };
  const first = compile(document, options);
  expect(compile(document, options)).toEqual(first);
  expect(JSON.stringify(document)).toBe(frozen);
  expect(first.ok && first.workflow).toEqual(document);
});

test('of an action that there is not, all that there are are listed, those most like it first', () => {
  const [problem] = problems({ id: 'w', steps: [{ id: 'a', action: 'gmail.list_mesages' }] });
  expect(problem?.hint).toMatch(
    /^Did you mean gmail\.list_messages\? The actions, those most like it first: gmail\.list_messages, /,
  );
  expect(problem?.hint?.split(': ')[1]?.split(', ')).toHaveLength(catalogue.length);
});
