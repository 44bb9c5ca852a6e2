// Redrives an execution that did not succeed: it continues where it failed.
import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import {
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { executionArn, executionOfId } from '../arns.ts';
import { ApiProblem } from '../problem.ts';
import { ExecutedWorkflows } from './executed-workflow.ts';
import { type Execution, executionNotFound } from './execution.ts';
import { expressStart } from './express-name.ts';
import { type ReadDependencies, readExecution } from './read.ts';

/**
 * @param idempotencyKey repeated requests with the same key redrive once; AWS remembers it for 15 minutes
 * @throws ApiProblem not-found, not-redrivable
 */
export async function redriveExecution(
  id: string,
  idempotencyKey: string | undefined,
  { s3 = new S3Client({}), sfn = new SFNClient({}) }: ReadDependencies = {},
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
    // Step Functions would continue at the Fail state that follows them, and fail at once.
    throw notRedrivable(id, 'the steps of its on_failure have run, after which it can only fail again');
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
