// An `agent` step: a model that works towards a goal with actions as its tools.
import { mostPolls } from '../../../poll-interval.ts';
import { type AgentTool, DEFAULT_MAX_TURNS } from '../../../workflow-format/steps.ts';
import { backgroundSeconds, POLL_EVENTS } from '../../asl/background.ts';
import { hasEffect, withCallId } from '../../resolve/effects.ts';
import { noBackgroundInExpress } from '../../tree/express.ts';
import { usedBy } from '../../tree/used-connection.ts';
import type { Kind } from '../kind.ts';
import { checkAgent } from './check.ts';
import { agentResult, emitAgent } from './emit.ts';
import { resolveAgent } from './resolve.ts';

/** Of a turn: the model's Task, the Choice after it, and the Map with one call, chosen and made. */
const TURN_EVENTS = 5 + 2 + 4 + 2 + 2 + 5;

export const agent: Kind<'agent'> = {
  canCatch: true,
  limitSeconds: (step) => step.timeout_seconds ?? backgroundSeconds(step),
  canGiveOutput: () => false,
  resultCode: ({ parsed }) => agentResult(parsed.step.id),
  furtherEvents({ agent: { max_turns: turns = DEFAULT_MAX_TURNS }, ...step }) {
    const seconds = backgroundSeconds(step);
    // Each turn is looked at often in its beginning: most often when all take as long.
    const polls = seconds === undefined ? 0 : turns * (mostPolls(Math.ceil(seconds / turns)) + 1);
    return (turns - 1) * TURN_EVENTS + polls * POLL_EVENTS;
  },
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
  notInExpress: noBackgroundInExpress,
  isUseless: ({ agent }) => agent?.tools.every(({ action }) => action?.effect === 'read') ?? false,
  emit: emitAgent,
};

function actionOf(tool: string | AgentTool): string {
  return typeof tool === 'string' ? tool : tool.action;
}
