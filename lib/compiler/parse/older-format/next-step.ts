// The older format links its steps by `next_step`: puts them in sequence.

import { closest } from '../../../did-you-mean.ts';
import { isObject } from '../../../json.ts';
import { pointerTo } from '../../../json-pointer.ts';
import type { Report } from '../../problems/problem.ts';
import { list } from '../../problems/suggestions.ts';

/**
 * The indexes of the steps in the order in which they run. Steps without any `next_step` run as they are
 * written. Whatever is wrong with the links, every step is in the result, so that all are checked.
 */
export function orderByNextStep(steps: readonly unknown[], report: Report): number[] {
  const links = steps.map((step) => (isObject(step) ? (step['next_step'] ?? undefined) : undefined));
  const written = steps.map((_, index) => index);
  if (links.every((link) => link === undefined)) return written;

  const next = linkedSteps(steps, links, report);
  const linked = new Set(next.filter((target) => target !== undefined));
  const firsts = written.filter((index) => !linked.has(index));
  const id = (index: number): string => idOf(steps[index]) ?? `at /steps/${index}`;
  // After a link that leads nowhere the rest of the chain looks like a second one: that is no further mistake.
  const isBroken = links.some(
    (link, index) => link !== undefined && link !== '' && next[index] === undefined,
  );
  const hasSeveralFirsts = firsts.length > 1;
  if (hasSeveralFirsts && !isBroken) {
    report({
      code: 'several-first-steps',
      pointer: '/steps',
      message: `No step leads to ${list(firsts.map(id))}: only one step can be the first`,
      hint: 'Name each other step in the next_step of the step before it.',
    });
  }
  const reached = new Set<number>();
  for (const start of firsts.length > 0 ? firsts : [0]) {
    const back = follow(start, next, reached);
    // Two chains that meet have two first steps, which is reported already.
    if (!back || hasSeveralFirsts) continue;
    report({
      code: 'next-step-cycle',
      pointer: pointerTo('/steps', back.from, 'next_step'),
      message: `The steps form a cycle: ${id(back.from)} leads back to ${id(back.to)}`,
      hint: 'The last step has no next_step.',
    });
  }
  const rest = written.filter((index) => !reached.has(index));
  if (!isBroken && !hasSeveralFirsts) {
    for (const index of rest)
      report({
        code: 'step-unreachable',
        pointer: pointerTo('/steps', index),
        message: `No step leads to ${id(index)}`,
        hint: 'Name it in the next_step of the step before it, or remove it.',
      });
  }
  return [...reached, ...rest];
}

/** The index of the step that each step links to; of steps with the same id the first. */
function linkedSteps(
  steps: readonly unknown[],
  links: readonly unknown[],
  report: Report,
): (number | undefined)[] {
  const byId = new Map<string, number>();
  steps.forEach((step, index) => {
    const id = idOf(step);
    if (id !== undefined && !byId.has(id)) byId.set(id, index);
  });
  return links.map((link, index) => {
    if (link === undefined || link === '') return undefined;
    const pointer = pointerTo('/steps', index, 'next_step');
    if (typeof link !== 'string') {
      report({ code: 'wrong-type', pointer, message: 'next_step must be the id of a step' });
      return undefined;
    }
    const target = byId.get(link);
    if (target === undefined) {
      const meant = closest(link, byId.keys());
      report({
        code: 'next-step-unknown',
        pointer,
        message: `There is no step ${JSON.stringify(link)}`,
        hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Steps: ${list(byId.keys())}.`,
      });
    }
    return target;
  });
}

/** Goes from step to step; gives the link that leads back to one that was reached before. */
function follow(
  start: number,
  next: readonly (number | undefined)[],
  reached: Set<number>,
): { readonly from: number; readonly to: number } | undefined {
  let from = start;
  for (let at: number | undefined = start; at !== undefined; from = at, at = next[at]) {
    if (reached.has(at)) return { from, to: at };
    reached.add(at);
  }
  return undefined;
}

function idOf(step: unknown): string | undefined {
  return isObject(step) && typeof step['id'] === 'string' ? step['id'] : undefined;
}
