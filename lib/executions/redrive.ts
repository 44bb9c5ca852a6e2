// Goes on with an execution that did not succeed, from where it failed.
import { createHash } from 'node:crypto';
import {
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ApiProblem } from '../api/problem.ts';
import { type Execution, executionNotFound } from './execution.ts';
import { executionArn, executionOfId } from './id.ts';
import { readExecution } from './read.ts';

/**
 * @param idempotencyKey a repeated request with the same one redrives once; AWS knows it for 15 minutes
 * @throws ApiProblem not-found, not-redrivable
 */
export async function redriveExecution(
  id: string,
  idempotencyKey: string | undefined,
  sfn: Pick<SFNClient, 'send'> = new SFNClient({}),
): Promise<Execution> {
  const clientToken = idempotencyKey && createHash('sha256').update(idempotencyKey).digest('hex');
  try {
    await sfn.send(
      new RedriveExecutionCommand({
        executionArn: executionArn(executionOfId(id)),
        ...(clientToken && { clientToken }),
      }),
    );
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) throw executionNotFound(id, { cause: error });
    if (error instanceof ExecutionNotRedrivable) {
      throw new ApiProblem('not-redrivable', `The execution ${id} cannot be gone on with: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
  return readExecution(id, sfn);
}
