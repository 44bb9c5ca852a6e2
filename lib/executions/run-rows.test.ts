// The rows of the index, from what an event says and from a log.
import { beforeAll, expect, test } from 'vitest';
import type { ExecutionLog } from '../schemas/execution-log.ts';
import { STARTED_BY } from '../workflow-format/triggers.ts';
import { endedRow, startedRow } from './run-rows.ts';

const arnOf = (name: string) => `arn:aws:states:eu-west-1:1:execution:p-${name}`;
const startedBy = JSON.stringify({ [STARTED_BY]: arnOf('daily:run.1') }).slice(1, -1);
beforeAll(() => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:eu-west-1:1:stateMachine:p-';
});

const byHook = '{"webhook":{"delivery":"d-1","headers":{},"body":{}}}';

test('a run that was redriven has the number of that, and shows nothing that a step has added to its input', () => {
  const row = { executionArn: arnOf('mail:run'), startDate: Date.UTC(2026, 2, 1), redriveCount: 2 };
  expect(startedRow({ ...row, input: '{"n": 1}' })).toEqual({
    id: 'mail.run',
    status: 'running',
    started_at: '2026-03-01T00:00:00.000Z',
    ended_at: null,
    redrive_count: 2,
    rerun_of: null,
    mended_by: null,
    workflow_version: null,
    trigger: null,
    input_preview: '{"n": 1}',
    error: null,
    tokens: null,
    cost_usd: null,
  });
  expect(startedRow({ ...row, redriveCount: null, input: null })).toMatchObject({
    redrive_count: 0,
    input_preview: null,
  });
  expect(startedRow({ ...row, input: `{"n":1,${startedBy}}` })).toMatchObject({
    input_preview: '{"n":1}',
    trigger: { type: 'workflow', execution_id: 'daily.run.1' },
  });
});

const log: ExecutionLog = {
  execution_id: 'mail.hook-1',
  workflow_id: 'mail',
  workflow_version: 3,
  status: 'failed',
  started_at: '2026-03-01T00:00:00.000Z',
  ended_at: '2026-03-01T00:00:01.000Z',
  redrive_count: 1,
  rerun_of: null,
  trigger: null,
  input: JSON.parse(byHook),
  output: null,
  error: { name: 'NotFound', message: 'Gone', step_id: 'ask' },
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, cost_usd: 0.25 },
  steps: [],
};

test('the end of a run is as its log says, with all tokens, and with what is known better', () => {
  const row = endedRow(log);
  expect(row).toEqual({
    ...{ id: 'mail.hook-1', status: 'failed', started_at: log.started_at, ended_at: log.ended_at },
    ...{
      redrive_count: 1,
      rerun_of: null,
      mended_by: null,
      workflow_version: 3,
      trigger: { type: 'webhook', delivery: 'd-1' },
    },
    ...{ input_preview: byHook, error: log.error, tokens: 3, cost_usd: 0.25 },
  });
  const known = { started_at: '2026-02-28T23:59:59.999Z', trigger: { type: 'schedule' } } as const;
  expect(endedRow(log, known)).toEqual({ ...row, ...known });
  expect(endedRow({ ...log, trigger: { type: 'api', user: 'ada' }, usage: null })).toEqual({
    ...row,
    trigger: { type: 'api', user: 'ada' },
    tokens: null,
    cost_usd: null,
  });
});

test('of an input that the log has cut there is the beginning', () => {
  const input = { truncated: true, size_bytes: 40_000, preview: '{"mail":"Dear' };
  expect(endedRow({ ...log, input }).input_preview).toBe('{"mail":"Dear');
});
