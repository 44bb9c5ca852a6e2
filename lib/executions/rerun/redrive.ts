// Redrives an execution that did not succeed: it continues where it failed.
import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import {
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { executionArn, executionOfId } from '../../arns.ts';
import { ApiProblem } from '../../problem.ts';
import { workflowStore } from '../../stores/workflows.ts';
import { ExecutedWorkflows } from '../executed-workflow.ts';
import { type Execution, executionNotFound } from '../execution.ts';
import { expressStart } from '../express-name.ts';
import { readExecution } from '../read.ts';
import { type RerunDependencies, rerunExecution } from './rerun.ts';
import type { RerunRequest } from './run-before.ts';

/**
 * When the steps of `on_failure` have run, Step Functions would go on at the Fail state after them: "Reenters the Fail
 * state and fails again" (developer guide, "Redriving executions"). Whatever catches a failure has ended the states in
 * which it was, so that no definition can run steps after a failure and still be redriven there. A rerun goes on at the
 * same place, and runs them again when it fails again.
 * @param user who asks for it
 * @param idempotencyKey repeated requests with the same key redrive once; AWS remembers it for 15 minutes
 * @returns the execution, or its rerun
 * @throws ApiProblem not-found, not-redrivable, not-rerunnable, idempotency-key-reused
 */
export async function redriveExecution(
  { id, user }: Pick<RerunRequest, 'id' | 'user'>,
  idempotencyKey: string | undefined,
  { s3 = new S3Client({}), sfn = new SFNClient({}), store = workflowStore() }: RerunDependencies = {},
): Promise<Execution> {
  const name = executionOfId(id);
  if (expressStart(name.name)) {
    await readExecution(id, { s3, sfn });
    throw notRedrivable(
      id,
      'it belongs to an Express workflow, whose executions Step Functions does not keep',
    );
  }
  const arn = executionArn(name);
  const [{ status }, { hasOnFailure }] = await Promise.all([
    readExecution(id, { s3, sfn }),
    new ExecutedWorkflows().ofExecution(arn, sfn),
  ]);
  if (status === 'failed' && hasOnFailure) {
    return rerunExecution({ id, user, workflow: 'recorded', idempotencyKey }, { s3, sfn, store });
  }
  const clientToken = idempotencyKey && createHash('sha256').update(idempotencyKey).digest('hex');
  try {
    await sfn.send(
      new RedriveExecutionCommand({
        executionArn: arn,
        ...(clientToken && { clientToken }),
      }),
    );
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) throw executionNotFound(id, { cause: error });
    if (error instanceof ExecutionNotRedrivable) {
      throw notRedrivable(id, error.message, { cause: error });
    }
    throw error;
  }
  return readExecution(id, { s3, sfn });
}

function notRedrivable(id: string, why: string, options?: ErrorOptions): ApiProblem {
  return new ApiProblem('not-redrivable', `The execution ${id} cannot be redriven: ${why}`, options);
}
