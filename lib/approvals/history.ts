// Asks Step Functions about an execution with a task that waited for a decision.
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { jsonOrText } from '../aws-values.ts';
import { executionHistory } from '../execution-history.ts';

const parameters = z.object({ Payload: z.object({ task_token: z.string() }) });

/** Whether the task that was scheduled with the token has succeeded. */
export async function hasSucceeded(
  executionArn: string,
  taskToken: string,
  sfn: SFNClient,
): Promise<boolean> {
  const history = await historyOf(executionArn, sfn);
  const byId = new Map(history.map((event) => [event.id, event]));
  return history.some((event) => {
    if (!event.taskSucceededEventDetails) return false;
    let at: HistoryEvent | undefined = event;
    while (at && !at.taskScheduledEventDetails) at = byId.get(at.previousEventId);
    const { data } = parameters.safeParse(jsonOrText(at?.taskScheduledEventDetails?.parameters));
    return data?.Payload.task_token === taskToken;
  });
}

export async function isRunning(executionArn: string, sfn: SFNClient): Promise<boolean> {
  try {
    const { status = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return ['RUNNING', 'PENDING_REDRIVE'].includes(status);
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}

async function historyOf(executionArn: string, sfn: SFNClient): Promise<readonly HistoryEvent[]> {
  try {
    return await executionHistory(executionArn, sfn);
  } catch (error) {
    // Executions are deleted with their workflow.
    if (error instanceof ExecutionDoesNotExist) return [];
    throw error;
  }
}
