// The types of what steps, blocks and failures give, and how later steps see it.
import type { Step } from '../../workflow-format/steps.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import type { Visible } from '../expressions/scope.ts';
import {
  anything,
  bounded,
  fromLiteral,
  type Known,
  scalar,
  type Type,
  union,
} from '../expressions/types.ts';
import { stepVariable } from '../expressions/variables.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import type { Block } from '../tree/resolved.ts';

export const text: Known = { type: scalar('string'), certain: true };
export const nothing: Known = { type: scalar('null'), certain: true };

export function object(fields: Readonly<Record<string, Known>>): Type {
  return { kind: 'object', open: false, fields: new Map(Object.entries(fields)) };
}

export const FAILED_ERROR = object({ name: text, message: text });
export const FAILED_ITEM = object({
  error: {
    type: object({ name: text, message: text, index: { type: scalar('integer'), certain: true } }),
    certain: true,
  },
});

/**
 * The error of one step, as it is caught there.
 * @param added what it has besides what all errors have
 */
export function errorOf(added: Readonly<Record<string, Known>> = {}): Type {
  return object({ name: text, message: text, ...added });
}

/** What a block gives: what its last step gives, or that step's default (null without one) when it is skipped. */
export function resultOf({ steps }: Block): Known {
  const last = steps.at(-1);
  if (!last) return anything;
  const { known, condition, parsed } = last;
  if (condition === undefined) return known;
  return { type: union([known.type, fromLiteral(parsed.step.default ?? null)]), certain: known.certain };
}

/**
 * What a step gives, or in place of it what stands in for its failure.
 * @param ofError what its error has besides what all errors have
 */
export function recovered(
  { step }: ParsedStep,
  known: Known,
  handler: Block | undefined,
  ofError: Readonly<Record<string, Known>> | undefined,
): Known {
  if (!('on_error' in step) || step.on_error === undefined) return known;
  if (!handler) {
    const failed = object({ error: { type: errorOf(ofError), certain: true } });
    return { type: union([known.type, failed]), certain: true };
  }
  if (handler.ends) return known;
  return { type: union([known.type, resultOf(handler).type]), certain: known.certain };
}

/**
 * How later steps see the result of a step. If it has not run, its variable is not assigned, which is nothing to JSONata.
 */
export function visibleAfter(step: Step, { type, certain }: Known): Visible {
  const { id, default: otherwise } = step;
  const code = `$${stepVariable(id)}`;
  const origin: Pick<Visible, 'mayHaveFailed'> =
    'on_error' in step && step.on_error === 'continue' ? { mayHaveFailed: true } : {};
  if (otherwise === undefined) return { code, type: bounded(type), certain, ...origin };
  return {
    ...origin,
    code: `($exists(${code}) ? ${code} : ${jsonataLiteral(otherwise)})`,
    type: bounded(union([type, fromLiteral(otherwise)])),
    certain,
    hasDefault: true,
  };
}
