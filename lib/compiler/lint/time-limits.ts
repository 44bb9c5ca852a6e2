// Warnings about steps that cannot finish, because a time limit around them stops them first.
import { pointerTo } from '../../json-pointer.ts';
import type { Step } from '../../workflow-format/steps.ts';
import { isExpress } from '../../workflow-format/workflow.ts';
import type { Report } from '../problems/problem.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import { type Block, blocksOf, type ResolvedStep, type ResolvedWorkflow } from '../tree/resolved.ts';

/** A time limit, and what it belongs to. */
interface Limit {
  readonly seconds: number;
  readonly of: string;
}

/** What of a step takes longer than a limit, by its kind. */
type Outlasts = (
  parsed: ParsedStep,
  limitSeconds: number,
) => { readonly what: string; readonly path: readonly string[] } | undefined;

export function lintTimeLimits(
  { workflow, block, onFailure }: ResolvedWorkflow,
  outlasts: Outlasts,
  report: Report,
): void {
  // A wait that is too long for an Express workflow is an error of its own.
  if (isExpress(workflow)) return;
  const limit = tighter(undefined, workflow.timeout_seconds, 'the workflow');
  for (const part of onFailure ? [block, onFailure] : [block]) lintBlock(part, limit, outlasts, report);
}

function lintBlock({ steps }: Block, limit: Limit | undefined, outlasts: Outlasts, report: Report): void {
  for (const resolved of steps) {
    const { step, pointer, kind } = resolved.parsed;
    const own = limit && outlasts(resolved.parsed, limit.seconds);
    if (limit && own)
      report({
        code: 'longer-than-limit',
        pointer: pointerTo(pointer, ...own.path),
        message: `${own.what}, but ${limit.of} is stopped after ${limit.seconds} seconds, by its timeout_seconds`,
        hint: 'Raise the limit, or shorten the wait.',
      });
    const inner = holdsSteps(resolved)
      ? tighter(limit, timeoutOf(step), `the ${kind} step ${step.id}`)
      : limit;
    for (const within of blocksOf(resolved))
      lintBlock(within, within === resolved.handler ? limit : inner, outlasts, report);
  }
}

function holdsSteps({ loop, branches, cases }: ResolvedStep): boolean {
  return loop !== undefined || branches.length > 0 || cases.length > 0;
}

function timeoutOf(step: Step): number | undefined {
  return 'timeout_seconds' in step ? step.timeout_seconds : undefined;
}

function tighter(limit: Limit | undefined, seconds: number | undefined, of: string): Limit | undefined {
  return seconds === undefined || (limit && limit.seconds <= seconds) ? limit : { seconds, of };
}
