// For tests of the actions' middlewares: a chain to put them into, and the event of a call.
import middy from '@middy/core';
import type { ActionEvent } from '../../lib/actions/invocation/action-event.ts';
import type { ActionLog, ActionOutput, InvocationContext } from '../../lib/actions/invocation/invocation.ts';

/** A chain as defineAction makes it, without a middleware; its handler has no deadline unless the options give one. */
export function actionChain(options: middy.PluginObject = { timeoutEarlyInMillis: 0 }) {
  return middy<unknown, ActionOutput, unknown, InvocationContext>(options);
}

export function actionEventOf(changes: Partial<ActionEvent> = {}): ActionEvent {
  return { input: {}, execution: { id: 'arn:e', workflow_id: 'm', step_id: 'step' }, ...changes };
}

/** A log that keeps its lines. */
export function capturedLog() {
  const lines: {
    readonly level: string;
    readonly message: string;
    readonly entry: Record<string, unknown>;
  }[] = [];
  const keep = (level: string) => (message: string, entry: Record<string, unknown>) =>
    void lines.push({ level, message, entry });
  const log: ActionLog = { info: keep('info'), warn: keep('warn'), error: keep('error') };
  return { log, lines };
}
