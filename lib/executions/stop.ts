// Stops a running execution.
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { ApiProblem } from '../api/problem.ts';
import type { Execution } from './execution.ts';
import { executionArn, executionOfId } from './id.ts';
import { readExecution } from './read.ts';

/**
 * @param user who stops it; kept in the message of the execution's error
 * @throws ApiProblem not-found, execution-ended
 */
export async function stopExecution(
  id: string,
  user: string,
  reason: string | undefined,
  sfn: Pick<SFNClient, 'send'> = new SFNClient({}),
): Promise<Execution> {
  const { status } = await readExecution(id, sfn);
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
  return readExecution(id, sfn);
}
