// Warnings: what runs as it is written, but perhaps is not meant.
import { pointerTo, type Report } from './problems.ts';
import { type Block, blocksOf, type ResolvedStep, type ResolvedWorkflow } from './resolved.ts';

export function lint({ workflow, parsed, block, onFailure, used }: ResolvedWorkflow, report: Report): void {
  // What a webhook gives has to be declared, also where nothing reads it.
  const hasWebhook = workflow.triggers?.some((trigger) => 'webhook' in trigger) ?? false;
  if (!used.has('inputs')) {
    for (const name of Object.keys(workflow.inputs ?? {})) {
      if (used.has(`inputs.${name}`) || (name === 'webhook' && hasWebhook)) continue;
      report({
        code: 'unused-input',
        pointer: pointerTo(parsed.inputsPointer, name),
        message: `Nothing uses the input ${name}`,
        hint: `Use it as {{ inputs.${name} }}, or remove it.`,
      });
    }
  }
  lintBlock(block, workflow.output === undefined, used, report);
  if (onFailure) lintBlock(onFailure, false, used, report);
}

/** @param resultUsed whether anything reads what the block's last step gives */
function lintBlock(block: Block, resultUsed: boolean, used: ReadonlySet<string>, report: Report): void {
  const [first] = block.unreachable;
  if (first) {
    report({
      code: 'unreachable-step',
      pointer: first.parsed.pointer,
      message: `The step ${first.parsed.step.id} never runs: every way before it ends the run`,
      hint: 'Put return or fail last, or let it depend on "when".',
    });
  }
  block.steps.forEach((step, index) => {
    const last = index === block.steps.length - 1;
    lintStep(step, used.has(`step_${step.parsed.step.id}`) || (last && resultUsed), used, report);
  });
}

function lintStep(step: ResolvedStep, isUsed: boolean, used: ReadonlySet<string>, report: Report): void {
  const { step: given, pointer } = step.parsed;
  if (given.when === false) {
    report({
      code: 'never-runs',
      pointer: pointerTo(pointer, 'when'),
      message: `The step ${given.id} never runs: when is false`,
      hint: 'Remove the step, or its when.',
    });
  } else if (!isUsed && hasNoEffect(step, used)) {
    report({
      code: 'unused-output',
      pointer,
      message: `Nothing reads what the step ${given.id} gives, and it does nothing else`,
      hint: `Use it as ${'set' in given ? 'vars.<name>' : `steps.${given.id}`}, or remove it.`,
    });
  }
  for (const inner of blocksOf(step)) lintBlock(inner, isUsed, used, report);
}

function hasNoEffect({ parsed: { step }, action, agent }: ResolvedStep, used: ReadonlySet<string>): boolean {
  if (agent) return agent.tools.every((tool) => tool.action?.effect === 'read');
  if ('transform' in step) return true;
  if ('set' in step) return Object.keys(step.set).every((name) => !used.has(`var_${name}`));
  return action?.effect === 'read';
}
