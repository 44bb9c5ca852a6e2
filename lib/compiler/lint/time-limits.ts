// Warnings of steps that cannot come to their end: what is around them stops them before.

import { pointerTo } from '../../json-pointer.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../../workflow-format/approval.ts';
import type { Step } from '../../workflow-format/steps.ts';
import { isExpress } from '../../workflow-format/workflow.ts';
import type { Report } from '../problems/problem.ts';
import { durationSeconds } from '../tree/duration.ts';
import { type Block, blocksOf, type ResolvedStep, type ResolvedWorkflow } from '../tree/resolved.ts';

/** A time limit, and whose it is. */
interface Limit {
  readonly seconds: number;
  readonly of: string;
}

export function lintTimeLimits({ workflow, block, onFailure }: ResolvedWorkflow, report: Report): void {
  // What an Express workflow cannot wait for is a problem of its own.
  if (isExpress(workflow)) return;
  const limit = tighter(undefined, workflow.timeout_seconds, 'the workflow');
  for (const part of onFailure ? [block, onFailure] : [block]) lintBlock(part, limit, report);
}

function lintBlock({ steps }: Block, limit: Limit | undefined, report: Report): void {
  for (const resolved of steps) {
    const { step, pointer, kind } = resolved.parsed;
    const own = limit && longerThan(step, limit.seconds);
    if (limit && own)
      report({
        code: 'longer-than-limit',
        pointer: pointerTo(pointer, ...own.path),
        message: `${own.what}, but ${limit.of} is stopped after ${limit.seconds} seconds, by its timeout_seconds`,
        hint: 'Give the one more time, or the other less.',
      });
    const inner = holdsSteps(resolved)
      ? tighter(limit, timeoutOf(step), `the ${kind} step ${step.id}`)
      : limit;
    for (const within of blocksOf(resolved))
      lintBlock(within, within === resolved.handler ? limit : inner, report);
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

function longerThan(step: Step, limit: number): { what: string; path: readonly string[] } | undefined {
  if ('wait' in step) {
    const { wait } = step;
    const seconds =
      typeof wait === 'string' ? durationSeconds(wait) : 'seconds' in wait ? wait.seconds : undefined;
    if (typeof seconds !== 'number' || seconds < limit) return undefined;
    return { what: `The step ${step.id} waits for ${seconds} seconds`, path: ['wait'] };
  }
  if (!('approval' in step)) return undefined;
  const { timeout_seconds: own } = step;
  const { on_timeout: onTimeout } = step.approval;
  // Who leaves both out may mean the limit around the step to be that of the decision.
  if (own === undefined && (onTimeout === undefined || onTimeout === 'fail')) return undefined;
  const seconds = own ?? DEFAULT_TIMEOUT_SECONDS;
  if (seconds < limit || (own === limit && onTimeout === undefined)) return undefined;
  return {
    what: `The approval ${step.id} has ${seconds} seconds to be decided`,
    path: own === undefined ? ['approval', 'on_timeout'] : ['timeout_seconds'],
  };
}
