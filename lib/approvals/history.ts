// What the history of a run tells of a step that waited for a person.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { json } from '../executions/run-error.ts';

const parameters = z.object({ Payload: z.object({ task_token: z.string() }) });

/** Whether the task that was scheduled with the token got an answer. */
export function hasSucceeded(taskToken: string, history: readonly HistoryEvent[]): boolean {
  const byId = new Map(history.map((event) => [event.id, event]));
  return history.some((event) => {
    if (!event.taskSucceededEventDetails) return false;
    let at: HistoryEvent | undefined = event;
    while (at && !at.taskScheduledEventDetails) at = byId.get(at.previousEventId);
    const { data } = parameters.safeParse(json(at?.taskScheduledEventDetails?.parameters));
    return data?.Payload.task_token === taskToken;
  });
}
