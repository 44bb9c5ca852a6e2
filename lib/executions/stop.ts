// Stops a running execution.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { executionArn, executionOfId } from '../arns.ts';
import { ApiProblem } from '../problem.ts';
import type { Execution } from './execution.ts';
import { type ReadDependencies, readExecution } from './read.ts';

/**
 * @param user who stops it; named in the message of the execution's error
 * @throws ApiProblem not-found, execution-ended: for an Express execution always, since its id is known only at its end
 */
export async function stopExecution(
  id: string,
  user: string,
  reason: string | undefined,
  { s3 = new S3Client({}), sfn = new SFNClient({}) }: ReadDependencies = {},
): Promise<Execution> {
  const { status } = await readExecution(id, { s3, sfn });
  if (status !== 'running') {
    throw new ApiProblem(
      'execution-ended',
      `The execution ${id} has ended already: ${status.replace('_', ' ')}`,
    );
  }
  const cause = reason === undefined ? `Stopped by ${user}` : `Stopped by ${user}: ${reason}`;
  await sfn.send(
    new StopExecutionCommand({ executionArn: executionArn(executionOfId(id)), error: 'Stopped', cause }),
  );
  return readExecution(id, { s3, sfn });
}
