// Reruns by a mended workflow over real HTTP: what they take over, and what is refused before anything starts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordExecution } from '../../lib/executions/record.ts';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import { arnOf, echo, rerunCalls, threeSteps } from '../../test/support/reruns.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());

const { get, answer, ended, rerun, ran, mended } = rerunCalls(() => api);
const log = async (id: string) => {
  await recordExecution({ executionArn: arnOf(id) });
  return (await api.request('GET', `/executions/${id}/log`)).body;
};

test('a rerun by the mended workflow takes what was given, also what only the mended steps read', async () => {
  const workflow = { ...threeSteps, id: 'mended_steps', output: '{{ steps.three.text }}' };
  const id = await ran(workflow, ['first', 'second', '!']);
  const [one, counted, two] = workflow.steps;
  const three = echo('three', '{{ steps.one.text }} and {{ steps.two.text }}, {{ vars.length }}');
  await mended({
    ...workflow,
    steps: [one, counted, two, three, { id: 'four', transform: '{{ steps.three.text }}!' }],
  });
  const { body } = await rerun(id, { workflow: 'current' });
  expect(body.workflow_version).toBe(2);
  await answer('third');
  expect(await ended(body.id)).toBe('succeeded');
  const { steps } = await log(body.id);
  expect(steps.map((step: Record<string, unknown>) => [step['id'], step['input']]).slice(-2)).toEqual([
    ['three', { text: 'first and second, 5' }],
    ['four', null],
  ]);
  // The definition that was recorded is still the first one.
  const recorded = (await rerun(id)).body;
  await answer('third');
  expect([await ended(recorded.id), recorded.workflow_version]).toEqual(['succeeded', 1]);
});

test('what does not fit is refused before anything starts', async () => {
  const workflow = { ...threeSteps, id: 'refused_steps' };
  const id = await ran(workflow, ['first', 'second', '!']);
  const [one, counted, two, three] = workflow.steps;
  const problem = async (steps: readonly unknown[], body: object = { workflow: 'current' }) => {
    await mended({ ...workflow, output: 'x', steps });
    const { status, body: answered } = await rerun(id, body);
    return [status, answered.problems[0].code, answered.problems[0].pointer];
  };
  const extra = echo('extra', 'x');
  expect(await problem([one, counted, two, extra])).toEqual([409, 'step-gone', '/from']);
  expect(await problem([one, counted, extra, two, three])).toEqual([409, 'step-added', '/from']);
  const plain = echo('three', 'x');
  expect(await problem([one, counted, plain, two])).toEqual([409, 'step-moved', '/from']);
  const other = { id: 'two', transform: { text: 'x' } };
  expect(await problem([one, counted, other, three])).toEqual([409, 'step-changed', '/from']);
  const inLoop = { id: 'loop', for_each: [1], steps: [three] };
  expect(await problem([one, counted, two, inLoop])).toEqual([409, 'step-gone', '/from']);
  expect(await problem([one, counted, two, three], { from: 'thre' })).toEqual([409, 'unknown-step', '/from']);
  expect(await problem([one, counted, two, three], { from: 'one', input: {} })).toEqual([
    409,
    'input-fixed',
    '/input',
  ]);
  expect((await get(id)).reruns).toBeUndefined();
});

test('a loop whose items are written otherwise keeps no iterations', async () => {
  const workflow = (items: readonly string[]) => ({
    id: 'items',
    steps: [{ id: 'each', for_each: items, max_concurrency: 1, steps: [echo('first', '{{ item }}')] }],
  });
  const id = await ran(workflow(['a', 'b']), ['a', '!']);
  await mended(workflow(['b', 'a']));
  const { body } = await rerun(id, { workflow: 'current' });
  expect(body.problems[0].code).toBe('items-changed');
  await mended(workflow(['a', 'b']));
  const again = (await rerun(id, { workflow: 'current' })).body;
  await answer('b');
  expect(await ended(again.id)).toBe('succeeded');
});

/** A workflow whose first step gives this, and whose second fails once. */
const giving = (id: string, first: object, text: string, more: object = {}) => ({
  id,
  steps: [{ id: 'one', ...first }, echo('two', text)],
  ...more,
});
const problemsOf = async (id: string) => {
  const { status, body } = await rerun(id, { workflow: 'current' });
  return [status, body.problems?.map(({ code, pointer }: Record<string, string>) => [code, pointer])];
};

test('what a mended step reads and the run has not given so is refused with its place', async () => {
  const was = giving(
    'retyped',
    { transform: { title: 'A', count: 1, tags: ['x'] } },
    '{{ steps.one.title }}',
  );
  const id = await ran(was, ['!']);
  const mistakes = async (gives: object, text: string, more?: object) => {
    await mended(giving('retyped', { transform: gives }, text, more));
    return problemsOf(id);
  };
  const refused = (...pointers: string[]) => [409, pointers.map((pointer) => ['value-changed', pointer])];
  // The step gives another field now, or one of another type, and is not run again.
  expect(await mistakes({ subject: 'A' }, '{{ steps.one.subject }}')).toEqual(
    refused('/steps/1/params/text'),
  );
  expect(await mistakes({ count: 'one' }, '{{ steps.one.count }}')).toEqual(refused('/steps/1/params/text'));
  expect(await mistakes({ tags: [{ name: 'x' }] }, '{{ steps.one.tags[0].name }}')).toEqual(
    refused('/steps/1/params/text'),
  );
  expect(await mistakes({ subject: 'A' }, 'x', { output: '{{ steps.one.subject }}' })).toEqual(
    refused('/output'),
  );
  expect((await get(id)).reruns).toBeUndefined();
  // Nobody reads it, or what is read is there.
  expect(await mistakes({ subject: 'A' }, 'x')).toEqual([202, undefined]);
  await answer('done');
  expect(await mistakes({ title: 'A', subject: 'A' }, '{{ steps.one.title }}')).toEqual([202, undefined]);
  await answer('done');
});

test('a mistake is told in the words of the compiler, with what to do', async () => {
  const id = await ran(giving('told', { transform: { title: 'A' } }, '{{ steps.one.title }}'), ['!']);
  await mended(giving('told', { transform: { subject: 'A' } }, '{{ steps.one.subject }}'));
  const { body } = await rerun(id, { workflow: 'current' });
  expect([body.type, body.problems]).toEqual([
    '/docs#not-rerunnable',
    [
      {
        code: 'value-changed',
        pointer: '/steps/1/params/text',
        message: expect.stringMatching(/^\/steps\/1\/params\/text: .*no field `?subject/),
        hint: 'Go on at the step that gives it, so that it gives it anew, or read what the run has given.',
      },
    ],
  ]);
});

test('variables, and what iterations gave that stay, are compared too', async () => {
  const loop = (id: string, gives: object, reads: string) => ({
    id,
    steps: [
      { id: 'counted', set: { most: 2 } },
      {
        id: 'each',
        for_each: ['a', 'b'],
        max_concurrency: 1,
        steps: [echo('asked', '{{ item }}'), { id: 'made', transform: gives }],
      },
      { id: 'last', transform: reads },
    ],
  });
  const id = await ran(loop('remade', { url: '{{ steps.asked.text }}' }, '{{ steps.each.url }}'), ['a', '!']);
  await mended(loop('remade', { address: '{{ steps.asked.text }}' }, '{{ steps.each.address }}'));
  expect(await problemsOf(id)).toEqual([409, [['value-changed', '/steps/2/transform']]]);
  await mended(loop('remade', { url: '{{ steps.asked.text }}', more: 1 }, '{{ steps.each.url }}'));
  expect((await problemsOf(id))[0]).toBe(202);
  await answer('b');

  const counted = (most: unknown) => ({
    id: 'recounted',
    steps: [
      { id: 'counted', set: { most } },
      echo('asked', 'x'),
      { id: 'sum', transform: '{{ vars.most & "" }}' },
    ],
    output: '{{ vars.most.high }}',
  });
  const other = await ran({ ...counted(2), output: 'x' }, ['!']);
  await mended(counted({ high: 2 }));
  expect(await problemsOf(other)).toEqual([409, [['value-changed', '/output']]]);
});

test('an input that is new, or of another type, is refused where a step that runs reads it', async () => {
  const workflow = (inputs: object, text: string) => ({
    id: 'reinput',
    inputs,
    steps: [echo('one', 'x'), echo('two', text)],
  });
  const id = await ran(workflow({ word: { type: 'string' } }, '{{ inputs.word }}'), ['first', '!'], {
    word: 'w',
  });
  const mistakes = async (inputs: object, text: string) => {
    await mended(workflow(inputs, text));
    return problemsOf(id);
  };
  const word = { type: 'string' };
  expect(await mistakes({ word, more: word }, '{{ inputs.more }}')).toEqual([
    409,
    [['input-changed', '/inputs/more']],
  ]);
  expect(await mistakes({ word: { type: 'integer' } }, '{{ $string(inputs.word) }}')).toEqual([
    409,
    [['input-changed', '/inputs/word']],
  ]);
  expect(await mistakes({ word, more: word }, '{{ inputs.word }}')).toEqual([202, undefined]);
  await answer('done');
  expect(await mistakes({ more: { type: 'string', default: 'm' } }, '{{ inputs.more }}')).toEqual([
    202,
    undefined,
  ]);
  await answer('done');
});
