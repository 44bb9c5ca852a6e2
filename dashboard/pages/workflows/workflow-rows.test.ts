// The rows of the list of workflows.
import { expect, test } from 'vitest';
import { lastRuns, matching, triggerText } from './workflow-rows.ts';

test('what is looked for may stand in the id, the name or the description, in any order', () => {
  const rows = [
    { id: 'triage_mail', name: 'Triage mail', description: 'Opens an issue for each bug' },
    { id: 'digest', name: 'Weekly digest', description: null },
  ];
  const found = (search: string) => matching(rows, search).map(({ id }) => id);
  expect(found('  BUG mail ')).toEqual(['triage_mail']);
  expect(found('digest')).toEqual(['digest']);
  expect(found(' ')).toEqual(['triage_mail', 'digest']);
  expect(found('mail weekly')).toEqual([]);
});

test('the last run of each workflow is the one that started last', () => {
  const run = (id: string, workflow_id: string, started_at: string) => ({ id, workflow_id, started_at });
  const last = lastRuns([
    run('1', 'a', '2026-01-01T00:00:00Z'),
    run('2', 'a', '2026-01-02T00:00:00Z'),
    run('3', 'b', '2026-01-01T00:00:00Z'),
  ]);
  expect([...last].map(([workflow, { id }]) => [workflow, id])).toEqual([
    ['a', '2'],
    ['b', '3'],
  ]);
});

test.each([
  [0, 0, ''],
  [1, 0, '1 schedule'],
  [2, 1, '2 schedules, 1 webhook'],
])('%d schedules and %d webhooks: %j', (schedules, webhooks, text) => {
  expect(triggerText({ schedules, webhooks })).toBe(text);
});
