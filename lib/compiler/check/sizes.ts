// The sizes of literals and defaults, which states have to hold whatever expressions give.

import { pointerTo } from '../../json-pointer.ts';
import { utf8Bytes } from '../../utf8.ts';
import type { Value } from '../expressions/value.ts';
import type { Report } from '../problems/problem.ts';
import type { ResolvedStep, ResolvedWorkflow } from '../tree/resolved.ts';

/** Step Functions' limit for the input, the output and the variables of a state, in bytes of UTF-8. */
const MAX_PAYLOAD_BYTES = 262_144;
/** What a Task's payload has besides the params: the connection, the execution, how it is tried again. */
const TASK_BYTES = 1024;

/** @param isPayload whether a step's value is the payload of a Task */
export function checkSizes(
  { workflow, parsed, output }: ResolvedWorkflow,
  steps: readonly ResolvedStep[],
  isPayload: (step: ResolvedStep) => boolean,
  report: Report,
): void {
  for (const [name, declaration] of Object.entries(workflow.inputs ?? {}))
    checkLiteral(declaration.default, pointerTo(parsed.inputsPointer, name, 'default'), report);
  for (const step of steps) {
    const { value, parsed: at } = step;
    if (isPayload(step)) checkPayload(value, at.valuesPointer, report);
    else checkSize(value, at.valuesPointer, report);
    checkLiteral(at.step.default, pointerTo(at.pointer, 'default'), report);
  }
  if (output) checkSize(output, '/output', report);
}

/** @param value the params that an action is called with */
export function checkPayload(value: Value, pointer: string, report: Report): void {
  checkSize(value, pointer, report, TASK_BYTES);
}

function checkLiteral(value: unknown, pointer: string, report: Report): void {
  if (value !== undefined) checkSize({ kind: 'literal', value }, pointer, report);
}

/** @param besides bytes that the state holds beside the value */
function checkSize(value: Value, pointer: string, report: Report, besides = 0): void {
  const bytes = leastBytes(value);
  if (bytes + besides <= MAX_PAYLOAD_BYTES) return;
  report({
    code: 'literal-too-large',
    pointer,
    message: `What is written here has ${bytes} bytes; a state of Step Functions holds ${MAX_PAYLOAD_BYTES - besides}`,
    hint: 'Keep large texts in a template, or pass their address.',
  });
}

/** The bytes of JSON that the value has whatever its expressions give. */
function leastBytes(value: Value): number {
  switch (value.kind) {
    case 'literal':
      return utf8Bytes(JSON.stringify(value.value) ?? '');
    case 'expression':
      return value.textBytes ?? 0;
    case 'array':
      return value.items.reduce((sum, item) => sum + leastBytes(item) + 1, 2);
    case 'object':
      return value.entries.reduce((sum, [key, item]) => sum + utf8Bytes(key) + leastBytes(item) + 4, 2);
  }
}
