// Warnings of what runs but is hardly meant: each where it is said, and where nothing is.
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { catalogue } from './testing/catalogue.ts';
import { codes } from './testing/compile.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

const options = {
  catalogue,
  functionArn: (name: string) => name,
  stateMachineArn: (id: string) => id,
  version: 1,
  apiUrl: 'https://api',
  now,
};

/** `<code> <pointer>` of each warning of a workflow that compiles. */
function warned(document: object): string[] {
  const compiled = compile({ id: 'w', ...document }, options);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.warnings.map(({ code, pointer }) => `${code} ${pointer}`);
}

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const ask = { id: 'ask', approval: { message: 'Go?' } };
const value = (transform: unknown) => ({ id: 'value', transform });
const issue = (params: object, rest: object = {}) => ({
  id: 'issue',
  action: 'github.create_issue',
  params: { repo_name: 'o/r', title: 't', ...params },
  ...rest,
});

test.each([
  ['inputs.n = "5"', true],
  ['"5" != inputs.n', true],
  ['inputs.flag = "true"', true],
  ['$count(inputs.list) = "0"', true],
  ['steps.ask.decision = "approve"', true],
  ['steps.ask.approved = "approved"', true],
  ['steps.ask.decision != "rejected"', false],
  ['steps.ask.comment = "no"', false],
  ['inputs.n = 5', false],
  ['inputs.n = 5.5', false],
  ['inputs.n = null', false],
  ['inputs.any = "5"', false],
  ['inputs.list.x = "5"', false],
  ['steps.fetch.messages.subject = "x"', false],
  ['$map(inputs.lists, function($l) { $l = ["a"] })', false],
  ['"a" = "b"', false],
])('%s, always the same: %s', (expression, expected) => {
  const inputs = {
    n: { type: 'integer' },
    flag: { type: 'boolean' },
    list: { type: 'array' },
    lists: { type: 'array' },
    any: {},
  };
  const used = value([`{{ ${expression} }}`, '{{ inputs }}', '{{ steps.ask }}', '{{ steps.fetch }}']);
  expect(warned({ inputs, steps: [ask, fetch, used] })).toEqual(
    expected ? ['unlikely-comparison /steps/2/transform/0'] : [],
  );
});

test('a value of an enumeration is one of those that the schema names', () => {
  const output_schema = {
    type: 'object',
    properties: { kind: { enum: ['bug', 'idea', null] } },
    required: ['kind'],
    additionalProperties: false,
  };
  const agent = { id: 'sort', agent: { goal: 'g', tools: ['github.create_issue'], output_schema } };
  expect(warned({ steps: [agent, value('{{ steps.sort.json.kind = "bugs" }}')] })).toEqual([
    'unlikely-comparison /steps/1/transform',
  ]);
  expect(warned({ steps: [agent, value('{{ steps.sort.json.kind = "idea" }}')] })).toEqual([]);
});

test('the length of a list', () => {
  const inputs = { list: { type: 'array' }, data: { type: 'object' }, any: {} };
  const of = (expression: string) => warned({ inputs, steps: [value([expression, '{{ inputs }}'])] });
  expect(of('{{ inputs.list.length > 0 }}')).toEqual(['list-length /steps/0/transform/0']);
  for (const other of [
    'inputs.list.length.x',
    'inputs.list[0].length',
    'inputs.data.length',
    'inputs.any.length',
    '$sum(inputs.list.length)',
    '[inputs.list.length, 1]',
  ])
    expect(of(`{{ ${other} }}`)).toEqual([]);
});

const optional = { repo: { type: 'string', required: false } };

test.each([
  ['an optional input', { inputs: optional, steps: [issue({ repo_name: '{{ inputs.repo }}' })] }, ['/steps/0/params/repo_name']],
  ['one that is asked for', { inputs: optional, steps: [issue({ repo_name: '{{ inputs.repo }}' }, { when: '{{ $exists(inputs.repo) }}' })] }, []],
  ['one with what stands instead', { inputs: optional, steps: [issue({ repo_name: '{{ inputs.repo ? inputs.repo : "o/r" }}' })] }, []],
  ['one with a default', { inputs: { repo: { type: 'string', default: 'o/r' } }, steps: [issue({ repo_name: '{{ inputs.repo }}' })] }, []],
  ['one in a text', { inputs: optional, steps: [issue({ title: 'In {{ inputs.repo }}' })] }, []],
  ['one that may be left out', { inputs: optional, steps: [issue({ body: '{{ inputs.repo }}' })] }, []],
  ['a comment in a text', { steps: [ask, issue({ body: 'They say {{ steps.ask.comment }}' })] }, ['/steps/1/params/body']],
  ['a comment in a text that an expression makes', { steps: [ask, issue({ body: '{{ "They say " & steps.ask.comment & "." }}' })] }, ['/steps/1/params/body']],
  ['a comment before a text', { steps: [ask, issue({ body: '{{ steps.ask.comment & "!" }}' })] }, ['/steps/1/params/body']],
  ['two of them', { steps: [ask, value('{{ (steps.ask.comment & " ") & steps.ask.comment }}')] }, ['/steps/1/transform', '/steps/1/transform']],
  ['a comment that the same expression tests', { steps: [ask, issue({ body: '{{ steps.ask.comment ? "They say " & steps.ask.comment : "" }}' })] }, []],
  ['one of which a text is made where only that it is there counts', { steps: [ask, issue({}, { when: '{{ $exists(steps.ask.comment & "") }}' })] }, []],
  ['who decided, in a text that an expression makes', { steps: [ask, issue({ body: '{{ "By " & steps.ask.decided_by }}' })] }, []],
  ['an optional input in a text that an expression makes', { inputs: optional, steps: [issue({ title: '{{ "In " & inputs.repo }}' })] }, []],
  ['a comment alone', { steps: [ask, issue({ body: '{{ steps.ask.comment }}' })] }, []],
  ['a comment that is needed', { steps: [ask, issue({ title: '{{ steps.ask.comment }}' })] }, ['/steps/1/params/title']],
  ['a comment that is asked for', { steps: [ask, issue({ title: '{{ steps.ask.comment }}' }, { when: '{{ steps.ask.comment != null }}' })] }, []],
  ['who decided', { steps: [ask, issue({ body: 'By {{ steps.ask.decided_by }}' })] }, []],
  ['when it was decided', { steps: [ask, issue({ body: 'At {{ steps.ask.decided_at }}' })] }, []],
  ['a step that may have failed', { steps: [{ ...fetch, on_error: 'continue' }, issue({ title: '{{ steps.fetch.messages[0].subject }}' })] }, ['/steps/1/params/title']],
  ['its text', { steps: [{ ...fetch, on_error: 'continue' }, issue({ body: 'On {{ steps.fetch.messages[0].subject }}' })] }, ['/steps/1/params/body']],
  ['its error', { steps: [{ ...fetch, on_error: 'continue' }, issue({ body: 'On {{ steps.fetch.error.message }}' })] }, []],
  ['one whose error is asked for', { steps: [{ ...fetch, on_error: 'continue' }, issue({ body: 'On {{ steps.fetch.messages[0].subject }}' }, { when: '{{ $not($exists(steps.fetch.error)) }}' })] }, []],
  ['a comment that a transform hands on', { steps: [ask, value('{{ steps.ask.comment }}'), issue({ body: 'They say {{ steps.value }}' })] }, ['/steps/2/params/body']],
  ['one in an object that it makes', { steps: [ask, value({ words: '{{ steps.ask.comment }}' }), issue({ body: 'They say {{ steps.value.words }}' })] }, ['/steps/2/params/body']],
  ['a comment that a variable keeps', { steps: [ask, { id: 'keep', set: { words: '{{ steps.ask.comment }}' } }, issue({ body: 'They say {{ vars.words }}' })] }, ['/steps/2/params/body']],
  ['a null that an author wrote', { inputs: optional, steps: [value('{{ inputs.repo = "a" ? "b" : null }}'), issue({ body: 'In {{ steps.value }}' })] }, ['/steps/1/params/body']],
  ['what a transform makes of one that is asked for', { steps: [ask, value('{{ steps.ask.comment ? steps.ask.comment : "nothing" }}'), issue({ body: 'They say {{ steps.value }}' })] }, []],
  ['what a transform hands on only where it is there', { steps: [ask, { ...value('{{ steps.ask.comment }}'), when: '{{ steps.ask.comment != null }}', default: '' }, issue({ body: 'They say {{ steps.value }}' })] }, []],
  ['what a transform gives that is asked for', { steps: [ask, value('{{ steps.ask.comment }}'), issue({ body: 'They say {{ steps.value }}' }, { when: '{{ steps.value != null }}' })] }, []],
  ['who decided, handed on', { steps: [ask, value({ by: '{{ steps.ask.decided_by }}', decided_by: '{{ steps.ask.decided_by }}' }), issue({ body: 'By {{ steps.value.decided_by }}' })] }, []],
  ['the items of one', { steps: [{ ...fetch, on_error: 'continue' }, { id: 'each', for_each: '{{ steps.fetch.messages }}', steps: [issue({ title: '{{ item.subject }}' })] }] }, []],
])('null where it is hardly wanted: %s', (_, document, pointers) => {
  expect(warned(document)).toEqual(pointers.map((pointer) => `may-be-null ${pointer}`));
}); // biome-ignore format: a table

test('what would guard it is said', () => {
  const hintOf = (document: object) => {
    const compiled = compile(
      { id: 'w', ...document },
      { catalogue, functionArn: (name) => name, stateMachineArn: (id) => id, version: 1, apiUrl: 'x' },
    );
    return compiled.warnings.map(({ hint }) => hint);
  };
  expect(hintOf({ inputs: optional, steps: [issue({ repo_name: '{{ inputs.repo }}' })] })).toEqual([
    'Say what to use instead, as in {{ inputs.repo ? … : … }}, or give the step a "when": "{{ inputs.repo }}".',
  ]);
  const failing = { ...fetch, on_error: 'continue' };
  expect(hintOf({ steps: [failing, issue({ title: '{{ steps.fetch.messages[0].subject }}' })] })).toEqual([
    'Say what to use instead, as in {{ steps.fetch.error ? … : … }}, or give the step a "when": "{{ $not($exists(steps.fetch.error)) }}".',
  ]);
});

test('a default that is never used, or of another form than what the step gives', () => {
  const inputs = { on: { type: 'boolean' } };
  const reads = value('{{ steps.fetch.messages }}');
  const skipped = (given: unknown) => ({ ...fetch, when: '{{ inputs.on }}', default: given });
  const of = (given: unknown) => warned({ inputs, steps: [skipped(given), reads] });
  expect(of('none')).toEqual(['unlikely-default /steps/0/default']);
  expect(of({ messges: [] })).toEqual(['unlikely-default /steps/0/default']);
  for (const good of [null, false, {}, { messages: [] }]) expect(of(good)).toEqual([]);
  const asks = value('{{ steps.fetch.skipped ? 0 : $count(steps.fetch.messages) }}');
  expect(warned({ inputs, steps: [skipped({ skipped: true }), asks] })).toEqual([]);
  expect(warned({ steps: [{ ...fetch, default: { messages: [] } }, reads] })).toEqual([
    'no-effect /steps/0/default',
  ]);
  const inCase = {
    id: 'choose',
    switch: [{ when: '{{ inputs.on }}', steps: [{ ...fetch, default: { messages: [] } }] }],
  };
  expect(warned({ inputs, steps: [inCase, reads] })).toEqual([]);
  const inLoop = { id: 'each', for_each: [1, 2], steps: [{ ...fetch, default: { messages: [] } }, reads] };
  expect(warned({ steps: [inLoop] })).toEqual(['no-effect /steps/0/steps/0/default']);
});

const decide = value('{{ steps.ask.approved }}');

test.each([
  ['a wait', { timeout_seconds: 60, steps: [{ id: 'a', wait: 'PT2M' }] }, ['/steps/0/wait']],
  ['a wait of all of it', { timeout_seconds: 60, steps: [{ id: 'a', wait: { seconds: 60 } }] }, ['/steps/0/wait']],
  ['a shorter one', { timeout_seconds: 60, steps: [{ id: 'a', wait: 'PT59S' }] }, []],
  ['one in a loop', { steps: [{ id: 'l', for_each: [1], timeout_seconds: 60, steps: [{ id: 'a', wait: 'PT2M' }] }] }, ['/steps/0/steps/0/wait']],
  ['one after it', { steps: [{ id: 'l', for_each: [1], timeout_seconds: 60, steps: [{ id: 'a', wait: 'PT2S' }], on_error: [{ id: 'b', wait: 'PT2M' }] }] }, []],
  ['an approval', { timeout_seconds: 60, steps: [{ ...ask, timeout_seconds: 120 }, decide] }, ['/steps/0/timeout_seconds']],
  ['one that says nothing', { timeout_seconds: 60, steps: [ask, decide] }, []],
  ['one that would be rejected', { timeout_seconds: 60, steps: [{ id: 'ask', approval: { message: 'Go?', on_timeout: 'reject' } }, decide] }, ['/steps/0/approval/on_timeout']],
  ['one in time', { timeout_seconds: 60, steps: [{ ...ask, timeout_seconds: 30 }, decide] }, []],
])('longer than the time limit around it: %s', (_, document, pointers) => {
  expect(warned(document)).toEqual(pointers.map((pointer) => `longer-than-limit ${pointer}`));
}); // biome-ignore format: a table

test('a decision that nothing reads', () => {
  expect(warned({ steps: [ask, issue({})] })).toEqual(['unused-output /steps/0']);
  expect(warned({ steps: [ask, issue({}, { when: '{{ steps.ask.approved }}' })] })).toEqual([]);
  expect(warned({ steps: [issue({}), ask] })).toEqual([]);
});

const scheduled = (trigger: object) => ({ id: 'w', triggers: [trigger], steps: [value(1)] });

test('a schedule that is never due', () => {
  const never = (trigger: object) => codes(scheduled(trigger));
  expect(never({ schedule: 'cron(0 0 31 2 ? *)' })).toEqual(['invalid-schedule /triggers/0/schedule']);
  const february = { start_date: '2026-02-01T00:00:00Z', end_date: '2026-02-10T00:00:00Z' };
  expect(never({ schedule: 'cron(0 0 20 * ? *)', ...february })).toEqual([
    'invalid-schedule /triggers/0/schedule',
  ]);
  expect(never({ schedule: 'cron(0 0 29 2 ? *)' })).toEqual([]);
  expect(never({ schedule: 'cron(0 0 5 * ? *)', ...february })).toEqual([]);
  expect(warned(scheduled({ schedule: 'cron(0 0 1 1 ? 2020)' }))).toEqual(['never-due /triggers/0/schedule']);
  expect(warned(scheduled({ schedule: 'at(2025-12-31T23:59:59)' }))).toEqual([
    'never-due /triggers/0/schedule',
  ]);
  expect(warned(scheduled({ schedule: 'at(2026-01-01T00:00:01)' }))).toEqual([]);
  expect(warned(scheduled({ schedule: 'rate(1 day)', end_date: '2025-01-01T00:00:00Z' }))).toEqual([
    'never-due /triggers/0/schedule',
  ]);
  expect(warned(scheduled({ schedule: 'rate(1 day)' }))).toEqual([]);
});

test('days of the week in numbers, and what they are here and elsewhere', () => {
  const found = (schedule: string) => {
    const compiled = compile(scheduled({ schedule }), {
      catalogue,
      functionArn: (name) => name,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'x',
    });
    return compiled.warnings.map(({ code, message, hint }) => [code, message, hint]);
  };
  expect(found('cron(0 9 ? * 1-5 *)')).toEqual([
    [
      'weekday-number',
      'The day of the week 1-5 is SUN-THU here: EventBridge counts from 1, Sunday, and other crons from 1, Monday',
      'Write names, which are the same everywhere: SUN-THU, or MON-FRI where that is meant.',
    ],
  ]);
  for (const clear of [
    'cron(0 9 ? * MON-FRI *)',
    'cron(0 9 1-5 * ? *)',
    'cron(0 9 ? * 2-6 *)',
    'rate(1 hour)',
  ])
    expect(found(clear)).toEqual([]);
});

test('a time that the clocks skip is told as such', () => {
  const hintOf = (trigger: object) => {
    const compiled = compile(scheduled(trigger), {
      catalogue,
      functionArn: (name) => name,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'x',
    });
    return compiled.ok ? undefined : compiled.problems[0]?.hint;
  };
  const timezone = 'Europe/Berlin';
  expect(hintOf({ schedule: 'at(2027-03-28T02:30:00)', timezone })).toBe(
    'The clocks of Europe/Berlin skip that time: they are put forward over it. Choose one an hour later.',
  );
  expect(hintOf({ schedule: 'cron(30 2 28 3 ? 2027)', timezone })).toBe(
    'No day, or none between start_date and end_date, fits all of its fields, or the clocks of Europe/Berlin skip the time.',
  );
  expect(hintOf({ schedule: 'at(2027-03-28T03:30:00)', timezone })).toBeUndefined();
});

test('what has no effect', () => {
  const once = {
    schedule: 'at(2030-01-01T00:00:00)',
    start_date: '2026-01-01T00:00:00Z',
    end_date: '2029-01-01T00:00:00Z',
  };
  expect(warned(scheduled(once))).toEqual([
    'no-effect /triggers/0/start_date',
    'no-effect /triggers/0/end_date',
  ]);
  expect(warned({ concurrency: { limit: 1 }, steps: [value(1)] })).toEqual(['no-effect /concurrency']);
});

test('in the older format, a name that is almost another one', () => {
  const older = (text: string) => ({
    variables: { city: 'Paris' },
    steps: [
      { id: 'fetch-email', type: 'gmail', action: 'list_messages', next_step: 'tell' },
      {
        id: 'tell',
        type: 'github',
        action: 'create_issue',
        params: { repo_name: 'o/r', title: text, body: '{{city}} {{fetch-email_output}}' },
      },
    ],
  });
  expect(warned(older('{{fetch-email_outpt}}'))).toEqual(['undeclared-input /steps/1/params/title']);
  expect(warned(older('In {{citty}}'))).toEqual(['undeclared-input /steps/1/params/title']);
  expect(warned(older('{{subject}}'))).toEqual([]);
});

test('a model whose end is announced, wherever one is named, each place once', () => {
  const asks = (id: string, model: unknown) => ({
    id,
    action: 'openai.chat',
    params: { messages: [{ role: 'user', content: 'x' }], model },
  });
  const document = {
    inputs: {
      model: { type: 'string', default: 'o3' },
      other: { type: 'string', default: 'gpt-5.4' },
      several: { type: 'array', default: ['gpt-5.4', 'gpt-4o', '{{ inputs.several }}'] },
      topic: {},
    },
    steps: [
      asks('a', 'gpt-4o-mini'),
      { id: 'l', for_each: [1], steps: [asks('b', 'gpt-5-mini-2025-08-07')] },
      asks('c', '{{ inputs.model }}'),
      asks('d', '{{ inputs.model }}'),
      asks('e', '{{ inputs.other }}'),
      asks('f', 'gpt-5.4-mini'),
      asks('g', 'llama3'),
      { ...asks('h', '{{ "o1" }}'), on_error: [asks('i', 'o1')] },
      {
        id: 'j',
        agent: {
          goal: 'x',
          model: 'o4-mini',
          tools: [{ action: 'openai.chat', params: { model: 'gpt-4.1' } }, 'github.create_issue'],
        },
      },
      issue({ title: 'gpt-4o-mini' }),
      { id: 'n', agent: { goal: 'x', models: ['gpt-5.4', 'o1'], tools: ['github.create_issue'] } },
      {
        id: 'o',
        agent: { goal: 'x', models: ['{{ inputs.model }}'], tools: ['github.create_issue'] },
      },
      { id: 'p', agent: { goal: 'x', models: '{{ inputs.several }}', tools: ['github.create_issue'] } },
    ],
    on_failure: [asks('k', 'gpt-4o')],
    output: '{{ inputs.topic }}',
  };
  expect(warned(document).filter((found) => found.startsWith('model-ends'))).toEqual([
    'model-ends /inputs/model/default',
    'model-ends /inputs/several/default/1',
    'model-ends /steps/0/params/model',
    'model-ends /steps/1/steps/0/params/model',
    'model-ends /steps/7/on_error/0/params/model',
    'model-ends /steps/8/agent/model',
    'model-ends /steps/8/agent/tools/0/params/model',
    'model-ends /steps/10/agent/models/1',
    'model-ends /on_failure/0/params/model',
  ]);
});

test.each([
  ['{{ inputs.a = 8202522731445525543 }}', '8202522731445525543', '8202522731445525504', 15],
  ['{{ -9007199254740993 }}', '9007199254740993', '9007199254740992', 5],
  ['is {{ [1, 123456789012345678901] }}', '123456789012345678901', '123456789012345683968', 11],
  ['{{ inputs.a[id = 9007199254740993].x }}', '9007199254740993', '9007199254740992', 18],
])('a number that an expression does not keep: %s', (transform, digits, read, column) => {
  const document = { id: 'w', inputs: { a: {} }, steps: [value(transform)] };
  const { warnings } = compile(document, options);
  expect(warnings.filter(({ code }) => code === 'inexact-literal')).toEqual([
    {
      code: 'inexact-literal',
      pointer: '/steps/0/transform',
      column,
      message: `${digits} has more digits than an expression keeps: it is read as ${read}`,
      hint: `Write it as a text, "${digits}", and compare it with $string(…) of the other.`,
    },
  ]);
});

test.each([
  '9007199254740991',
  '9007199254740992',
  '1e300',
  '0.1234567890123456789',
  '1.5e20',
  '"8202522731445525543"',
])('a number that an expression keeps: %s', (number) => {
  expect(warned({ steps: [value(`{{ ${number} }}`)] })).toEqual([]);
});

test('a step whose when is false never runs; one whose when is true does', () => {
  const step = (when: boolean) => ({ steps: [{ ...fetch, when }] });
  expect(warned(step(false))).toEqual(['never-runs /steps/0/when']);
  expect(warned(step(true))).toEqual([]);
});

test('steps of on_failure are looked at like the others', () => {
  expect(warned({ steps: [fetch], on_failure: [value(1), issue({})] })).toEqual([
    'unused-output /on_failure/0',
  ]);
});

test('a default in a loop is never used where the step always runs; in on_error it is where nothing failed', () => {
  const loop = {
    id: 'each',
    for_each: [1],
    steps: [{ id: 'body', transform: 1, default: 2 }],
    on_error: [{ id: 'handler', transform: 1, default: 2 }],
  };
  const found = warned({ steps: [loop, value('{{ steps.handler }}')] });
  expect(found.filter((one) => one.startsWith('no-effect'))).toEqual(['no-effect /steps/0/steps/0/default']);
});
