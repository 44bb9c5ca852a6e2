// Which steps of a mended workflow cannot read what the run before has given: only those that run in the rerun count.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '../../compiler/testing/catalogue.ts';
import { definition } from '../../compiler/testing/compile.ts';
import { ApiProblem } from '../../problem.ts';
import { workflow } from '../../workflow-format/workflow.ts';
import { CarriedValues, checkTypes } from './carried-types.ts';

let folder: string;
const file = process.env['CATALOGUE_FILE'];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carried-types-'));
  process.env['CATALOGUE_FILE'] = join(folder, 'catalogue.json');
  await writeFile(join(folder, 'catalogue.json'), JSON.stringify(catalogue));
});
afterAll(async () => {
  if (file === undefined) delete process.env['CATALOGUE_FILE'];
  else process.env['CATALOGUE_FILE'] = file;
  await rm(folder, { recursive: true });
});

const a = { id: 'a', transform: '{{ inputs.n + 1 }}' };
const inputs = { n: { type: 'integer' } };
/** Needs that step a gave a number. */
const READ = '{{ steps.a + 1 }}';

/** The problems, when the run has given a text in place of a number and these steps are yet to run. */
async function problems(
  document: Readonly<Record<string, unknown>>,
  running: readonly object[],
  { input = '{"n":1}', given = 'a text' as unknown } = {},
) {
  const carried = new CarriedValues();
  carried.addVariables({ step_a: given });
  const mended = workflow.parse({ id: 'w', inputs, ...document });
  try {
    await checkTypes(mended, carried, input, definition({ id: 'w', inputs, steps: [a, ...running] }));
    return [];
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.type !== 'not-rerunnable') throw error;
    return (error.problems ?? []).map(({ code, pointer }) => `${code} ${pointer}`);
  }
}

const reads = { id: 'reads', transform: { text: READ } };
const other = { id: 'other', transform: 1 };

test('a step that runs and cannot read what was given is named', async () => {
  expect(await problems({ steps: [a, reads] }, [reads])).toEqual(['value-changed /steps/1/transform/text']);
  expect(await problems({ steps: [a, reads] }, [reads], { given: 5 })).toEqual([]);
});

test('a step that has run already does no harm', async () => {
  expect(await problems({ steps: [a, reads, other] }, [other])).toEqual([]);
});

test('of a step within a step the inner one counts', async () => {
  const block = { id: 'block', parallel: { left: [reads], right: [other] } };
  const switched = { id: 'block', switch: [{ when: '{{ inputs.n > 0 }}', steps: [reads] }] };
  expect(await problems({ steps: [a, block] }, [{ ...block, parallel: { right: [other] } }])).toEqual([]);
  expect(await problems({ steps: [a, block] }, [block])).toEqual([
    'value-changed /steps/1/parallel/left/0/transform/text',
  ]);
  expect(await problems({ steps: [a, switched] }, [switched])).toEqual([
    'value-changed /steps/1/switch/0/steps/0/transform/text',
  ]);
});

test.each([
  ['transform', { id: 'step', transform: [{ id: 'gone', value: READ }] }],
  ['set', { id: 'step', set: { list: [{ id: 'gone', value: READ }] } }],
  [
    'params',
    {
      ...{ id: 'step', action: 'github.create_issue' },
      params: { repo_name: 'a/b', title: 't', labels: [{ id: 'gone', value: READ }] },
    },
  ],
])('what has an id within the values of %s is no step', async (kind, step) => {
  const { id } = step;
  const params = { repo_name: 'a/b', title: 't' };
  const running = kind === 'params' ? { id, action: 'github.create_issue', params } : step;
  const found = await problems({ steps: [a, step] }, [running]);
  expect(found.filter((one) => one.endsWith('/0/value'))).toHaveLength(1);
});

test('the output of the workflow is always to come', async () => {
  const output = [{ id: 'gone', value: READ }];
  expect(await problems({ steps: [a, other], output }, [other])).toEqual(['value-changed /output/0/value']);
});

test('mistakes that the workflow has anyway are none of the rerun', async () => {
  const wrong = { id: 'wrong', action: 'github.create_issue', params: { repo_name: 5 } };
  expect(
    await problems({ steps: [a, reads, wrong] }, [
      reads,
      { ...wrong, params: { repo_name: 'a/b', title: 't' } },
    ]),
  ).toEqual(['value-changed /steps/1/transform/text']);
});

test('an input that a running step reads must have been given, in its type', async () => {
  const more = { ...inputs, name: { type: 'string' }, unread: { type: 'string' } } as const;
  const reads = { id: 'reads', transform: '{{ inputs.name }}' };
  const mended = workflow.parse({ id: 'w', inputs: more, steps: [a, reads] });
  const check = async (running: object[], input: object) => {
    const next = definition({ id: 'w', inputs: more, steps: running });
    return checkTypes(mended, new CarriedValues(), JSON.stringify(input), next).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  expect(await check([reads], { n: 'x' })).toMatchObject({
    problems: [{ code: 'input-changed', pointer: '/inputs/name' }],
  });
  expect(await check([reads], { n: 'x', name: 'y' })).toBeUndefined();
  expect(await check([other], {})).toBeUndefined();
  const both = await check([a, reads], { n: 'x', name: 1 });
  expect(both).toMatchObject({
    problems: [
      { code: 'input-changed', pointer: '/inputs/n' },
      { code: 'input-changed', pointer: '/inputs/name' },
    ],
  });
  expect(String(both)).toMatch(/ \(and 1 more\)$/);
  expect(String(await check([reads], { n: 'x' }))).not.toContain(' more)');
});
