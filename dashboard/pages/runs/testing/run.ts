// A run of the list, for tests.
import type { Run } from '../run-list.ts';

/** One that started so many seconds after midnight. */
export function run(second: number, more: Partial<Run> = {}): Run {
  return {
    id: `greeting.${second}`,
    workflow_id: 'greeting',
    status: 'succeeded',
    started_at: new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString(),
    ended_at: null,
    workflow_version: null,
    duration_ms: null,
    redrive_count: 0,
    rerun_of: null,
    mended_by: null,
    trigger: null,
    input_preview: null,
    error: null,
    tokens: null,
    cost_usd: null,
    ...more,
  };
}
