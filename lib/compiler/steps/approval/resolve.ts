// What an approval asks, how people are told of it, and what it gives.
import * as z from 'zod';
import { pointerTo } from '../../../json-pointer.ts';
import { approvalOutput } from '../../../workflow-format/approval.ts';
import { stateName } from '../../asl/state-names.ts';
import { jsonataLiteral } from '../../expressions/literal.ts';
import { fromSchema } from '../../expressions/schema-types.ts';
import { execution, type Scope, type Visible } from '../../expressions/scope.ts';
import { type Known, scalar } from '../../expressions/types.ts';
import { resolveValue, type Value } from '../../expressions/value.ts';
import { valueCode } from '../../expressions/value-code.ts';
import { callIdOf, itemsOf } from '../../resolve/call-id.ts';
import type { KindResult, Place, ResolveContext } from '../../resolve/context.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedApproval } from '../../tree/resolved.ts';

const known: Known = { type: fromSchema(z.toJSONSchema(approvalOutput)), certain: true };
const text: Known = { type: scalar('string'), certain: true };

export function resolveApproval(
  { step, valuesPointer }: ParsedStep<'approval'>,
  { scope, repeats }: Place,
  { actions, report }: ResolveContext,
): KindResult {
  const { id } = step;
  const { message, details, notify } = step.approval;
  const at = (key: string) => pointerTo(valuesPointer, key);
  const asked = textOf(resolveValue(message, at('message'), scope, report));
  const template = callIdOf(scope);
  const callId = template === undefined ? undefined : resolveValue(template, valuesPointer, scope, report);
  const approvalId = idCode(id, callId, scope);
  const value: Value = {
    kind: 'object',
    entries: [
      ['message', asked],
      ...(details === undefined
        ? []
        : [['details', resolveValue(details, at('details'), scope, report)] as const]),
    ],
  };
  // A decision on one item must not hold for another that has come to its place.
  const about = repeats && scope.loops.length > 0 ? itemsOf(scope) : undefined;
  const approval: ResolvedApproval = {
    id: approvalId,
    ...(about && { about: resolveValue(about, valuesPointer, scope, report) }),
  };
  const evaluated = approval.about ? [approval.about] : [];
  if (!notify) return { value, known, approval, evaluated };
  const action = actions.get(notify.action);
  const params = resolveValue(
    notify.params ?? {},
    pointerTo(at('notify'), 'params'),
    { ...scope, approval: visibleApproval(approvalId, asked, scope) },
    report,
  );
  return {
    value,
    known,
    approval: { ...approval, notify: { params, ...(action ? { action } : {}) } },
    evaluated: [...evaluated, params],
    ...(callId === undefined ? {} : { callId }),
    firstState: stateName(id, 'notify'),
  };
}

/** What the params of `notify` see as `approval`. */
function visibleApproval(id: string, message: Value, scope: Scope): ReadonlyMap<string, Visible> {
  return new Map([
    ['id', { code: `(${id})`, ...text }],
    ['url', { code: `(${urlCode(id, scope)})`, ...text }],
    ['message', { code: valueCode(message), ...text }],
  ]);
}

/** `<execution id>.<step id>`, in loops with the index of each: the same for each try of the step, and of no other. */
function idCode(stepId: string, callId: Value | undefined, scope: Scope): string {
  const place = callId === undefined ? '' : ` & "." & ${valueCode(callId)}`;
  const start = jsonataLiteral(`${scope.workflowId}.`);
  return `${start} & ${execution(scope, 'name')?.code} & ${jsonataLiteral(`.${stepId}`)}${place}`;
}

function urlCode(id: string, { apiUrl }: Scope): string {
  return `${jsonataLiteral(`${apiUrl}/approvals/`)} & $encodeUrlComponent(${id}) & "/page"`;
}

/** A message is text, whatever type its expression has. */
function textOf(value: Value): Value {
  if (value.kind !== 'expression') return value;
  const { type, certain } = value.known;
  if (certain && type.kind === 'scalar' && type.name === 'string') return value;
  return { ...value, code: `"" & (${value.code})`, known: text };
}
