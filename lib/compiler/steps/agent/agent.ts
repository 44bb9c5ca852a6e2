// An `agent` step: a model that works towards a goal with actions as its tools.
import { type AgentTool, DEFAULT_MAX_TURNS } from '../../../workflow-format/steps.ts';
import { hasEffect, withCallId } from '../../resolve/effects.ts';
import { usedBy } from '../../tree/used-connection.ts';
import type { Kind } from '../kind.ts';
import { checkAgent } from './check.ts';
import { agentResult, emitAgent } from './emit.ts';
import { resolveAgent } from './resolve.ts';

/** Of a turn: the model's Task, the Choice after it, and the Map with one call, chosen and made. */
const TURN_EVENTS = 5 + 2 + 4 + 2 + 2 + 5;

export const agent: Kind<'agent'> = {
  canCatch: true,
  limitSeconds: ({ timeout_seconds }) => timeout_seconds,
  canGiveOutput: () => false,
  resultCode: ({ parsed }) => agentResult(parsed.step.id),
  furtherEvents: ({ agent }) => ((agent.max_turns ?? DEFAULT_MAX_TURNS) - 1) * TURN_EVENTS,
  hasEffect: ({ agent }, actions) => agent.tools.some((tool) => hasEffect(actionOf(tool), actions)),

  resolve(parsed, place, context) {
    const { step, valuesPointer } = parsed;
    const isEffect = step.agent.tools.some((tool) => hasEffect(actionOf(tool), context.actions));
    return {
      ...resolveAgent(parsed, place, context),
      ...(isEffect ? withCallId(valuesPointer, place, context) : {}),
    };
  },

  connections: ({ parsed: { step, pointer }, agent }) => [
    ...usedBy(agent?.turn, step.connection, pointer, 'agent'),
    ...(agent?.tools ?? []).flatMap(({ action, given, pointer: tool, actionPointer }) =>
      usedBy(action, given.connection, tool, ...(actionPointer === tool ? [] : ['action'])),
    ),
  ],

  check: checkAgent,
  isUseless: ({ agent }) => agent?.tools.every(({ action }) => action?.effect === 'read') ?? false,
  emit: emitAgent,
};

function actionOf(tool: string | AgentTool): string {
  return typeof tool === 'string' ? tool : tool.action;
}
