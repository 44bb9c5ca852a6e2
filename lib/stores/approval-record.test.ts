// What an approval's status is, to the millisecond.
import { expect, test } from 'vitest';
import { type ApprovalRecord, approvalRecord, approvalView, isOpen, statusOf } from './approval-record.ts';

const record: ApprovalRecord = approvalRecord.parse({
  message: 'Go?',
  role: 'editor',
  on_timeout: 'fail',
  execution_arn: 'arn:1',
  task_token: 'token',
  requested_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-02T00:00:00.000Z',
  decision: null,
  closed_at: null,
});
const decision = {
  decision: 'rejected' as const,
  comment: null,
  decided_by: 'ada',
  decided_at: '2026-01-01T12:00:00.000Z',
};
const before = new Date('2026-01-01T23:59:59.999Z');
const atEnd = new Date('2026-01-02T00:00:00.000Z');

test('it has timed out from the moment on that it expires', () => {
  expect(statusOf(record, before)).toBe('pending');
  expect(statusOf(record, atEnd)).toBe('timed_out');
});

test('one that was closed keeps its status: by when it was closed, not by now', () => {
  expect(statusOf({ ...record, closed_at: before.toISOString() }, atEnd)).toBe('closed');
  expect(statusOf({ ...record, closed_at: atEnd.toISOString() }, atEnd)).toBe('timed_out');
});

test('one that was decided keeps the decision, and is open until it was delivered', () => {
  expect(statusOf({ ...record, decision }, atEnd)).toBe('rejected');
  expect(isOpen(record)).toBe(true);
  expect(isOpen({ ...record, decision })).toBe(true);
  expect(isOpen({ ...record, decision, task_token: null })).toBe(false);
  expect(isOpen({ ...record, closed_at: before.toISOString() })).toBe(false);
});

test('one without details, in no loop and not decided, says so', () => {
  expect(approvalView('mail.run.ask', record, before)).toEqual({
    ...{ id: 'mail.run.ask', workflow_id: 'mail', execution_id: 'mail.run', step_id: 'ask' },
    ...{ status: 'pending', message: 'Go?', details: null, role: 'editor', on_timeout: 'fail' },
    ...{ requested_at: record.requested_at, expires_at: record.expires_at },
    ...{ comment: null, decided_by: null, decided_at: null },
  });
  expect(approvalView('mail.run.ask.2.0', { ...record, decision }, before)).toMatchObject({
    index: [2, 0],
    status: 'rejected',
    decided_by: 'ada',
    decided_at: decision.decided_at,
  });
});
