// Shapes of what is not a sound list of steps: heads, values, schemas, mistakes.
import { keyed, many, type Shapes, workflow } from './shape.ts';
import { deep, shapesOfTexts } from './shapes-of-texts.ts';

const one = { id: 'a', wait: 'PT1S' };
const call = (params: object, rest: object = {}): object => ({
  id: 'a',
  action: 'openai.chat',
  params: { prompt: 'p', ...params },
  ...rest,
});
const issue = (params: object): object => ({ id: 'a', action: 'github.create_issue', params });
const ofSchema = (schema: object): object =>
  workflow([{ id: 'a', agent: { goal: 'g', tools: ['github.get_file'], output_schema: schema } }], {
    output: '{{ steps.a.json }}',
  });
const fields = (n: number, make: (k: number) => unknown): object => ({
  type: 'object',
  properties: keyed(n, (k) => [`f${k}`, make(k)]),
});

const heads: Shapes = {
  inputs: (n) => workflow([one], { inputs: keyed(n, (k) => [`i${k}`, { type: 'string' }]) }),
  'inputs that are used': (n) =>
    workflow([{ id: 'a', transform: many(n, (k) => `{{ inputs.i${k} }}`) }], {
      inputs: keyed(n, (k) => [`i${k}`, { type: 'string' }]),
    }),
  'inputs with defaults, all read': (n) =>
    workflow(
      many(n / 2, (k) => ({ id: `s${k}`, transform: '{{ inputs }}' })),
      { inputs: keyed(n / 2, (k) => [`i${k}`, { default: 'x'.repeat(20) }]) },
    ),
  'one large default, read often': (n) =>
    workflow(
      many(n / 4, (k) => ({ id: `s${k}`, transform: '{{ inputs.i }}' })),
      { inputs: { i: { default: 'x'.repeat(n) } } },
    ),
  'a step’s large default, read often': (n) =>
    workflow([
      { id: 'd', when: '{{ execution.id = "1" }}', transform: 1, default: 'x'.repeat(n) },
      ...many(n / 4, (k) => ({ id: `s${k}`, transform: '{{ steps.d }}' })),
    ]),
  'inputs of a trigger': (n) =>
    workflow([one], {
      inputs: keyed(n / 2, (k) => [`i${k}`, { required: false }]),
      triggers: [{ schedule: 'rate(1 hour)', input: keyed(n / 2, (k) => [`i${k}`, '{{ 1 }}']) }],
    }),
  'inputs of twenty triggers': (n) =>
    workflow([one], {
      inputs: keyed(n, (k) => [`i${k}`, { type: 'string' }]),
      triggers: many(20, () => ({ schedule: 'rate(1 hour)' })),
    }),
  'unknown inputs of twenty triggers': (n) =>
    workflow([one], {
      inputs: keyed(n / 2, (k) => [`i${k}`, { required: false }]),
      triggers: many(20, () => ({ schedule: 'rate(1 hour)', input: keyed(n / 40, (k) => [`j${k}`, 1]) })),
    }),
  schedules: (n) => workflow([one], { triggers: many(n, () => ({ schedule: 'cron(0 0 29 2 ? *)' })) }),
  'schedules that are hardly ever due': (n) =>
    workflow([{ ...one, comment: 'x'.repeat(n) }], {
      triggers: many(20, (k) => ({ schedule: `cron(${k} 0 29 2 ? 2196)`, timezone: 'America/New_York' })),
    }),
  'schedules that are never due': (n) =>
    workflow([{ ...one, comment: 'x'.repeat(n) }], {
      triggers: many(20, (k) => ({ schedule: `cron(${k} 0 31 2 ? *)`, timezone: 'America/New_York' })),
    }),
  'a long schedule': (n) =>
    workflow([one], { triggers: [{ schedule: `cron(${many(n, () => '0').join(',')} 0 ? * MON *)` }] }),
  webhooks: (n) => workflow([one], { triggers: many(n, () => ({ webhook: { verify: 'github' } })) }),
  'a long description': (n) => workflow([one], { description: 'x'.repeat(n) }),
  'a long comment': (n) => workflow([{ ...one, comment: 'é'.repeat(n) }]),
};

const values: Shapes = {
  'literals in a list': (n) => workflow([{ id: 'a', transform: many(n, (k) => k) }]),
  'literals in an object': (n) => workflow([{ id: 'a', transform: keyed(n, (k) => [`k${k}`, k]) }]),
  'objects in a list': (n) => workflow([{ id: 'a', transform: many(n, (k) => ({ [`k${k}`]: k })) }]),
  'expressions in a list': (n) => workflow([{ id: 'a', transform: many(n, (k) => `{{ ${k} }}`) }]),
  'expressions in an object': (n) =>
    workflow([{ id: 'a', transform: keyed(n, (k) => [`k${k}`, `{{ ${k} }}`]) }]),
  'deep values': (n) =>
    workflow(many(n / 50, (k) => ({ id: `s${k}`, transform: JSON.parse(deep(50, () => ['[', ']'])) }))),
  'JSONPath texts': (n) => workflow([{ id: 'a', transform: many(n, () => '$.inputs.a') }]),
  'keys with expressions': (n) => workflow([{ id: 'a', transform: keyed(n, (k) => [`{{${k}}}`, 1]) }]),
  'a key of many braces': (n) => workflow([{ id: 'a', transform: { ['{{'.repeat(n)]: 1 } }]),
  params: (n) => workflow([issue({ repo_name: 'o/r', title: 't', labels: many(n, (k) => `l${k}`) })]),
  'params with expressions': (n) =>
    workflow([issue({ repo_name: 'o/r', title: 't', labels: many(n, (k) => `{{ "l${k}" }}`) })]),
  'params of the wrong type': (n) =>
    workflow([issue({ repo_name: 'o/r', title: 't', labels: many(n, (k) => k) })]),
  'unknown params': (n) =>
    workflow([issue({ repo_name: 'o/r', title: 't', ...keyed(n, (k) => [`titel${k}`, 1]) })]),
  'steps with many params': (n) =>
    workflow(
      many(n / 4, (k) => ({
        ...issue({ repo_name: 'o/r', title: 't', body: '{{ 1 }}', labels: [] }),
        id: `s${k}`,
      })),
    ),
  'a long duration': (n) => workflow([{ id: 'a', wait: `P${'1'.repeat(n)}D` }]),
  'a long percentage': (n) =>
    workflow([{ id: 'a', for_each: [1], steps: [one], tolerated_failures: `${'1'.repeat(n)}%` }]),
  'errors to retry on': (n) => workflow([call({}, { retry: { on: many(n, (k) => `RateLimitd${k}`) } })]),
};

const schemas: Shapes = {
  'a schema of fields': (n) => ofSchema(fields(n, () => ({ type: 'string' }))),
  'a schema of alternatives': (n) =>
    ofSchema({ type: 'object', properties: { a: { anyOf: many(n, (k) => ({ const: k })) } } }),
  'a schema of objects': (n) =>
    ofSchema({
      type: 'object',
      properties: { a: { oneOf: many(n, (k) => fields(1, () => ({ const: k }))) } },
    }),
  'a schema of constants': (n) =>
    ofSchema({ type: 'object', properties: { a: { enum: many(n, (k) => `v${k}`) } } }),
  'a schema of types': (n) =>
    ofSchema({ type: 'object', properties: { a: { type: many(n, () => 'object'), properties: {} } } }),
  'a schema that refers to itself': (n) =>
    ofSchema({
      type: 'object',
      properties: { a: { $ref: '#/$defs/d0' } },
      $defs: keyed(n, (k) => [
        `d${k}`,
        { anyOf: [{ $ref: `#/$defs/d${k + 1}` }, { $ref: `#/$defs/d${k + 1}` }] },
      ]),
    }),
  'a schema that doubles': (n) =>
    ofSchema({
      $ref: '#/$defs/d0',
      type: 'object',
      $defs: keyed(n, (k) => [
        `d${k}`,
        { type: 'object', properties: keyed(8, (f) => [`f${f}`, { $ref: `#/$defs/d${k + 1}` }]) },
      ]),
    }),
  'a schema of all': (n) =>
    ofSchema({ type: 'object', allOf: many(n, () => fields(1, () => ({ type: 'string' }))) }),
  'a schema of wrong schemas': (n) => ofSchema(fields(n, () => ({ type: 'sting' }))),
  'a schema of patterns': (n) => ofSchema(fields(n, () => ({ type: 'string', pattern: '(a+)+$' }))),
  'a schema of a chat': (n) =>
    workflow([call({ json_schema: fields(n, () => ({ type: 'string' })) })], {
      output: '{{ steps.a.json.f0 }}',
    }),
  'many schemas': (n) =>
    workflow(
      many(n / 4, (k) => ({ ...call({ json_schema: fields(2, () => ({ type: 'string' })) }), id: `s${k}` })),
    ),
};

const mistakes: Shapes = {
  'unknown keys': (n) => workflow([{ ...one, ...keyed(n, (k) => [`timeout_secnds${k}`, 1]) }]),
  'unknown keys of the document': (n) =>
    workflow(
      [one],
      keyed(n, (k) => [`desciption${k}`, 1]),
    ),
  'unknown keys of steps': (n) => workflow(many(n, (k) => ({ id: `s${k}`, wiat: 'PT1S' }))),
  'unknown keys of inputs': (n) => workflow([one], { inputs: keyed(n, (k) => [`i${k}`, { typ: 'string' }]) }),
  'a step of many keys': (n) => workflow([{ id: 'a', ...keyed(n, (k) => [`key${k}`, 1]) }]),
  'misspelt references': (n) =>
    workflow([
      ...many(n / 2, (k) => ({ id: `message_${k}`, transform: 1 })),
      { id: 'z', transform: many(n / 2, (k) => `{{ steps.mesage_${k} }}`) },
    ]),
  'misspelt fields': (n) =>
    workflow([
      { id: 'a', transform: keyed(n / 2, (k) => [`message_${k}`, 1]) },
      { id: 'z', transform: many(n / 2, (k) => `{{ steps.a.mesage_${k} }}`) },
    ]),
  'misspelt inputs': (n) =>
    workflow([{ id: 'z', transform: many(n / 2, (k) => `{{ inputs.mesage_${k} }}`) }], {
      inputs: keyed(n / 2, (k) => [`message_${k}`, {}]),
    }),
  'misspelt roots': (n) => workflow([{ id: 'z', transform: many(n, (k) => `{{ step.a${k} }}`) }]),
  'names without roots': (n) =>
    workflow([
      ...many(n / 2, (k) => ({ id: `message_${k}`, transform: 1 })),
      { id: 'z', transform: many(n / 2, (k) => `{{ mesage_${k} }}`) },
    ]),
  'long misspelt names': (n) =>
    workflow([{ id: 'z', transform: many(8, () => `{{ inputs.${'x'.repeat(n / 16)} }}`) }], {
      inputs: keyed(8, (k) => [`${'x'.repeat(n / 16)}${k}`, {}]),
    }),
  'long fields': (n) =>
    workflow([
      { id: 'a', transform: { ['x'.repeat(n / 2)]: 1 } },
      { id: 'z', transform: `{{ steps.a.${'y'.repeat(n / 2)} }}` },
    ]),
  'a misspelt field on each of many': (n) =>
    workflow([
      { id: 'a', transform: keyed(n / 2, (k) => [`field${k}`, 1]) },
      ...many(n / 8, (k) => ({ id: `s${k}`, transform: '{{ steps.a.feld }}' })),
    ]),
  'later steps': (n) => workflow(many(n, (k) => ({ id: `s${k}`, transform: `{{ steps.s${k + 1} }}` }))),
  'unguarded steps': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        when: '{{ execution.id = "" }}',
        transform: k === 0 ? 1 : `{{ steps.s${k - 1} }}`,
      })),
    ),
  'wrong types': (n) => workflow(many(n, (k) => ({ id: `s${k}`, wait: k }))),
  'no steps': (n) => workflow(many(n, () => 1 as unknown as object)),
  'the same id': (n) => workflow(many(n, () => one)),
  'unknown actions': (n) => workflow(many(n, (k) => ({ id: `s${k}`, action: `github.craete_issue${k}` }))),
  'a long action': (n) => workflow([{ id: 'a', action: `github.${'x'.repeat(n)}` }]),
  'long ids': (n) => workflow(many(16, () => ({ id: 'x'.repeat(n / 16), wait: 'PT1S' }))),
  'a long key': (n) => workflow([{ ...one, ['x'.repeat(n)]: 1 }]),
  ASL: (n) => ({ States: keyed(n, (k) => [`s${k}`, { Type: 'Pass' }]) }),
  'a forbidden key at the end': (n) => `{"id":"a","steps":[${'1,'.repeat(n)}{"__proto__":1}]}`,
};

export const shapesOfDocuments: Shapes = {
  ...heads,
  ...values,
  ...schemas,
  ...mistakes,
  ...shapesOfTexts,
};
