// Warnings: what runs as it is written, but is perhaps not meant.

import { isObject } from '../json.ts';
import { pointerTo } from '../json-pointer.ts';
import type { Addition } from '../problem.ts';
import { quoted } from './expressions/literal.ts';
import { describe, fromLiteral, mayFit, type Type } from './expressions/types.ts';
import { stepVariable } from './expressions/variables.ts';
import { kindOf } from './kinds.ts';
import { lintModels } from './lint/model-ends.ts';
import { lintTimeLimits } from './lint/time-limits.ts';
import type { Report } from './problems/problem.ts';
import { list, shown } from './problems/suggestions.ts';
import { allSteps } from './tree/parsed.ts';
import { type Block, blocksOf, type ResolvedStep, type ResolvedWorkflow } from './tree/resolved.ts';

export function lint(resolved: ResolvedWorkflow, report: Report): void {
  const { workflow, parsed, block, onFailure, used } = resolved;
  // The input of a webhook must be declared, even where nothing reads it.
  const hasWebhook = workflow.triggers?.some((trigger) => 'webhook' in trigger) ?? false;
  if (!used.has('inputs')) {
    for (const name of Object.keys(workflow.inputs ?? {})) {
      if (used.has(`inputs.${name}`) || (name === 'webhook' && hasWebhook)) continue;
      report({
        code: 'unused-input',
        pointer: pointerTo(parsed.inputsPointer, name),
        message: `Nothing uses the input ${name}`,
        hint: `Use it as {{ inputs.${quoted(name)} }}, or remove it.`,
      });
    }
  }
  let written: ReadonlySet<string> | undefined;
  const uses: Uses = {
    used,
    isWritten: (reference) => {
      written ??= new Set(JSON.stringify(workflow).match(/\bsteps\.\w+\.\w+/g));
      return written.has(reference);
    },
    isStep: (id) =>
      [...allSteps(parsed.steps), ...allSteps(parsed.onFailure)].some(({ step }) => step.id === id),
    isOlderFormat: parsed.isOlderFormat,
  };
  const isSure = true;
  lintBlock(block, { resultUsed: workflow.output === undefined, isSure, returns: true }, uses, report);
  if (onFailure) lintBlock(onFailure, { resultUsed: false, isSure, returns: false }, uses, report);
  if (workflow.concurrency)
    report({
      code: 'no-effect',
      pointer: '/concurrency',
      message: 'concurrency is stored with the workflow, but not enforced yet: no run waits or is skipped',
      hint: 'Leave it out, so that nobody relies on it.',
      fix: { removes: '/concurrency' },
    });
  lintModels(resolved, report);
  lintTimeLimits(resolved, (step, limit) => kindOf(step).outlasts?.(step.step, limit), report);
}

interface Place {
  /** Whether anything reads the output of the block's last step. */
  readonly resultUsed: boolean;
  /** Whether the block runs wherever its steps can be referred to. */
  readonly isSure: boolean;
  /** Whether a step of the block may end the run. */
  readonly returns: boolean;
}

interface Uses {
  /** What any expression refers to. */
  readonly used: ReadonlySet<string>;
  /** Whether the reference stands anywhere in the workflow. */
  readonly isWritten: (reference: string) => boolean;
  readonly isStep: (id: string) => boolean;
  readonly isOlderFormat: boolean;
}

function lintBlock(block: Block, { resultUsed, isSure, returns }: Place, uses: Uses, report: Report): void {
  const [first] = block.unreachable;
  if (first) {
    report({
      code: 'unreachable-step',
      pointer: first.parsed.pointer,
      message: `The step ${first.parsed.step.id} never runs: every path before it ends the run`,
      hint: 'Put return or fail last, or make it conditional with "when".',
    });
  }
  block.steps.forEach((step, index) => {
    const last = index === block.steps.length - 1;
    const isUsed = uses.used.has(stepVariable(step.parsed.step.id)) || (last && resultUsed);
    lintStep(step, { resultUsed: isUsed, isSure }, uses, report);
    const unread = isUsed ? undefined : kindOf(step.parsed).unread?.(step.parsed.step);
    if (!unread) return;
    const { message, goesOnWhen } = unread;
    const { id } = step.parsed.step;
    const orEnd = `, or end the run: {"id": "end_without_${id}", "when": "{{ $not(${goesOnWhen}) }}", "return": "{{ steps.${id} }}"}`;
    const hint = `Make later steps depend on it, "when": "{{ ${goesOnWhen} }}"${returns ? orEnd : ''}.`;
    const fix = dependence(step, block.steps.slice(index + 1), goesOnWhen, returns, uses);
    report({ code: 'unused-output', pointer: step.parsed.pointer, message, hint, ...(fix && { fix }) });
  });
}

/** What makes all steps that follow depend on a condition: that of the only one, or else a step that ends the run before. */
function dependence(
  { parsed: { step } }: ResolvedStep,
  [next, ...others]: readonly ResolvedStep[],
  condition: string,
  returns: boolean,
  { isStep, isOlderFormat }: Uses,
): Addition | undefined {
  // There a step names the one that follows it.
  if (!next || isOlderFormat) return undefined;
  if (others.length === 0 && next.parsed.step.when === undefined)
    return { adds: pointerTo(next.parsed.pointer, 'when'), value: `{{ ${condition} }}` };
  if (!returns) return undefined;
  const id = `end_without_${step.id}`;
  if (id.length > 64 || isStep(id)) return undefined;
  const value = { id, when: `{{ $not(${condition}) }}`, return: `{{ steps.${step.id} }}` };
  return { adds: next.parsed.pointer, value };
}

function lintStep(
  step: ResolvedStep,
  { resultUsed: isUsed, isSure }: Omit<Place, 'returns'>,
  uses: Uses,
  report: Report,
): void {
  const { step: given, pointer } = step.parsed;
  const kind = kindOf(step.parsed);
  if (given.when === false) {
    report({
      code: 'never-runs',
      pointer: pointerTo(pointer, 'when'),
      message: `The step ${given.id} never runs: when is false`,
      hint: 'Remove the step, or its when.',
    });
  } else if (!isUsed && kind.isUseless?.(step, uses.used)) {
    report({
      code: 'unused-output',
      pointer,
      message: `Nothing reads the output of the step ${given.id}, and it has no other effect`,
      hint: `Use it as ${kind.variables ? 'vars.<name>' : `steps.${given.id}`}, or remove it.`,
    });
  }
  if (given.default !== undefined) lintDefault(step, isSure, uses, report);
  const isOwnFlow = step.loop !== undefined || step.branches.length > 0;
  for (const inner of blocksOf(step))
    lintBlock(
      inner,
      { resultUsed: isUsed, isSure: isOwnFlow && inner !== step.handler, returns: false },
      uses,
      report,
    );
}

function lintDefault(
  { parsed: { step, pointer }, known }: ResolvedStep,
  isSure: boolean,
  { isWritten }: Uses,
  report: Report,
): void {
  const at = pointerTo(pointer, 'default');
  if (isSure && (step.when === undefined || step.when === true))
    report({
      code: 'no-effect',
      pointer: at,
      message: `The step ${step.id} always runs, so its default is never used`,
      hint: 'default is the output of a step that did not run. For a step that fails there is on_error.',
      fix: { removes: at },
    });
  const different = differenceOf(step.default, known.type, (name) => isWritten(`steps.${step.id}.${name}`));
  if (different)
    report({
      code: 'unlikely-default',
      pointer: at,
      message: `The default ${shown(step.default)} ${different}`,
      hint: 'Whatever reads the step gets either one: give the default the same shape.',
    });
}

/**
 * How a default differs from the step's output; null and false stand for no output.
 * @param isRead whether an expression reads a field, as one that tells a default from an output
 */
function differenceOf(value: unknown, type: Type, isRead: (name: string) => boolean): string | undefined {
  if (value === null || value === false) return undefined;
  if (!mayFit(fromLiteral(value), type))
    return `is ${describe(fromLiteral(value))}, but the step gives ${describe(type)}`;
  if (!isObject(value) || type.kind !== 'object' || type.open) return undefined;
  const other = Object.keys(value).find((name) => !type.fields.has(name) && !isRead(name));
  if (other === undefined) return undefined;
  return `has a field ${other}, but the output of the step does not: ${list(type.fields.keys())}`;
}
