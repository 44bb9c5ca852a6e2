// What is done with steps: add, move, wrap, delete. Each gives the changes of the text, and where the step is then.
import type { TextEdit } from '../../../../lib/compiler/problems/locate.ts';
import { keysOf, pointerTo, valueAt } from '../../../../lib/json-pointer.ts';
import { insertItem, type JsonPath, rawAt, removeValue, replaceRaw, setValue } from './json-edits.ts';
import { documentOf, jsonLines } from './workflow-text.ts';

export interface StepEdit {
  readonly edits: readonly TextEdit[];
  /** The pointer of the step that is selected then; undefined when there is none. */
  readonly selected: string | undefined;
}

/** How a step can be wrapped: into what it then is in. */
export type Wrapper = 'for_each' | 'switch' | 'parallel';

/** @param list the pointer of the list of steps, which is made when there is none */
export function addStep(text: string, list: string, index: number, step: unknown): StepEdit {
  const path = pathOf(text, list);
  const edits = Array.isArray(valueAt(documentOf(text), list))
    ? insertItem(text, path, index, jsonLines(step, ''))
    : setValue(text, path, [step]);
  return { edits, selected: pointerTo(list, index) };
}

export function deleteStep(text: string, step: string): StepEdit {
  const { list, index } = placeOf(step);
  const siblings = itemsAt(text, list);
  const next = siblings.length > 1 ? pointerTo(list, Math.min(index, siblings.length - 2)) : undefined;
  return { edits: removeValue(text, pathOf(text, step)), selected: next };
}

/** Changes places with the step before it (-1) or after it (1). */
export function moveStep(text: string, step: string, by: -1 | 1): StepEdit | undefined {
  const { list, index } = placeOf(step);
  const other = pointerTo(list, index + by);
  const [own, others] = [rawAt(text, pathOf(text, step)), rawAt(text, pathOf(text, other))];
  if (own === undefined || others === undefined) return undefined;
  const edits = [
    ...replaceRaw(text, pathOf(text, step), others),
    ...replaceRaw(text, pathOf(text, other), own),
  ];
  return { edits: inOrder(edits), selected: other };
}

/** Out of the loop, branch or handler that it is in, to the place after it. The last step of a list stays. */
export function moveOut(text: string, step: string): StepEdit | undefined {
  const { list } = placeOf(step);
  const outer = stepAround(list);
  const raw = rawAt(text, pathOf(text, step));
  if (outer === undefined || raw === undefined) return undefined;
  const around = placeOf(outer);
  return {
    edits: inOrder([
      ...removeValue(text, pathOf(text, step)),
      ...insertItem(text, pathOf(text, around.list), around.index + 1, raw),
    ]),
    selected: pointerTo(around.list, around.index + 1),
  };
}

/** Into the last flow of the step before it, to its end. */
export function moveIn(text: string, step: string, into: string | undefined): StepEdit | undefined {
  const raw = rawAt(text, pathOf(text, step));
  if (into === undefined || raw === undefined) return undefined;
  const index = itemsAt(text, into).length;
  const edits = [
    ...removeValue(text, pathOf(text, step)),
    ...insertItem(text, pathOf(text, into), index, raw),
  ];
  return { edits: inOrder(edits), selected: pointerTo(into, index) };
}

/**
 * To any place of any list, but not into itself.
 * @param list the pointer of a list of steps @param index before which of its steps, as they are now
 */
export function moveTo(text: string, step: string, list: string, index: number): StepEdit | undefined {
  const from = placeOf(step);
  const raw = rawAt(text, pathOf(text, step));
  const isSame = from.list === list;
  if (raw === undefined || list === step || list.startsWith(`${step}/`)) return undefined;
  if (isSame && (index === from.index || index === from.index + 1)) return undefined;
  const edits = [
    ...removeValue(text, pathOf(text, step)),
    ...insertItem(text, pathOf(text, list), index, raw),
  ];
  if (edits.length < 2) return undefined;
  const after = isSame && index > from.index ? index - 1 : index;
  return { edits: inOrder(edits), selected: pointerTo(withoutStep(list, from), after) };
}

/** The pointer of a list when a step before it in the document has gone. */
function withoutStep(list: string, gone: ReturnType<typeof placeOf>): string {
  if (!list.startsWith(`${gone.list}/`)) return list;
  const [index = '', ...rest] = list.slice(gone.list.length + 1).split('/');
  if (!/^\d+$/.test(index) || Number(index) < gone.index) return list;
  return [gone.list, Number(index) - 1, ...rest].join('/');
}

/** The step becomes the first of the steps in a new one around it. */
export function wrapStep(text: string, step: string, wrapper: Wrapper): StepEdit | undefined {
  const raw = rawAt(text, pathOf(text, step));
  if (raw === undefined) return undefined;
  const id = JSON.stringify(
    freeStepId(text, { for_each: 'each', switch: 'choose', parallel: 'both' }[wrapper]),
  );
  const within = (indent: string) => raw.replaceAll('\n', `\n${indent}`);
  const written = {
    for_each: `{\n  "id": ${id},\n  "for_each": [],\n  "steps": [\n    ${within('    ')}\n  ]\n}`,
    switch: `{\n  "id": ${id},\n  "switch": [\n    {\n      "when": true,\n      "steps": [\n        ${within('        ')}\n      ]\n    }\n  ]\n}`,
    parallel: `{\n  "id": ${id},\n  "parallel": {\n    "one": [\n      ${within('      ')}\n    ]\n  }\n}`,
  }[wrapper];
  const inner = {
    for_each: ['steps', 0],
    switch: ['switch', 0, 'steps', 0],
    parallel: ['parallel', 'one', 0],
  };
  return {
    edits: replaceRaw(text, pathOf(text, step), written),
    selected: pointerTo(step, ...inner[wrapper]),
  };
}

/** Steps that run when the step fails, with one to begin with. */
export function addErrorHandler(text: string, step: string): StepEdit {
  const first = { id: freeStepId(text, 'otherwise'), transform: null };
  return {
    edits: setValue(text, [...pathOf(text, step), 'on_error'], [first]),
    selected: pointerTo(step, 'on_error', 0),
  };
}

/** A step's id that no other step has. */
export function freeStepId(text: string, wanted: string): string {
  const taken = new Set([...text.matchAll(/"id":\s*"([^"]*)"/g)].map(([, id]) => id));
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}_${number}`;
  return id;
}

/** The keys and indexes of a pointer, by what the document has there. */
export function pathOf(text: string, pointer: string): JsonPath {
  let at: unknown = documentOf(text);
  return keysOf(pointer).map((key) => {
    const part = Array.isArray(at) ? Number(key) : key;
    at = valueAt(at, pointerTo('', key));
    return part;
  });
}

function itemsAt(text: string, list: string): readonly unknown[] {
  const value = valueAt(documentOf(text), list);
  return Array.isArray(value) ? value : [];
}

function placeOf(step: string): { readonly list: string; readonly index: number } {
  const slash = step.lastIndexOf('/');
  return { list: step.slice(0, slash), index: Number(step.slice(slash + 1)) };
}

/** Of the step in one of whose flows the list is. */
function stepAround(list: string): string | undefined {
  return /^(.*?\/\d+)\/(?:steps|else|on_error|parallel\/[^/]*|switch\/\d+\/steps)$/.exec(list)?.[1];
}

/** Those of one text, none within another. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted((a, b) => a.offset - b.offset);
}
