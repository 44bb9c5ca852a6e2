// A `workflow` step against what is known of the workflow that it runs.

import { closest } from '../../../did-you-mean.ts';
import { pointerTo } from '../../../json-pointer.ts';
import { fits, isRequired } from '../../../workflow-format/check-input.ts';
import type { StepOf } from '../../../workflow-format/steps.ts';
import type { InputDeclaration } from '../../../workflow-format/workflow.ts';
import { fieldsOf } from '../../asl/value.ts';
import type { CheckContext } from '../../check/context.ts';
import type { SavedWorkflow } from '../../check/saved-workflows.ts';
import { inputType } from '../../expressions/scope.ts';
import { describe, mayFit } from '../../expressions/types.ts';
import { typeOf, type Value } from '../../expressions/value.ts';
import type { Report } from '../../problems/problem.ts';
import { shown, suggestion } from '../../problems/suggestions.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedStep } from '../../tree/resolved.ts';

export function checkWorkflowStep(
  { parsed, value }: ResolvedStep<'workflow'>,
  { workflowId, saved, callChains, report }: CheckContext,
): void {
  const { step, pointer } = parsed;
  const at = pointerTo(pointer, 'workflow');
  const chain = callChains.from(step.workflow);
  if (chain) {
    report({
      code: 'workflow-cycle',
      pointer: at,
      message: `The workflow would run itself: ${[workflowId, ...chain].join(' -> ')}`,
      hint: 'A loop is for_each; what goes on for ever is started by a schedule.',
    });
    return;
  }
  if (!saved) return;
  const called = saved.get(step.workflow);
  if (called?.isExpress) {
    report({
      code: 'not-in-express',
      pointer: at,
      message: `${step.workflow} is an Express workflow, whose run no step can wait for or find again`,
      hint: 'Make that one "type": "standard", or put its steps here.',
    });
    return;
  }
  if (called) {
    checkInput(step, called, value, parsed, report);
    return;
  }
  const meant = closest(step.workflow, saved.keys());
  report({
    code: 'unknown-workflow',
    pointer: at,
    message: `There is no workflow ${step.workflow}`,
    hint: meant === undefined ? 'Save that one first.' : `Did you mean ${meant}?`,
    ...(meant !== undefined && { fix: { replaces: 'value', pointer: at, with: meant } }),
  });
}

function checkInput(
  { workflow }: StepOf<'workflow'>,
  { inputs }: SavedWorkflow,
  value: Value,
  { valuesPointer, pointer }: ParsedStep,
  report: Report,
): void {
  const given = new Map(fieldsOf(value));
  if (!inputs) return;
  for (const [name, declaration] of Object.entries(inputs)) {
    const { type, description } = declaration;
    const child = given.get(name);
    if (!child && isRequired(declaration)) {
      report({
        code: 'workflow-input',
        pointer: valuesPointer,
        message: `The workflow ${workflow} needs the input ${name}`,
        hint: [`${name}:`, type, description].filter(Boolean).join(' ').replace(/:$/, ' has no default.'),
      });
    } else if (child && !mayBe(child, declaration)) {
      const what =
        child.kind === 'literal'
          ? `, not ${shown(child.value)}`
          : `; this gives ${describe(typeOf(child).type)}`;
      report({
        code: 'workflow-input',
        pointer: pointerTo(pointer, 'input', name),
        message: `${name} must be ${describe(inputType(declaration))}${what}`,
      });
    }
  }
  for (const name of given.keys()) {
    if (Object.hasOwn(inputs, name)) continue;
    const at = pointerTo(pointer, 'input', name);
    const meant = closest(name, Object.keys(inputs));
    report({
      code: 'workflow-input',
      pointer: at,
      message: `The workflow ${workflow} has no input ${shown(name)}`,
      hint: suggestion(name, Object.keys(inputs), 'inputs'),
      ...(meant !== undefined && { fix: { replaces: 'key', pointer: at, with: meant } }),
    });
  }
}

function mayBe(value: Value, declaration: InputDeclaration): boolean {
  if (value.kind !== 'literal') return mayFit(typeOf(value).type, inputType(declaration));
  return fits(declaration.type, value.value) || (value.value === null && declaration.default === null);
}
