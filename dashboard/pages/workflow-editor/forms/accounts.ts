// The accounts that a call can act with: those that are connected at its provider, and what stands in the way of each.
import { isObject } from '../../../../lib/json.ts';
import { pointerTo, valueAt } from '../../../../lib/json-pointer.ts';
import type { AnswerBody } from '../../../api/routes.ts';
import type { Action } from '../check/check-text.ts';

type Connection = AnswerBody<'GET /connections'>['items'][number];

/** What a connection is chosen for. */
export interface Caller {
  readonly provider: string;
  /** The connection that is used where none is named; undefined where it then goes without. */
  readonly usual: string | undefined;
  /** What acts with it; a webhook has none. */
  readonly action?: Action;
  /** The workflow that it is used in. */
  readonly workflow: string;
}

/** What asks the model for an agent. */
const AGENT_TURN = 'openai.agent_turn';

/**
 * Whose the `connection` and the `params` of an object in a step are: those of the action that the object names, or of the
 * step's agent.
 * @param path of the object in the step
 */
export function callerAt(
  step: unknown,
  path: readonly string[],
  actions: readonly Action[],
  workflow: string,
): Caller | undefined {
  const holder = valueAt(step, pointerTo('', ...path));
  if (!isObject(holder)) return undefined;
  const id = path.length === 0 && 'agent' in holder ? AGENT_TURN : holder['action'];
  const action = actions.find((one) => one.id === id);
  if (!action) return undefined;
  const { provider, optional } = action.connection;
  return { provider, usual: optional ? undefined : 'default', action, workflow };
}

/** Why it cannot be used as it is; undefined when it can. */
export function whyNotUsable(
  { status, workflows, missing }: Pick<Connection, 'status' | 'workflows' | 'missing'>,
  { action, workflow }: Pick<Caller, 'action' | 'workflow'>,
): string | undefined {
  if (workflows !== null && !workflows.includes(workflow)) return 'for other workflows only';
  if (status === 'needs_reconnect') return 'has to be connected again';
  if (missing.some((one) => one.action === action?.id)) return `lacks a scope for ${action?.id}`;
  return undefined;
}
