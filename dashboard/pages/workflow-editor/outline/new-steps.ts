// What a new step is written as, before anything is filled in.
import { pointerTo, valueAt } from '../../../../lib/json-pointer.ts';
import type { StepKind } from '../../../../lib/workflow-format/steps.ts';
import type { Action } from '../check/check-text.ts';

interface KindChoice {
  readonly kind: Exclude<StepKind, 'action'>;
  readonly title: string;
  readonly about: string;
  readonly step: Readonly<Record<string, unknown>>;
}

export const kindChoices: readonly KindChoice[] = [
  {
    kind: 'for_each',
    title: 'Loop',
    about: 'Runs steps for each item of a list',
    step: { for_each: [], steps: [] },
  },
  {
    kind: 'switch',
    title: 'Switch',
    about: 'Runs the steps of the first case that is true',
    step: { switch: [{ when: true, steps: [] }], else: [] },
  },
  {
    kind: 'parallel',
    title: 'Side by side',
    about: 'Runs branches at the same time',
    step: { parallel: { one: [], other: [] } },
  },
  {
    kind: 'approval',
    title: 'Approval',
    about: 'A person decides whether the run goes on',
    step: { approval: { message: 'Go on?' } },
  },
  {
    kind: 'agent',
    title: 'Agent',
    about: 'A model works towards a goal with actions as its tools',
    step: { agent: { goal: '', tools: [] } },
  },
  { kind: 'transform', title: 'Transform', about: 'Gives a value that is computed', step: { transform: '' } },
  { kind: 'set', title: 'Set variables', about: 'Keeps values for later steps', step: { set: {} } },
  { kind: 'wait', title: 'Wait', about: 'For a time, or until one', step: { wait: 'PT1M' } },
  {
    kind: 'workflow',
    title: 'Run a workflow',
    about: 'Another one, and waits for its result',
    step: { workflow: '' },
  },
  { kind: 'return', title: 'Return', about: 'Ends the run with an output', step: { return: null } },
  { kind: 'fail', title: 'Fail', about: 'Ends the run with an error', step: { fail: { error: 'Refused' } } },
];

/** With the texts that it needs, to be filled in. */
export function newStepOf({ id, input }: Action): Readonly<Record<string, unknown>> {
  const required: readonly unknown[] = Array.isArray(input['required']) ? input['required'] : [];
  const texts = required.filter(
    (name) => valueAt(input, pointerTo('/properties', String(name), 'type')) === 'string',
  );
  return { action: id, params: Object.fromEntries(texts.map((name) => [String(name), ''])) };
}

/** Those that have any of the words, the ones that have most of them first. */
export function soughtIn<Item>(
  items: readonly Item[],
  sought: string,
  textOf: (item: Item) => string,
): readonly Item[] {
  const words = sought
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word.length > 2);
  if (words.length === 0) return items;
  const counted = items.map((item) => {
    const text = textOf(item).toLowerCase();
    return { item, count: words.filter((word) => text.includes(word.replace(/s$/, ''))).length };
  });
  return counted
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ item }) => item);
}
