// The step kind `approval`: what is asked, how people are told of it, and what it gives.
import * as z from 'zod';
import type { CatalogueAction } from '../../../actions/catalogue.ts';
import { pointerTo } from '../../../json-pointer.ts';
import { type ApprovalOutput, approvalOutput, timedOutOutput } from '../../../workflow-format/approval.ts';
import type { ApprovalStep } from '../../../workflow-format/workflow.ts';
import { jsonataLiteral } from '../../expressions/literal.ts';
import { execution, type Scope, type Visible } from '../../expressions/scope.ts';
import { fromSchema, type Known, scalar } from '../../expressions/types.ts';
import { resolveValue, type Value } from '../../expressions/value.ts';
import { valueCode } from '../../expressions/value-code.ts';
import type { Report } from '../../problems/problem.ts';
import { callIdOf, itemsOf } from '../../resolve/call-id.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedApproval, ResolvedStep } from '../../tree/resolved.ts';

const known: Known = { type: fromSchema(z.toJSONSchema(approvalOutput)), certain: true };
const text: Known = { type: scalar('string'), certain: true };

export function resolveApproval(
  { id, approval: { message, details, notify } }: ApprovalStep,
  { valuesPointer }: ParsedStep,
  scope: Scope,
  repeats: boolean,
  actions: ReadonlyMap<string, CatalogueAction>,
  report: Report,
): Pick<ResolvedStep, 'value' | 'known' | 'approval' | 'callId'> {
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
  // What was decided of one item is not to hold for another that has come to its place.
  const about = repeats && scope.loops.length > 0 ? itemsOf(scope) : undefined;
  const approval: ResolvedApproval = {
    id: approvalId,
    ...(about && { about: resolveValue(about, valuesPointer, scope, report) }),
  };
  if (!notify) return { value, known, approval };
  const visible = new Map<string, Visible>([
    ['id', { code: `(${approvalId})`, ...text }],
    ['url', { code: `(${urlCode(approvalId, scope)})`, ...text }],
    ['message', { code: valueCode(asked), ...text }],
  ]);
  const action = actions.get(notify.action);
  const params = resolveValue(
    notify.params ?? {},
    pointerTo(at('notify'), 'params'),
    { ...scope, approval: visible },
    report,
  );
  return {
    value,
    known,
    approval: { ...approval, notify: { params, ...(action ? { action } : {}) } },
    ...(callId === undefined ? {} : { callId }),
  };
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

/** A message is text, whatever its expression gives. */
function textOf(value: Value): Value {
  if (value.kind !== 'expression') return value;
  const { type, certain } = value.known;
  if (certain && type.kind === 'scalar' && type.name === 'string') return value;
  return { ...value, code: `"" & (${value.code})`, known: text };
}

/** What a timeout gives in place of an error; undefined where it is one. */
export function outputOfTimeout({ approval: { on_timeout } }: ApprovalStep): ApprovalOutput | undefined {
  if (on_timeout === undefined || on_timeout === 'fail') return undefined;
  return timedOutOutput(on_timeout === 'approve');
}
