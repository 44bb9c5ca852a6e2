import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allSteps, outlineOf, wayTo } from './outline.ts';

test('triage_mail: loops and cases hold their steps, each with its place', async () => {
  const file = join(import.meta.dirname, '../../statemachines/triage_mail.workflow.json');
  const outline = outlineOf(JSON.parse(await readFile(file, 'utf8')));
  const [fetch, each] = outline.steps;
  expect([fetch?.id, fetch?.kind, each?.id, each?.kind]).toEqual([
    'fetch',
    'gmail.list_messages',
    'each',
    'for_each',
  ]);
  const issue = allSteps(outline.steps).find(({ kind }) => kind === 'github.create_issue');
  expect(wayTo(outline, issue?.id ?? '').map(({ kind }) => kind)).toEqual([
    'for_each',
    'switch',
    'github.create_issue',
  ]);
  expect(wayTo(outline, 'nowhere')).toEqual([]);
});

test('every kind of flow, and documents that hold nonsense', () => {
  const { steps, onFailure } = outlineOf({
    steps: [
      { id: 'p', parallel: { 'a/b': [{ id: 'one', set: { x: 1 } }], 'c~d': [{ id: 'two', wait: 'PT1S' }] } },
      { id: 's', switch: [{ when: '{{ inputs.x = 1 }}', steps: [{ id: 'yes', transform: 1 }] }], else: [] },
      { id: 'e', action: 'github.get_file', params: { path: 'a' }, on_error: [{ id: 'h', return: 0 }] },
      { id: 'c', action: 'github.get_file', on_error: 'continue' },
      null,
      7,
    ],
    on_failure: [{ id: 'tell', action: 'gmail.send_message' }],
  });
  expect(steps.map(({ flows }) => flows.map(({ kind, label }) => `${kind} ${label}`))).toEqual([
    ['branch a/b', 'branch c~d'],
    ['case inputs.x = 1', 'case else'],
    ['error on error'],
    [],
  ]);
  expect(allSteps(steps).map(({ id, pointer }) => `${id} ${pointer}`)).toEqual([
    'p /steps/0',
    'one /steps/0/parallel/a~1b/0',
    'two /steps/0/parallel/c~0d/0',
    's /steps/1',
    'yes /steps/1/switch/0/steps/0',
    'e /steps/2',
    'h /steps/2/on_error/0',
    'c /steps/3',
  ]);
  expect(onFailure.map(({ id, pointer }) => [id, pointer])).toEqual([['tell', '/on_failure/0']]);
  expect(outlineOf({}).steps).toEqual([]);
});
