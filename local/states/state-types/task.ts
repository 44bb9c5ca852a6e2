// Task: calls something outside and waits for its answer.
import { Cancellation, Cancelled } from '../cancellation.ts';
import { compileInteger, compileTemplate, type Language } from '../data-flow.ts';
import { compileErrorHandlers, withErrorHandling } from '../error-handling.ts';
import { dataLimitExceeded, ErrorName, StateFailure } from '../errors.ts';
import type { State } from '../flow.ts';
import { type Integration, type Limits, TaskFailure } from '../integrations/integration.ts';
import { lostAnswer } from '../integrations/lambda.ts';
import { integrationOf } from '../integrations/resources.ts';
import { exceedsPayload, type Json, type JsonObject } from '../json.ts';
import { compileExit, type Visit } from '../visit.ts';

/** `fields.Resource` has been validated to name an integration that is served. */
export function compileTask(name: string, fields: JsonObject, language: Language): State {
  const resource = String(fields['Resource']);
  const integration = integrationOf(resource);
  const exit = compileExit(fields, language);
  const handlers = compileErrorHandlers(fields, language);
  const args =
    fields['Arguments'] === undefined
      ? undefined
      : compileTemplate(fields['Arguments'], 'Arguments', language);
  const timeout = compileInteger(fields['TimeoutSeconds'], 'TimeoutSeconds', language);
  const heartbeat = compileInteger(fields['HeartbeatSeconds'], 'HeartbeatSeconds', language);

  async function limitsOf(visit: Visit): Promise<Limits> {
    const timeoutInSeconds = await visit.evaluateTyped(timeout);
    const heartbeatInSeconds = await visit.evaluateTyped(heartbeat);
    return {
      ...(timeoutInSeconds !== undefined && { timeoutInSeconds }),
      ...(heartbeatInSeconds !== undefined && { heartbeatInSeconds }),
    };
  }

  async function attempt(visit: Visit, retries: readonly number[]) {
    const input = args ? await visit.evaluate(args) : visit.input;
    const limits = await limitsOf(visit);
    const inputText = JSON.stringify(input);
    if (exceedsPayload(inputText)) throw dataLimitExceeded(name);
    integration.events.scheduled(visit.thread, inputText, limits);
    integration.events.started(visit.thread);
    visit.setProgress({ kind: 'calling', retries: [...retries], retryCount: visit.retryCount });
    await visit.thread.execution.committed();
    const result = await answer(integration, resource, visit, input, limits);
    return visit.leave(exit, result, { result });
  }

  return {
    name,
    type: 'Task',
    execute(visit) {
      let lost = visit.resumed?.kind === 'calling';
      return withErrorHandling(visit, handlers, async (retries) => {
        if (!lost) return attempt(visit, retries);
        lost = false;
        throw failed(integration, visit, lostAnswer());
      });
    },
  };
}

/** The integration's answer, with the events that tell of it. Throws StateFailure. */
async function answer(
  integration: Integration,
  resource: string,
  visit: Visit,
  input: Json,
  limits: Limits,
): Promise<Json> {
  const { thread } = visit;
  const { environment } = thread.execution;
  const call = new Cancellation(thread.cancellation);
  let timedOut = false;
  const stopTimer =
    limits.timeoutInSeconds === undefined
      ? undefined
      : environment.clock.schedule(environment.clock.now() + limits.timeoutInSeconds * 1000, () => {
          timedOut = true;
          call.cancel();
        });
  try {
    thread.cancellation.throwIfCancelled();
    const result = await integration.call(input, environment, call);
    const text = JSON.stringify(result);
    if (exceedsPayload(text)) {
      const { error, causeText } = dataLimitExceeded(resource);
      throw new TaskFailure(error ?? ErrorName.dataLimitExceeded, causeText);
    }
    integration.events.succeeded(thread, text);
    return result;
  } catch (error) {
    if (error instanceof TaskFailure) throw failed(integration, visit, error);
    if (timedOut && error instanceof Cancelled) {
      const failure = new StateFailure(ErrorName.timeout, undefined);
      integration.events.timedOut(thread, failure);
      throw failure;
    }
    throw error;
  } finally {
    stopTimer?.();
    call.release();
  }
}

function failed(integration: Integration, visit: Visit, failure: TaskFailure): StateFailure {
  integration.events.failed(visit.thread, failure);
  return new StateFailure(failure.error, failure.causeText);
}
