// The seeds' format orders its steps by `next_step`: from the links to one sequence.
import { isObject } from '../../../json.ts';
import { pointerTo } from '../../../json-pointer.ts';
import type { Report } from '../../problems/problem.ts';
import { closest, list } from '../../problems/suggestions.ts';

/**
 * The indexes of the steps in the order in which they run. Steps without any `next_step` run as they are
 * written. Whatever is wrong with the links, every step is in the result, so that all are checked.
 */
export function orderByNextStep(steps: readonly unknown[], report: Report): number[] {
  const links = steps.map((step) => (isObject(step) ? (step['next_step'] ?? undefined) : undefined));
  const written = steps.map((_, index) => index);
  if (links.every((link) => link === undefined)) return written;

  const byId = new Map<string, number>();
  steps.forEach((step, index) => {
    if (isObject(step) && typeof step['id'] === 'string' && !byId.has(step['id']))
      byId.set(step['id'], index);
  });
  const next = links.map((link, index) => {
    if (link === undefined || link === '') return undefined;
    const pointer = pointerTo('/steps', index, 'next_step');
    if (typeof link !== 'string') {
      report({ code: 'wrong-type', pointer, message: 'next_step is the id of one step' });
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

  const targets = new Set(next.filter((target) => target !== undefined));
  const firsts = written.filter((index) => !targets.has(index));
  const [first, second] = firsts;
  const id = (index: number): string => {
    const step = steps[index];
    return isObject(step) && typeof step['id'] === 'string' ? step['id'] : `at /steps/${index}`;
  };
  // After a link that leads nowhere the rest of the chain looks like a second one: that is not a mistake of its own.
  const dangling = links.some(
    (link, index) => link !== undefined && link !== '' && next[index] === undefined,
  );
  if (second !== undefined && !dangling) {
    report({
      code: 'several-first-steps',
      pointer: '/steps',
      message: `No step leads to ${list(firsts.map(id))}: only one step can be the first`,
      hint: 'Name each other step in the next_step of the step before it.',
    });
  }
  const order: number[] = [];
  const reached = new Set<number>();
  for (const start of firsts) follow(start);
  if (first === undefined) follow(0);
  if (!dangling && firsts.length < 2) {
    for (const index of written) {
      if (reached.has(index)) continue;
      report({
        code: 'step-unreachable',
        pointer: pointerTo('/steps', index),
        message: `No step leads to ${id(index)}`,
        hint: 'Name it in the next_step of the step before it, or remove it.',
      });
    }
  }
  return [...order, ...written.filter((index) => !reached.has(index))];

  function follow(start: number): void {
    let at: number | undefined = start;
    for (let from = start; at !== undefined; from = at, at = next[at]) {
      if (reached.has(at)) {
        // Two chains that meet begin with two first steps, which is told already.
        if (firsts.length < 2) {
          report({
            code: 'next-step-cycle',
            pointer: pointerTo('/steps', from, 'next_step'),
            message: `The steps run in a circle: ${id(from)} leads back to ${id(at)}`,
            hint: 'The last step has no next_step.',
          });
        }
        return;
      }
      reached.add(at);
      order.push(at);
    }
  }
}
