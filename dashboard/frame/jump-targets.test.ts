// Where some letters lead.
import { expect, test } from 'vitest';
import { jumpTargets } from './jump-targets.ts';

const known = {
  pages: [
    { path: '/home', navigation: { title: 'Home' } },
    { path: '/runs', navigation: { title: 'Runs' } },
    { path: '/runs/:id' },
  ],
  workflows: [
    { id: 'answer_issue', name: 'Reply to users' },
    { id: 'issue_report', name: 'issue_report' },
    { id: 'weekly_digest', name: 'weekly_digest' },
  ],
  runs: [{ id: 'weekly_digest.3f-by-ada', status: 'timed_out' as const }],
};
const labels = (text: string) => jumpTargets(text, known).map(({ label }) => label);

test.each([
  ['', ['Home', 'Runs', 'Reply to users', 'issue_report', 'weekly_digest', 'weekly_digest.3f-by-ada']],
  ['RU', ['Runs']],
  ['issue', ['issue_report', 'Reply to users']],
  ['user', ['Reply to users']],
  ['timed', ['weekly_digest.3f-by-ada']],
  ['digest week', ['weekly_digest', 'weekly_digest.3f-by-ada']],
  ['issue answer', ['Reply to users']],
  ['nowhere', []],
])('%j finds what has every word, first what begins with it', (text, found) =>
  expect(labels(text)).toEqual(found),
);

test.each([
  [' sync_orders.5e1f7a3c-8f0e=(x) '],
  ['https://example.org/app/runs/sync_orders.5e1f7a3c-8f0e%3D(x)?step=a'],
])('a pasted id, or the address of a run, leads to the run: %s', (text) => {
  expect(jumpTargets(text, known)).toEqual([
    { group: 'Run', label: 'sync_orders.5e1f7a3c-8f0e=(x)', to: '/runs/sync_orders.5e1f7a3c-8f0e%3D(x)' },
  ]);
});

test('the id of a recent run leads there once, with what became of it', () => {
  expect(jumpTargets('weekly_digest.3f-by-ada', known)).toEqual([
    {
      group: 'Recent run',
      label: 'weekly_digest.3f-by-ada',
      note: 'timed out',
      to: '/runs/weekly_digest.3f-by-ada',
    },
  ]);
});

test('of each group eight are shown, those first that begin with what was typed', () => {
  const workflows = Array.from({ length: 9 }, (_, n) => `a_sync_${n}`);
  const named = [...workflows, 'sync_all'].map((id) => ({ id, name: id }));
  const found = jumpTargets('sync', { ...known, workflows: named });
  expect(found.map(({ label }) => label)).toEqual(['sync_all', ...workflows.slice(0, 7)]);
});

test.each(['a.b c', 'javascript:alert(1)', '%E0%A4%A', '/runs/', 'A.b'])('%s is no id', (text) =>
  expect(labels(text)).toEqual([]),
);
