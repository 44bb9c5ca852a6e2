// Which workflows name a connection, when there are more of them than S3 lists at once.
import { expect, test } from 'vitest';
import type { WorkflowDocument, WorkflowStore } from '../stores/workflows.ts';
import { connectionUses } from './used-by.ts';

const unused = () => {
  throw new Error('is not used');
};
const document = (id: string, connections?: string[]): WorkflowDocument => ({
  workflow: { id, steps: [] },
  version: 1,
  created_at: '2026-03-01T00:00:00.000Z',
  updated_at: '2026-03-01T00:00:00.000Z',
  updated_by: 'ada',
  state_machine_version_arn: 'arn',
  ...(connections && { connections }),
});

test('all pages are read; a workflow that is gone meanwhile, or names none, is left out', async () => {
  const documents = new Map([
    ['a', document('a', ['github/default', 'google/work'])],
    ['b', document('b')],
    ['d', document('d', ['github/default'])],
  ]);
  const pages = [['a', 'b'], ['c'], ['d']];
  const asked: unknown[] = [];
  const store: WorkflowStore = {
    async ids({ limit, after }) {
      asked.push([limit, after]);
      const at = after === undefined ? 0 : Number(after);
      return { ids: pages[at] ?? [], next: at + 1 < pages.length ? `${at + 1}` : undefined };
    },
    async read(id) {
      const found = documents.get(id);
      return found && { id, document: found, etag: '"1"', lastModified: new Date(0), metadata: {} };
    },
    ...{ readDeleting: unused, write: unused, delete: unused },
  };
  expect([...(await connectionUses(store))]).toEqual([
    ['github/default', ['a', 'd']],
    ['google/work', ['a']],
  ]);
  expect(asked).toEqual([
    [1000, undefined],
    [1000, '1'],
    [1000, '2'],
  ]);
});
