// The API's operations that answer a task waiting under a token.
import { invalidOutput, invalidToken, taskDoesNotExist, taskTimedOut } from '../model/errors.ts';
import { readJson } from '../model/json-text.ts';
import { checkPayload } from '../model/payload.ts';
import { executionOfToken, type WaitingTask } from '../runtime/task-tokens.ts';
import type { Dependencies } from './dependencies.ts';
import { type ApiRequest, CAUSE, ERROR } from './request.ts';
import type { Operations } from './wire.ts';

const MAX_TOKEN = 2048;

export function taskOperations({ store, journal, environment }: Dependencies): Operations {
  /** Throws InvalidToken, TaskDoesNotExist, or TaskTimedOut for a task that no longer waits. */
  function waiting(token: string): WaitingTask {
    const task = environment.tokens.find(token);
    if (task) return task;
    const arn = executionOfToken(token);
    if (arn === undefined) throw invalidToken();
    if (!store.executions.find(arn)) throw taskDoesNotExist();
    throw taskTimedOut();
  }

  const readToken = (request: ApiRequest) => request.requiredString('taskToken', { min: 1, max: MAX_TOKEN });

  /** Lets the task take its answer, and resolves when what it has recorded is in the store. */
  async function written(token: string): Promise<object> {
    await new Promise((resolve) => setImmediate(resolve));
    await journal.written(executionOfToken(token));
    return {};
  }

  return {
    SendTaskSuccess(request) {
      const token = readToken(request);
      const text = request.requiredString('output');
      checkPayload('output', text);
      const read = readJson(text);
      if ('fault' in read) throw invalidOutput(read.fault.message);
      waiting(token).complete({ output: read.value });
      return written(token);
    },
    SendTaskFailure(request) {
      const token = readToken(request);
      const error = request.string('error', ERROR);
      const cause = request.string('cause', CAUSE);
      waiting(token).complete({ error, cause });
      return written(token);
    },
    SendTaskHeartbeat(request) {
      const token = readToken(request);
      waiting(token).heartbeat();
      return written(token);
    },
  };
}
