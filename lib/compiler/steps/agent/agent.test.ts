// Steps of the kind `agent`: what is wrong with one, and what one compiles to.
import { expect, test } from 'vitest';
import type { CatalogueAction } from '../../../actions/catalogue.ts';
import { compile } from '../../compile.ts';
import { catalogue } from '../../testing/catalogue.ts';
import { codes, definition, problems, result } from '../../testing/compile.ts';

const tool = (id: string): CatalogueAction => {
  const found = catalogue.find((action) => action.id === id);
  if (!found) throw new Error(`There is no ${id}`);
  return found;
};
const agent = (given: object, rest: object = {}) => ({
  id: 'w',
  inputs: { n: { type: 'integer' }, s: { type: 'string' } },
  steps: [{ id: 'a', agent: { goal: 'x', tools: ['github.create_issue'], ...given }, ...rest }],
  output: ['{{ inputs.n }}', '{{ inputs.s }}', '{{ steps.a.text }}'],
});

test('every mistake is found at once, each at its place', () => {
  expect(
    codes(
      agent({
        goal: '{{ inputs.n }}',
        instructions: 'Be {{ inputs.kind }}',
        temperature: '{{ inputs.s }}',
        model: 5,
        max_turn: 3,
        tools: [
          'github.create_isue',
          'gmail.list_messages',
          'gmail.list_messages',
          {
            action: 'github.create_issue',
            params: { repo: 'x', title: '', body: '{{ inputs.n }}', labels: '{{ item }}' },
          },
          { action: 'openai.summarize', parms: {} },
        ],
        output_schema: { type: 'object', properties: { a: { type: 'text' } } },
      }),
    ),
  ).toEqual([
    'type-mismatch /steps/0/agent/goal',
    'unknown-action /steps/0/agent/tools/0',
    'duplicate-tool /steps/0/agent/tools/2',
    'unknown-parameter /steps/0/agent/tools/3/params/repo',
    'invalid-parameter /steps/0/agent/tools/3/params/title',
    'type-mismatch /steps/0/agent/tools/3/params/body',
    'unknown-reference /steps/0/agent/tools/3/params/labels:4',
    'unknown-key /steps/0/agent/tools/4/parms',
    'unknown-reference /steps/0/agent/instructions:14',
    'type-mismatch /steps/0/agent/temperature',
    'wrong-type /steps/0/agent/model',
    'unknown-key /steps/0/agent/max_turn',
    'invalid-schema /steps/0/agent/output_schema/properties/a/type',
  ]);
});

test.each([
  [{}, ['missing-key /steps/0/agent', 'missing-key /steps/0/agent']],
  ['do it', ['wrong-type /steps/0/agent']],
  [{ goal: 'x', tools: 'github.create_issue' }, ['wrong-type /steps/0/agent/tools']],
  [{ goal: 'x', tools: [] }, ['invalid-value /steps/0/agent/tools']],
  [{ goal: 'x', tools: [{ params: {} }] }, ['missing-key /steps/0/agent/tools/0']],
  [{ goal: 'x', tools: [5] }, ['wrong-type /steps/0/agent/tools/0']],
])('an agent of the wrong shape: %j', (given, expected) => {
  expect(codes({ id: 'w', steps: [{ id: 'a', agent: given }] })).toEqual(expected);
});

test.each([
  ['an unknown type', { type: 'objekt' }, '/type', '"objekt" must be equal to one of the allowed values'],
  ['no object', { type: 'array' }, '', 'its "type" must be "object"'],
  [
    'a property that is none',
    { type: 'object', properties: { a: 5 } },
    '/properties/a',
    '5 must be object,boolean',
  ],
  [
    'required that is no list',
    { type: 'object', properties: {}, required: true },
    '/required',
    'true must be array',
  ],
  [
    'an enum that is no list',
    { type: 'object', properties: { a: { enum: 5 } } },
    '/properties/a/enum',
    '5 must be array',
  ],
  [
    'a reference to nothing',
    { type: 'object', properties: { a: { $ref: '#/$defs/b' } } },
    '',
    "can't resolve reference #/$defs/b from id #",
  ],
])('output_schema that is no schema: %s', (_, output_schema, at, message) => {
  expect(problems(agent({ output_schema }))).toMatchObject([
    {
      code: 'invalid-schema',
      pointer: `/steps/0/agent/output_schema${at}`,
      message: `output_schema is not the JSON Schema of an object: ${message}`,
    },
  ]);
});

test('a schema of another draft is read as one of 2020-12', () => {
  const output_schema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' };
  expect(JSON.stringify(definition(agent({ output_schema })))).not.toContain('draft-07');
});

test('what it gives has the type that output_schema says', () => {
  const output_schema = { type: 'object', properties: { urgent: { type: 'boolean' } }, required: ['urgent'] };
  const reading = (given: object, path: string) => ({ ...agent(given), output: `{{ steps.a.${path} }}` });
  expect(codes(reading({ output_schema }, 'json.urgent'))).toEqual([]);
  expect(codes(reading({ output_schema }, 'json.urgnt'))).toEqual(['unknown-field /output:17']);
  expect(codes(reading({}, 'json'))).toEqual(['unknown-field /output:12']);
});

test('tools and output_schema that would not fit into a state', () => {
  const output_schema = { type: 'object', description: 'x'.repeat(40_000) };
  expect(codes(agent({ output_schema }))).toEqual(['literal-too-large /steps/0/agent']);
  const described = (bytes: number) =>
    agent({ tools: [{ action: 'gmail.list_messages', description: 'x'.repeat(bytes) }] });
  const [, bytes] = /have (\d+) bytes/.exec(problems(described(50_000))[0]?.message ?? '') ?? [];
  const most = 40_000 - (Number(bytes) - 50_000);
  expect(most).toBeGreaterThan(39_000);
  expect(codes(described(most))).toEqual([]);
  expect(problems(described(most + 1))).toMatchObject([
    {
      code: 'literal-too-large',
      message:
        'The descriptions of the tools and output_schema have 40001 bytes as JSON; an agent can have 40000',
    },
  ]);
});

test('a state’s name that would be too long', () => {
  const document = (id: string) => ({
    id: 'w',
    steps: [{ id, agent: { goal: 'x', tools: ['github.create_issue'] } }],
  });
  expect(codes(document('a'.repeat(48)))).toEqual([]);
  expect(problems(document('a'.repeat(49)))).toMatchObject([{ code: 'invalid-id', pointer: '/steps/0/id' }]);
});

test('without the action that asks the model there are no agents', () => {
  const others = catalogue.filter(({ id }) => id !== 'openai.agent_turn');
  const compiled = compile(agent({}), {
    catalogue: others,
    functionArn: (name) => name,
    stateMachineArn: (id) => id,
    version: 1,
    apiUrl: 'https://api',
  });
  expect(compiled).toMatchObject({
    ok: false,
    problems: [{ code: 'unknown-action', pointer: '/steps/0/agent' }],
  });
});

test('only an agent that can do nothing but read warns when nothing reads its answer', () => {
  const warnings = (tools: string[]) => {
    const compiled = result({ id: 'w', steps: [{ id: 'a', agent: { goal: 'x', tools } }], output: 1 });
    return compiled.ok ? compiled.warnings.map(({ code }) => code) : [];
  };
  expect(warnings(['gmail.list_messages'])).toEqual(['unused-output']);
  expect(warnings(['gmail.list_messages', 'github.create_issue'])).toEqual([]);
});

test('a time limit holds for all Tasks of the loop', () => {
  const { States, StartAt } = definition(agent({}, { timeout_seconds: 90 }));
  const inner = States['a.calls'];
  const tool = inner?.Type === 'Map' ? inner.ItemProcessor.States['a.github.create_issue'] : undefined;
  expect(StartAt).toBe('a.timer');
  const left = /^\{% \$millis\(\) >= \$until_a \? .* \$min\(\[60, \$ceil/;
  for (const state of [States['a'], tool])
    expect(state).toMatchObject({ TimeoutSeconds: expect.stringMatching(left) });
});

test('what a parameter allows only the author may allow, and only for what is fixed with it', () => {
  const tool = (params: object) => agent({ tools: [{ action: 'github.commit_file', params }] });
  const allow = { allow_workflow_files: true };
  expect(problems(tool(allow))).toEqual([
    {
      code: 'invalid-parameter',
      pointer: '/steps/0/agent/tools/0/params/allow_workflow_files',
      message: 'allow_workflow_files cannot be given to an agent that chooses file_path itself',
      hint: 'Fix file_path in params too, or leave allow_workflow_files out.',
    },
  ]);
  expect(codes(tool({ allow_workflow_files: '{{ inputs.n = 1 }}' }))).toEqual([
    'invalid-parameter /steps/0/agent/tools/0/params/allow_workflow_files',
  ]);
  // null leaves a parameter out: the agent would choose it.
  expect(codes(tool({ ...allow, file_path: null }))).toContain(
    'invalid-parameter /steps/0/agent/tools/0/params/allow_workflow_files',
  );
  const fixed = { file_path: '.github/workflows/ci.yml' };
  for (const params of [{}, { allow_workflow_files: false }, fixed, { ...allow, ...fixed }]) {
    expect(codes(tool(params))).toEqual([]);
    expect(JSON.stringify(definition(tool(params)).States['a'])).not.toContain('"allow_workflow_files"');
  }
});

test.each<[string, object, readonly string[]]>([
  ['none', {}, ['a', 'b', 'c']],
  ['one that excludes another', { a: 'x' }, ['c']],
  ['one that excludes none', { c: 'x' }, ['a', 'b']],
])(
  'of parameters that exclude each other the model is offered none beside what is fixed: %s',
  (_, params, left) => {
    const names = { type: 'string' };
    const either: CatalogueAction = {
      ...tool('github.create_issue'),
      id: 'own.either',
      input: {
        type: 'object',
        properties: { a: names, b: names, c: names },
        additionalProperties: false,
        not: { required: ['a', 'b'] },
      },
    };
    const compiled = compile(agent({ tools: [{ action: 'own.either', params }] }), {
      catalogue: [...catalogue, either],
      functionArn: (name) => name,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'https://api',
    });
    const { States = {} } = compiled.ok ? compiled.definition : {};
    const { Arguments } = Object(States['a']);
    const [shown] = Arguments.Payload.input.tools;
    expect(Object.keys(shown.parameters.properties)).toEqual(left);
  },
);

test('a call’s id has the iterations of the loops around, the turn and the place in the turn', () => {
  const callId = (steps: unknown[]) =>
    /"call_id":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(definition({ id: 'w', steps })))?.[1];
  const step = { id: 'a', agent: { goal: 'x', tools: ['github.create_issue'] } };
  const turn = '$agent_a.conversation.turns & \\".\\" & $states.input.index';
  expect(callId([step])).toBe(`{% ${turn} %}`);
  const inLoop = callId([{ id: 'l', for_each: [1], steps: [step] }]);
  expect(inLoop).toMatch(/^\{% .*index.* & \\"\.\\" & \$agent_a\./);
  const nested = { id: 'k', for_each: [1], steps: [{ id: 'l', for_each: [1], steps: [step] }] };
  expect(callId([nested])).toMatch(/^\{% .*index.* & \\"\.\\" & .*index.* & \\"\.\\" & \$agent_a\./);
});
