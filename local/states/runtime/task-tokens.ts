// Task tokens, and the tasks that wait under them for an answer from outside.
import { randomUUID } from 'node:crypto';
import type { Json } from '../model/json.ts';
import { isJsonArray, parseJson } from '../model/json.ts';

/** What SendTaskSuccess and SendTaskFailure hand to the task. */
export type TaskAnswer =
  | { readonly output: Json }
  | { readonly error: string | undefined; readonly cause: string | undefined };

export interface WaitingTask {
  complete(answer: TaskAnswer): void;
  heartbeat(): void;
}

/** A token contains its execution's ARN, so that a token of a task that no longer waits differs from an invalid one. */
export function newTaskToken(executionArn: string): string {
  return Buffer.from(JSON.stringify([executionArn, randomUUID()])).toString('base64');
}

/** Undefined when the text is no token. */
export function executionOfToken(token: string): string | undefined {
  try {
    const parts = parseJson(Buffer.from(token, 'base64').toString());
    const [arn] = isJsonArray(parts) && parts.length === 2 ? parts : [];
    return typeof arn === 'string' ? arn : undefined;
  } catch {
    return undefined;
  }
}

/** The tasks that are waiting. */
export class TaskTokens {
  readonly #waiting = new Map<string, WaitingTask>();

  find(token: string): WaitingTask | undefined {
    return this.#waiting.get(token);
  }

  /** Gives the function that removes it. */
  add(token: string, task: WaitingTask): () => void {
    this.#waiting.set(token, task);
    return () => this.#waiting.delete(token);
  }
}
