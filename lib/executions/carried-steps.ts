// The steps of a rerun's log that it did not run itself.
import type { S3Client } from '@aws-sdk/client-s3';
import type { ExecutionLog } from '../schemas/execution-log.ts';
import { readRerunRecord, stepKey } from './rerun-record.ts';

/** The log, for a rerun with the steps of the run before that stay: before its own, in the order in which they ran. */
export async function withCarriedSteps(log: ExecutionLog, s3: Pick<S3Client, 'send'>): Promise<ExecutionLog> {
  if (log.rerun_of === null) return log;
  const record = await readRerunRecord(log.execution_id, log.rerun_of, s3);
  const own = new Set(log.steps.map(({ id, index }) => stepKey(id, index)));
  const carried = (record?.steps ?? []).filter(({ id, index }) => !own.has(stepKey(id, index)));
  return { ...log, steps: [...carried, ...log.steps] };
}
