// An execution in a list, and its position there.
import type { ExecutionStatus } from './execution.ts';

export interface ExecutionSummary {
  readonly id: string;
  readonly workflow_id: string;
  readonly status: ExecutionStatus;
  readonly started_at: string;
  readonly ended_at: string | null;
}

/** Lists show the latest execution first, and those that started in the same millisecond by their ids. */
export type ListPosition = Pick<ExecutionSummary, 'started_at' | 'id'>;
