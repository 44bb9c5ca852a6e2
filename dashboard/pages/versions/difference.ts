// What differs between two versions of a document: fields by fields, and of a workflow step by step.
import { outlineOf, type StepNode } from '../../workflow/outline.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A field that differs; a side that has no such field is undefined. */
export interface FieldChange {
  /** `params.title` */
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface StepChange {
  readonly id: string;
  readonly kind: string;
  readonly what: 'added' | 'removed' | 'changed' | 'moved';
  /** Empty for one that only stands elsewhere. */
  readonly fields: readonly FieldChange[];
  /** Where it stands elsewhere now: after which step, in what. */
  readonly place: string | undefined;
}

export interface Difference {
  /** Outside of the steps. */
  readonly fields: readonly FieldChange[];
  /** In the order of the later version; those that are gone last. */
  readonly steps: readonly StepChange[];
}

/** What the service adds to a document. */
const ADDED = ['version', 'created_at', 'updated_at', 'updated_by', 'restored_version', 'warnings'];
const STEPS = ['steps', 'on_failure'];

export function documentDifference(before: Fields, after: Fields): readonly FieldChange[] {
  return fieldChanges(without(before, ADDED), without(after, ADDED));
}

export function workflowDifference(before: Fields, after: Fields): Difference {
  const outside = [...ADDED, ...STEPS];
  const old = placesOf(before);
  const now = placesOf(after);
  const isMoved = movedSteps(old, now);
  const changes = [...now].flatMap(([id, { node, step, place }]): StepChange[] => {
    const was = old.get(id);
    const entry = { id, kind: node.kind };
    if (!was) return [{ ...entry, what: 'added', fields: fieldChanges({}, step), place }];
    const fields = fieldChanges(was.step, step);
    const elsewhere = isMoved(id) ? place : undefined;
    if (fields.length > 0) return [{ ...entry, what: 'changed', fields, place: elsewhere }];
    return elsewhere === undefined ? [] : [{ ...entry, what: 'moved', fields, place: elsewhere }];
  });
  const removed = [...old].flatMap(([id, { node, step }]): StepChange[] =>
    now.has(id)
      ? []
      : [{ id, kind: node.kind, what: 'removed', fields: fieldChanges(step, {}), place: undefined }],
  );
  return {
    fields: fieldChanges(without(before, outside), without(after, outside)),
    steps: [...changes, ...removed],
  };
}

interface Place {
  readonly node: StepNode;
  /** The step's own fields, without the steps in it. */
  readonly step: Fields;
  /** In words. */
  readonly place: string;
  /** What it stands in: the flow of another step, or the workflow itself. */
  readonly within: string;
}

function placesOf(workflow: Fields): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const walk = (steps: readonly StepNode[], within: string, words: string): void => {
    for (const [index, node] of steps.entries()) {
      const previous = steps[index - 1];
      const place = previous ? `after ${previous.id}` : `first ${words}`;
      const { pointer } = node;
      places.set(node.id, { node, step: ownFields(valueAt(workflow, pointer)), place, within });
      for (const [position, { kind, label, steps: inner }] of node.flows.entries()) {
        // A case is the same one when its condition has changed.
        const which = kind === 'branch' ? label : position;
        walk(inner, `${node.id} ${kind} ${which}`, `in ${node.id} (${label})`);
      }
    }
  };
  const { steps, onFailure } = outlineOf(workflow);
  walk(steps, '', 'of the workflow');
  walk(onFailure, 'on_failure', 'of on_failure');
  return places;
}

/** Those that stand in something else, or in another order: the fewest of those that both versions have. */
function movedSteps(
  old: ReadonlyMap<string, Place>,
  now: ReadonlyMap<string, Place>,
): (id: string) => boolean {
  const common = [...now.keys()].filter((id) => old.has(id));
  const order = [...old.keys()];
  const moved = new Set(common.filter((id) => old.get(id)?.within !== now.get(id)?.within));
  for (const within of new Set(common.map((id) => now.get(id)?.within))) {
    const here = common.filter((id) => !moved.has(id) && now.get(id)?.within === within);
    const stays = new Set(longestRising(here, (id) => order.indexOf(id)));
    for (const id of here) if (!stays.has(id)) moved.add(id);
  }
  return (id) => moved.has(id);
}

/** The longest part of a list whose ranks rise. */
function longestRising(ids: readonly string[], rank: (id: string) => number): readonly string[] {
  const best: { readonly length: number; readonly before: number }[] = [];
  const ranks = ids.map(rank);
  for (const [index, at] of ranks.entries()) {
    let chosen = { length: 1, before: -1 };
    for (let earlier = 0; earlier < index; earlier += 1) {
      const length = (best[earlier]?.length ?? 0) + 1;
      if ((ranks[earlier] ?? 0) < at && length > chosen.length) chosen = { length, before: earlier };
    }
    best.push(chosen);
  }
  let index = best.findIndex(({ length }) => length === Math.max(...best.map((one) => one.length)));
  const found: string[] = [];
  while (index >= 0) {
    found.unshift(ids[index] ?? '');
    index = best[index]?.before ?? -1;
  }
  return found;
}

/** Steps within a step are told of by themselves. */
function ownFields(value: unknown): Fields {
  if (!isFields(value)) return {};
  const { id: _, steps, switch: cases, else: __, parallel, on_error, ...rest } = value;
  return {
    ...rest,
    ...(Array.isArray(cases) && { switch: cases.map((one) => (isFields(one) ? one['when'] : one)) }),
    ...(isFields(parallel) && { parallel: Object.keys(parallel) }),
    ...(typeof on_error === 'string' && { on_error }),
  };
}

/** Objects in `params`, `inputs` and the like are compared by their own fields. */
function fieldChanges(before: Fields, after: Fields): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): FieldChange[] => {
    const [old, now] = [before[name], after[name]];
    if (same(old, now)) return [];
    if (isFields(old) && isFields(now)) {
      return [...new Set([...Object.keys(old), ...Object.keys(now)])]
        .filter((key) => !same(old[key], now[key]))
        .map((key) => ({ name: `${name}.${key}`, before: textOf(old[key]), after: textOf(now[key]) }));
    }
    return [{ name, before: textOf(old), after: textOf(now) }];
  });
}

/** Keys in another order make no difference. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function valueAt(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
      document,
    );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Line {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Texts of more lines are shown one after the other: comparing them takes the product of their lengths. */
const MAX_LINES = 600;

/** The lines of two texts, those that are only in one of them marked. */
export function lineDifference(before = '', after = ''): readonly Line[] {
  const old = linesOf(before);
  const now = linesOf(after);
  if (old.length > MAX_LINES || now.length > MAX_LINES)
    return [
      ...old.map((text): Line => ({ kind: 'removed', text })),
      ...now.map((text): Line => ({ kind: 'added', text })),
    ];
  // By position the length of the longest common part of what follows.
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = common[i];
    for (let j = now.length - 1; row && j >= 0; j -= 1)
      row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: now[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}
