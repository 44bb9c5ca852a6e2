// Writes one line for each call of an action: what it was, how long it took, how it ended. It is a record of metrics too.
import { OrchestraError, StillRunning } from '../../errors.ts';
import { type InvocationValue, invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { callMetrics } from '../invocation/call-metrics.ts';
import type { ActionLog, ActionMiddleware, InvocationContext } from '../invocation/invocation.ts';
import { deployedActionId, deploymentOf } from '../invocation/names.ts';
import { codeFrames } from '../invocation/reportable-error.ts';

/**
 * The line has no input, no output and no message: only names, ids and places in the code.
 * @param event not known when it was invalid
 */
export function logCall(logger: ActionLog, event: InvocationValue<ActionEvent>): ActionMiddleware {
  const started = invocationValue<number>('start');

  function entry(context: InvocationContext, outcome: string, failed: boolean) {
    const execution = event.find(context)?.execution;
    return {
      action: deployedActionId(context.functionName),
      step: execution?.step_id,
      execution_id: execution?.id,
      request_id: context.awsRequestId,
      duration_ms: Math.round(performance.now() - started.get(context)),
      outcome,
      ...callMetrics(deploymentOf(context.functionName), failed),
    };
  }

  return {
    before({ context }) {
      started.set(context, performance.now());
    },
    after({ context }) {
      attempt(() => logger.info('action', entry(context, 'succeeded', false)));
    },
    onError({ error, context }) {
      attempt(() => {
        if (error instanceof StillRunning) logger.info('action', entry(context, 'still running', false));
        else if (error instanceof OrchestraError) logger.warn('action', entry(context, error.name, true));
        else
          logger.error('action', {
            ...entry(context, 'failed unexpectedly', true),
            frames: codeFrames(error),
          });
      });
    },
  };
}

/** A line that cannot be written takes no result away, and keeps no error from being redacted by what stands around. */
function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // There is nowhere else to tell of it.
  }
}
