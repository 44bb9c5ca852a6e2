// What the compiler lets through, Step Functions' own checks take: the longest names, the deepest nesting.
import validate from 'asl-validator';
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import type { States } from '../../lib/compiler/asl/definition.ts';
import { compile, type Definition } from '../../lib/compiler/compile.ts';
import type { stepKinds } from '../../lib/workflow-format/steps.ts';
import { validateDefinition } from '../../local/states/validation/definition.ts';

const catalogue = await buildCatalogue();
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const compiled = (document: object) =>
  compile(document, {
    catalogue,
    functionArn,
    stateMachineArn: (id) => `arn:aws:states:us-east-1:000000000000:stateMachine:${id}:live`,
    version: 1,
    apiUrl: 'https://api.example.com',
  });

function definitionOf(document: object): Definition {
  const result = compiled(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.definition;
}

function accepted(definition: Definition): void {
  expect(validateDefinition(JSON.stringify(definition))).toEqual([]);
  expect(validate(definition).errors).toEqual([]);
}

function stateNames({ States }: States): string[] {
  return Object.entries(States).flatMap(([name, state]) => [
    name,
    ...(state.Type === 'Parallel' ? state.Branches.flatMap(stateNames) : []),
    ...(state.Type === 'Map' ? stateNames(state.ItemProcessor) : []),
  ]);
}

function variableNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'Assign' ? Object.keys(inner) : variableNames(inner),
  );
}

/** An id as long as one may be. */
const long = (n: number) => `step_${n}_`.padEnd(64, 'x');
const when = '{{ $random() > 0.5 }}';
const failing = { retry: { max_attempts: 2 }, on_error: 'continue' };

test('names made of the longest ids have at most 80 characters, and none that Step Functions forbids', () => {
  const kinds: Record<keyof typeof stepKinds, object> = {
    action: { action: 'github.list_repositories', timeout_seconds: 5 },
    set: { set: { [long(90)]: '{{ $number("1") }}' } },
    transform: { transform: '{{ $number("1") }}' },
    wait: { wait: 'PT1S' },
    return: { return: 1 },
    fail: { fail: { error: 'Broken' } },
    switch: { switch: [{ when, steps: [{ id: long(80), wait: 'PT1S' }] }], timeout_seconds: 60 },
    parallel: { parallel: { [long(91)]: [{ id: long(81), wait: 'PT1S', ...failing }] }, timeout_seconds: 60 },
    for_each: {
      for_each: [1],
      steps: [{ id: long(82), transform: '{{ $number("1") }}', when }],
      on_item_error: 'continue',
      timeout_seconds: 60,
    },
    approval: {
      approval: { message: 'x', notify: { action: 'github.list_repositories' } },
      timeout_seconds: 60,
    },
    workflow: { workflow: 'other', timeout_seconds: 60 },
    agent: { agent: { goal: 'x', tools: ['github.get_file'] }, timeout_seconds: 60 },
  };
  const steps = Object.entries(kinds).map(([kind, step], index) => ({
    // Names of an agent's states and of an approval's notice are made of more than the id.
    id: ['agent', 'approval'].includes(kind) ? kind.padEnd(50, 'x') : long(index),
    when,
    ...step,
    ...(['return', 'fail'].includes(kind) ? {} : failing),
  }));
  const outputs = steps.map(({ id }) => `{{ $exists(steps.${id}) }}`);
  const definition = definitionOf({
    id: 'w',
    steps,
    output: outputs,
    on_failure: [{ id: long(99), action: 'github.list_repositories', when }],
  });
  const names = [...stateNames(definition), ...variableNames(definition)];
  expect(Math.max(...names.map(({ length }) => length))).toBeGreaterThan(70);
  expect(names.filter((name) => !/^[\w.]{1,80}$/.test(name))).toEqual([]);
  accepted(definition);
});

test.each([
  ['an agent', { agent: { goal: 'x', tools: ['github.list_repositories'] } }],
  ['an approval', { approval: { message: 'x', notify: { action: 'github.list_repositories' } } }],
])('a name that would be too long is a problem: %s', (_, step) => {
  const result = compiled({ id: 'w', steps: [{ id: long(0), ...step }] });
  expect(result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
    'invalid-id /steps/0/id',
  ]);
});

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

/** Ways to stand within another step, with what makes most states of it. */
const nestings: Readonly<Record<string, (id: string, steps: object[]) => object>> = {
  for_each: (id, steps) => ({
    id,
    for_each: [1],
    timeout_seconds: 60,
    on_item_error: 'continue',
    on_error: 'continue',
    steps: [...steps, { id: `${id}_last`, transform: '{{ $number("1") }}', on_error: 'continue' }],
  }),
  parallel: (id, steps) => ({
    id,
    parallel: { one: steps },
    on_error: 'continue',
    retry: { max_attempts: 2 },
  }),
  switch: (id, steps) => ({ id, switch: [{ when, steps }], on_error: 'continue', timeout_seconds: 60 }),
  else: (id, steps) => ({ id, switch: [{ when, steps: [{ id: `${id}_case`, wait: 'PT1S' }] }], else: steps }),
  on_error: (id, steps) => ({ id, action: 'github.list_repositories', on_error: steps }),
};

test.each(Object.entries(nestings))('the deepest nesting of %s that is let through is taken', (_, nest) => {
  const nested = (levels: number): object => {
    let steps: object[] = [{ id: 'inner', wait: 'PT1S' }];
    for (let level = 0; level < levels; level += 1) steps = [nest(`s${level}`, steps)];
    return { id: 'w', steps, on_failure: [{ id: 'tell', wait: 'PT1S' }] };
  };
  let levels = 1;
  while (compiled(nested(levels + 1)).ok) levels += 1;
  expect(levels).toBeGreaterThan(10);
  const tooDeep = compiled(nested(levels + 1));
  expect(tooDeep.ok ? [] : tooDeep.problems.map(({ code }) => code)).toEqual(['too-deep']);
  const definition = definitionOf(nested(levels));
  // What Step Functions reads JSON with gives up at 1000 levels.
  expect(depthOf(definition)).toBeLessThan(500);
  accepted(definition);
});
