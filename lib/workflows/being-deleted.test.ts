// When a deletion counts as interrupted.
import { expect, test } from 'vitest';
import type { Stored } from '../stores/document-store.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { checkInterrupted } from './being-deleted.ts';

const began = Date.parse('2026-01-01T00:00:00.000Z');
const stored: Stored<WorkflowDocument> = {
  id: 'mail',
  document: {
    workflow: { id: 'mail', steps: [{ id: 'a', transform: 1 }] },
    version: 1,
    created_at: '2025-01-01T00:00:00.000Z',
    updated_at: '2025-01-01T00:00:00.000Z',
    updated_by: 'ada',
    state_machine_version_arn: 'arn:1',
    deletion_began_at: '2026-01-01T00:00:00.000Z',
  },
  etag: '"1"',
  lastModified: new Date(began),
  metadata: {},
};
const checkedAfter = (ms: number) => () => checkInterrupted(stored, new Date(began + ms));

test('a deletion is in progress for a minute, and interrupted from then on', () => {
  expect(checkedAfter(59_999)).toThrow('The workflow mail is being deleted right now; try again in a moment');
  expect(checkedAfter(60_000)).not.toThrow();
});
