// The input that a trigger gives, against the inputs that the workflow declares.

import { pointerTo } from '../../json-pointer.ts';
import { utf8Bytes } from '../../utf8.ts';
import { type InputCheck, inputChecker } from '../../workflow-format/check-input.ts';
import { type Trigger, WEBHOOK_INPUT } from '../../workflow-format/triggers.ts';
import type { InputDeclaration, Workflow } from '../../workflow-format/workflow.ts';
import type { Report } from '../problems/problem.ts';

type Inputs = Readonly<Record<string, InputDeclaration>>;

/** What the rest of the document says that triggers depend on. */
export interface Head extends Pick<Workflow, 'type'> {
  readonly id?: string | undefined;
  readonly inputs?: Inputs | undefined;
}

/** EventBridge Scheduler's limit for the input of a target, and Step Functions' for an execution's. */
const MAX_INPUT_BYTES = 262_144;

/** How the input of a trigger of each kind is checked. */
export type DeclaredInputs = Readonly<Record<'schedule' | 'webhook', InputCheck>>;

export function declaredInputs({ inputs = {} }: Head): DeclaredInputs {
  const { [WEBHOOK_INPUT]: filled, ...others } = inputs;
  return { schedule: inputChecker(inputs), webhook: inputChecker(others) };
}

export function checkTriggerInput(
  trigger: Trigger,
  place: string,
  declared: DeclaredInputs,
  report: Report,
): void {
  const { input = {} } = trigger;
  const at = pointerTo(place, 'input');
  const expressions = new Set(
    Object.keys(input).filter((name) => JSON.stringify(input[name])?.includes('{{')),
  );
  for (const name of expressions) {
    report({
      code: 'trigger-input',
      pointer: pointerTo(at, name),
      message: 'The input of a trigger holds plain values, never expressions',
      hint: 'Compute it in a step.',
    });
  }
  const computed = new Set([...expressions].map((name) => pointerTo(at, name)));
  const isWebhook = 'webhook' in trigger;
  const check = declared[isWebhook ? 'webhook' : 'schedule'];
  const delivery = isWebhook ? pointerTo(at, WEBHOOK_INPUT) : undefined;
  for (const problem of check(input, at)) {
    const { code, message, hint } = problem;
    if (computed.has(problem.pointer)) continue;
    if (problem.pointer === delivery) {
      report({
        code: 'trigger-input',
        pointer: delivery,
        message: `The input ${WEBHOOK_INPUT} is what the webhook delivers: the trigger cannot give it`,
        hint: 'Leave it out.',
      });
      continue;
    }
    // A missing input has no place of its own, and the object that lacks it may be missing too.
    const pointer = code === 'missing-input' ? (trigger.input ? at : place) : problem.pointer;
    report({ code: 'trigger-input', pointer, message, ...(hint !== undefined && { hint }) });
  }
  const bytes = utf8Bytes(JSON.stringify(input));
  if (bytes > MAX_INPUT_BYTES) {
    report({
      code: 'literal-too-large',
      pointer: at,
      message: `The input has ${bytes} bytes; that of an execution can have ${MAX_INPUT_BYTES}`,
      hint: 'Keep large texts in a template, or pass their address.',
    });
  }
}
