// Documents made to keep the compiler busy: the time that it takes grows with their length only, or they are refused.
import { expect, test } from 'vitest';
import { textOf } from '../../infrastructure/bench/shape.ts';
import { shapesOfDocuments } from '../../infrastructure/bench/shapes-of-documents.ts';
import { shapesOfExpressions } from '../../infrastructure/bench/shapes-of-expressions.ts';
import { shapesOfSteps } from '../../infrastructure/bench/shapes-of-steps.ts';
import { growthOfEight } from '../../test/support/growth.ts';
import { codes, result } from './testing/compile.ts';

const shapes = { ...shapesOfSteps, ...shapesOfExpressions, ...shapesOfDocuments };

function documentOf(name: string, parts: number): unknown {
  const shape = shapes[name];
  if (!shape) throw new Error(`There is no shape ${name}`);
  return JSON.parse(textOf(shape(parts)));
}

/** Steps that each hold the one before them more than once, in the ways that types can. */
const chains: Readonly<Record<string, (before: string) => object>> = {
  'a condition': (s) => ({ transform: `{{ inputs.x ? ${s} : ${s} }}` }),
  'a variable': () => ({ set: { v: '{{ inputs.x ? vars.v : vars.v & "." }}' } }),
  'lists of lists': (s) => ({ transform: [[`{{ ${s} }}`], [`{{ ${s} }}`], { a: `{{ ${s} }}` }] }),
  'lists and objects': (s) => ({ transform: `{{ inputs.x ? {"a": ${s}} : [{"a": ${s}}] }}` }),
  'fields of lists': (s) => ({ transform: `{{ inputs.x ? [${s}, {"a": ${s}}] : ${s}.a }}` }),
};

test.each(Object.entries(chains))('work does not grow with what types share: %s', async (_, next) => {
  const compile = (length: number) => {
    const list = Array.from({ length }, (_, n) => ({
      id: `s${n}`,
      ...(n === 0 ? { set: { v: 'ok', a: { b: 1 } } } : next(`steps.s${n - 1}`)),
    }));
    return result({ id: 'w', inputs: { x: {} }, steps: list, output: `{{ steps.s${length - 1}.a.a.a.a }}` });
  };
  // What doubles with each step would be 2^56 times as much.
  expect(await growthOfEight(compile, 8)).toBeLessThan(64);
});

test.each([
  ['escaped quotes', 5000, (n: number) => [`{{ "${'\\"'.repeat(n)}{%" }}`]],
  [
    'many braces in strings',
    188,
    (n: number) => Array.from({ length: n }, () => `{{"${'}} '.repeat(63)}"}}`),
  ],
  ['many braces in one string', 25, (n: number) => [`{{ "${`${'x'.repeat(1000)}}} `.repeat(n)}" }}`]],
])('reading takes time as the text is long: %s', async (_, length, transform) => {
  const compile = (n: number) => result({ id: 'w', steps: [{ id: 'a', transform: transform(n) }] });
  expect(compile(length * 8).ok).toBe(true);
  expect(await growthOfEight(compile, length)).toBeLessThan(32);
});

// So many parts that what grows as the square of them is most of the work; growth of it is 64 times, and of the cube 512.
test.each([
  ['a chain of conditions', 100],
  ['all under one condition', 100],
  ['branches that set variables of their own', 200],
  ['variables bound in a block', 1000],
  ['one variable bound again', 2000],
  ['predicates of one value', 3000],
  ['lambdas in a row', 600],
  ['lengths of lists', 300],
  ['many guards joined', 800],
  ['a large type handed on', 200],
  ['a path in a when', 1500],
  ['a key of many braces', 5000],
  ['a schema of constants', 400],
  ['unknown inputs of twenty triggers', 240],
  ['older: different placeholders', 800],
  ['older: ids that become the same', 300],
])('the time to compile grows as the document does: %s', async (name, parts) => {
  const documents = new Map([parts, parts * 8].map((size) => [size, documentOf(name, size)]));
  expect(await growthOfEight((size) => result(documents.get(size)), parts)).toBeLessThan(30);
});

test('long names that differ are not compared letter by letter', async () => {
  const compile = (length: number) => codes(documentOf('long fields', length));
  expect(compile(8000)).toEqual(['unknown-field /steps/1/transform:12']);
  expect(await growthOfEight(compile, 4000)).toBeLessThan(30);
});

/** Documents that could never compile, or that would take very long: a problem tells the limit. */
test.each([
  ['expressions in a text', 20_001, ['too-many ']],
  ['workflows that are called', 501, ['too-many ']],
  ['waits', 5001, ['too-many ']],
  ['inputs', 1001, ['too-many /inputs']],
  ['conditional ends', 20_000, ['too-many ']],
  ['branches in branches', 12_000, ['too-many ']],
  ['older: a format that grows', 100_000, ['definition-too-large ']],
])('refused before it takes long: %s', (name, parts, expected) => {
  const before = process.threadCpuUsage();
  const found = codes(documentOf(name, parts));
  const { user, system } = process.threadCpuUsage(before);
  expect(found).toEqual(expected);
  // Ten times of what it takes on a slow machine.
  expect((user + system) / 1e6).toBeLessThan(10);
});

test('the schemas of a workflow are limited together; the same one again costs nothing', () => {
  const agents = (count: number, of: (n: number) => string) => {
    const steps = Array.from({ length: count }, (_, n) => ({
      id: `s${n}`,
      agent: {
        goal: 'g',
        tools: ['github.create_issue'],
        output_schema: { type: 'object', title: of(n) },
      },
    }));
    return codes({ id: 'w', steps }).filter((code) => code.startsWith('too-many'));
  };
  expect(agents(501, String)).toEqual(['too-many /steps/500/agent/output_schema']);
  expect(agents(500, String)).toEqual([]);
  expect(agents(501, () => 'the same')).toEqual([]);
});

test('a limit of steps is not reached by one less, wherever they are', () => {
  expect(codes(documentOf('waits', 5000))).not.toContain('too-many ');
  const wait = (_: unknown, n: number) => ({ id: `s${n}`, wait: 'PT1S' });
  const steps = Array.from({ length: 4998 }, wait);
  const tries = (on_failure: number) => ({
    id: 'w',
    steps: [{ id: 'a', for_each: [1], steps }],
    on_failure: Array.from({ length: on_failure }, (_, n) => wait(_, n + 5000)),
  });
  expect(codes(tries(1))).not.toContain('too-many ');
  expect(codes(tries(2))).toEqual(['too-many ']);
  expect(codes(documentOf('inputs', 1000))).not.toContain('too-many /inputs');
});

test('a limit of expressions is not reached by one less', () => {
  expect(codes(documentOf('expressions in a text', 20_000))).not.toContain('too-many ');
});

test.each([
  'conditions joined in a when',
  'brackets',
  'lists in lists',
  'objects in objects',
  'calls in calls',
  'lambdas in lambdas',
  'conditions in conditions',
  'conditions after conditions',
  'predicates in predicates',
  'numbers added',
  'functions applied',
  'minus signs',
])('no expression exhausts the stack: %s', (name) => {
  for (const parts of [300, 501, 1200, 3000, 20_000])
    expect(() => codes(documentOf(name, parts))).not.toThrow();
  expect(codes(documentOf(name, 20_000)).length).toBeGreaterThan(0);
});

test('the texts of problems are limited: a message each, and all together', () => {
  const [one] = codes(documentOf('a long name', 100_000));
  expect(one).toBe('unknown-reference /steps/0/transform:11');
  const compiled = result(documentOf('a long name', 100_000));
  expect(compiled.ok ? 0 : compiled.problems[0]?.message.length).toBe(2001);
  // A key of 30,000 letters stands in the pointer of each problem.
  expect(codes(documentOf('a long key around mistakes', 30_000))).toHaveLength(17);
});
