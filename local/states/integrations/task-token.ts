// `.waitForTaskToken`: the call hands out the token; the answer comes through SendTaskSuccess or SendTaskFailure.
import { Cancellation } from '../model/cancellation.ts';
import type { Json } from '../model/json.ts';
import { jsonText } from '../model/json.ts';
import type { TaskAnswer } from '../runtime/task-tokens.ts';
import { type Call, type Integration, serviceTaskEvents, TaskFailure } from './integration.ts';

export function waitForTaskToken(first: Integration, resourceType: string, action: string): Integration {
  const events = serviceTaskEvents(resourceType, `${action}.waitForTaskToken`);
  return {
    events,
    ...(first.required && { required: first.required }),
    pattern: '.waitForTaskToken',
    lost: first.lost,
    async call(args, call) {
      const token = call.token ?? '';
      const waiting = new Cancellation(call.cancellation);
      // The answer may come while the call is still under way; then the call is no longer waited for.
      const answer = waitForAnswer(token, call, waiting);
      const submitted = first.call(args, withoutHandle(call)).then((output) => {
        if (waiting.cancelled) return answer;
        events.submitted(call.thread, jsonText(output));
        call.pending(token);
        return answer;
      });
      try {
        return await Promise.race([answer, submitted]);
      } finally {
        waiting.cancel();
      }
    },
    resume: (token, call) => waitForAnswer(token, call, call.cancellation),
  };
}

/** After a restart the task is found by its token, not by the handle of the call. */
function withoutHandle(call: Call): Call {
  const { thread, environment, cancellation, token } = call;
  return {
    ...{ thread, environment, cancellation, token },
    heartbeat: () => call.heartbeat(),
    pending: () => {},
  };
}

async function waitForAnswer(token: string, call: Call, cancellation: Cancellation): Promise<Json> {
  const answer = await cancellation.race<TaskAnswer>((resolve) => {
    const forget = call.environment.tokens.add(token, {
      complete(given) {
        forget();
        resolve(given);
      },
      heartbeat: () => call.heartbeat(),
    });
    return forget;
  });
  if ('output' in answer) return answer.output;
  throw new TaskFailure(answer.error, answer.cause);
}
