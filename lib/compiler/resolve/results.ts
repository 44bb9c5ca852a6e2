// What steps, blocks and failures give, as types, and how later steps see it.

import type { Step } from '../../workflow-format/workflow.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import type { Visible } from '../expressions/scope.ts';
import {
  anything,
  bounded,
  fromLiteral,
  type Known,
  nullable,
  scalar,
  type Type,
  union,
} from '../expressions/types.ts';
import { stepVariable } from '../expressions/variables.ts';
import { isWrapped } from '../tree/kinds.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import type { Block, ResolvedStep } from '../tree/resolved.ts';

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

/** What the error of a `workflow` step has besides what all errors have: null when no run began, or its time was over. */
const RUN_FAILED: Readonly<Record<string, Known>> = {
  execution_id: { type: nullable(scalar('string')), certain: true },
};

/** The error of one step, as it is caught there. */
export function errorOf({ step }: ParsedStep, added: Readonly<Record<string, Known>> = {}): Type {
  return object({ name: text, message: text, ...('workflow' in step ? RUN_FAILED : {}), ...added });
}

/** Whether every way through the step ends the run. */
export function ends({ parsed: { kind, step }, condition, cases, otherwise }: ResolvedStep): boolean {
  if (condition !== undefined || isWrapped(step, kind)) return false;
  if (kind === 'return' || kind === 'fail') return true;
  return otherwise?.ends === true && cases.every(({ block }) => block.ends);
}

/** What a block gives: what its last step gives, or that step's default (null without one) when it is skipped. */
export function resultOf({ steps }: Block): Known {
  const last = steps.at(-1);
  if (!last) return anything;
  const { known, condition, parsed } = last;
  if (condition === undefined) return known;
  return { type: union([known.type, fromLiteral(parsed.step.default ?? null)]), certain: known.certain };
}

/** How later steps see it. Where it has not run, its variable is not assigned, which is nothing to JSONata. */
export function seenLater(step: Step, { type, certain }: Known): Visible {
  const { id, default: otherwise } = step;
  const code = `$${stepVariable(id)}`;
  const origin: Pick<Visible, 'mayHaveFailed' | 'isFromOutside'> = {
    ...('on_error' in step && step.on_error === 'continue' ? { mayHaveFailed: true } : {}),
    ...('action' in step || 'approval' in step ? { isFromOutside: true } : {}),
  };
  if (otherwise === undefined) return { code, type: bounded(type), certain, ...origin };
  return {
    ...origin,
    code: `($exists(${code}) ? ${code} : ${jsonataLiteral(otherwise)})`,
    type: bounded(union([type, fromLiteral(otherwise)])),
    certain,
    hasDefault: true,
  };
}
