// Task tokens: what a task that waits for its answer from outside is known by.
import { randomUUID } from 'node:crypto';
import type { Json } from '../model/json.ts';
import { isJsonArray, parseJson } from '../model/json.ts';

/** What SendTaskSuccess and SendTaskFailure hand to the task. */
export type TaskAnswer =
  | { readonly output: Json }
  | { readonly error: string | undefined; readonly cause: string | undefined };

export interface WaitingTask {
  settle(answer: TaskAnswer): void;
  heartbeat(): void;
}

/** A token names its execution, so that one that is no longer waited for is told from one that never was. */
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

/** The tasks that wait now; each is taken out when it has got its answer or is given up. */
export class TaskTokens {
  readonly #waiting = new Map<string, WaitingTask>();

  find(token: string): WaitingTask | undefined {
    return this.#waiting.get(token);
  }

  /** Gives what takes it out again. */
  add(token: string, task: WaitingTask): () => void {
    this.#waiting.set(token, task);
    return () => this.#waiting.delete(token);
  }
}
