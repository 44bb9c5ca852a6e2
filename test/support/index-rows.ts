// Writes runs into the index of a test's stack, as many as a test needs, without running them.
import { S3Client } from '@aws-sdk/client-s3';
import { RunIndex } from '../../lib/executions/run-index.ts';
import type { RunRow } from '../../lib/executions/run-row.ts';
import type { TestStack } from './test-stack.ts';

export interface IndexedRuns {
  readonly index: RunIndex;
  /** Adds ended runs, some at a time. */
  add(rows: Iterable<RunRow>): Promise<void>;
}

export function indexedRuns({ stack }: Pick<TestStack, 'stack'>): IndexedRuns {
  const s3 = new S3Client({ ...stack.clientConfig, forcePathStyle: true });
  const index = new RunIndex(s3, stack.settings.RUNS_BUCKET);
  return {
    index,
    add: async (rows) => {
      let batch: Promise<void>[] = [];
      for (const row of rows) {
        batch.push(index.add(row));
        if (batch.length < 50) continue;
        await Promise.all(batch);
        batch = [];
      }
      await Promise.all(batch);
    },
  };
}

/** A run of the index that ended a second after it had started. */
export function indexRow(id: string, started_at: string, more: Partial<RunRow> = {}): RunRow {
  const ended_at = new Date(Date.parse(started_at) + 1000).toISOString();
  return {
    id,
    status: 'succeeded',
    started_at,
    ended_at,
    redrive_count: 0,
    rerun_of: null,
    mended_by: null,
    workflow_version: 1,
    trigger: { type: 'api', user: 'demo' },
    input_preview: '{}',
    error: null,
    tokens: null,
    cost_usd: null,
    ...more,
  };
}
