// Task: calls an integration and waits for its answer.
import { type Integration, type Limits, TaskFailure } from '../integrations/integration.ts';
import { integrationOf } from '../integrations/resources.ts';
import { TaskCall } from '../integrations/task-call.ts';
import { compileInteger, compileTemplate, type Language } from '../language/fields.ts';
import { Cancelled } from '../model/cancellation.ts';
import type { Attempts, Deadlines, Progress } from '../model/checkpoint.ts';
import { dataLimitExceeded, ErrorName, StateFailure } from '../model/errors.ts';
import { exceedsPayload, isSurelyTooLarge, type Json, type JsonObject, jsonText } from '../model/json.ts';
import { compileErrorHandlers, withErrorHandling } from '../runtime/retry-and-catch.ts';
import type { State } from '../runtime/run-flow.ts';
import { newTaskToken } from '../runtime/task-tokens.ts';
import { compileExit, type Outcome, type Visit } from '../runtime/visit.ts';

type Pending = Extract<Progress, { kind: 'pending' }>;

/** Validation has checked that `fields.Resource` names an integration. */
export function compileTask(name: string, fields: JsonObject, language: Language): State {
  const resource = String(fields['Resource']);
  const integration = integrationOf(resource);
  const exit = compileExit(fields, language);
  const handlers = compileErrorHandlers(fields, language);
  const args =
    fields['Arguments'] === undefined
      ? undefined
      : compileTemplate(fields['Arguments'], 'Arguments', language);
  const timeout = compileInteger(fields['TimeoutSeconds'], 'TimeoutSeconds', language, { min: 1 });
  const heartbeat = compileInteger(fields['HeartbeatSeconds'], 'HeartbeatSeconds', language, { min: 1 });
  const waitsForToken = integration.pattern === '.waitForTaskToken';

  async function limitsOf(visit: Visit): Promise<Limits> {
    const timeoutInSeconds = await visit.evaluateTyped(timeout);
    const heartbeatInSeconds = await visit.evaluateTyped(heartbeat);
    return {
      ...(timeoutInSeconds !== undefined && { timeoutInSeconds }),
      ...(heartbeatInSeconds !== undefined && { heartbeatInSeconds }),
    };
  }

  /** HeartbeatSeconds count only for a task with a token, which alone can send heartbeats. */
  function deadlinesOf(visit: Visit, { timeoutInSeconds, heartbeatInSeconds }: Limits): Deadlines {
    const now = visit.thread.execution.environment.clock.now();
    const heartbeatSeconds = waitsForToken ? heartbeatInSeconds : undefined;
    return {
      timeoutAt: timeoutInSeconds === undefined ? undefined : now + timeoutInSeconds * 1000,
      heartbeatAt: heartbeatSeconds === undefined ? undefined : now + heartbeatSeconds * 1000,
      heartbeatSeconds,
    };
  }

  async function attempt(visit: Visit, attempts: Attempts): Promise<Outcome> {
    visit.taskToken = waitsForToken ? newTaskToken(visit.thread.execution.identity.arn) : undefined;
    const input = args ? await visit.evaluate(args) : visit.input;
    const limits = await limitsOf(visit);
    if (isSurelyTooLarge(input)) throw dataLimitExceeded(name);
    const inputText = jsonText(input);
    if (exceedsPayload(inputText)) throw dataLimitExceeded(name);
    integration.events.scheduled(visit.thread, inputText, limits);
    integration.events.started(visit.thread);
    visit.setProgress({ kind: 'calling', ...attempts });
    await visit.thread.execution.committed();
    const call = new TaskCall(visit, attempts, deadlinesOf(visit, limits));
    const result = await answer(integration, resource, visit, call, () => integration.call(input, call));
    return visit.leave(exit, result, { result });
  }

  /** After a restart, waits on for what the call was waiting for. */
  async function resume(visit: Visit, attempts: Attempts, { handle, due }: Pending): Promise<Outcome> {
    const wait = integration.resume;
    if (!wait) throw failed(integration, visit, integration.lost());
    if (waitsForToken) visit.taskToken = handle;
    const call = new TaskCall(visit, attempts, due, handle);
    const result = await answer(integration, resource, visit, call, () => wait(handle, call));
    return visit.leave(exit, result, { result });
  }

  return {
    name,
    type: 'Task',
    execute(visit) {
      return withErrorHandling(visit, handlers, async (attempts, resumed) => {
        if (resumed?.kind === 'calling') throw failed(integration, visit, integration.lost());
        return resumed?.kind === 'pending' ? resume(visit, attempts, resumed) : attempt(visit, attempts);
      });
    },
  };
}

/** The integration's answer, which is recorded. Throws StateFailure. */
async function answer(
  integration: Integration,
  resource: string,
  visit: Visit,
  call: TaskCall,
  work: () => Promise<Json>,
): Promise<Json> {
  const { thread } = visit;
  const { events } = integration;
  try {
    thread.cancellation.throwIfCancelled();
    const result = await work();
    const text = jsonText(result);
    if (exceedsPayload(text)) {
      const { error, causeText } = dataLimitExceeded(resource);
      throw new TaskFailure(error ?? ErrorName.dataLimitExceeded, causeText);
    }
    events.succeeded(thread, text);
    return result;
  } catch (error) {
    if (error instanceof TaskFailure) throw failed(integration, visit, error);
    if (call.timedOut !== undefined && error instanceof Cancelled) {
      // A missing heartbeat is reported as States.Timeout too, and can also be matched by a name of its own (as read off AWS).
      const failure = new StateFailure(ErrorName.timeout, undefined, call.timedOut);
      events.timedOut(thread, failure);
      throw failure;
    }
    throw error;
  } finally {
    call.release();
  }
}

function failed({ events }: Integration, visit: Visit, failure: TaskFailure): StateFailure {
  events.failed(visit.thread, failure);
  return new StateFailure(failure.error, failure.causeText);
}
