// Renames a step and what names it, and tells what uses a step.
import type { TextEdit } from '../../../../lib/compiler/problems/locate.ts';
import type { StepUse } from '../../../../lib/compiler/step-uses.ts';
import { keysOf, pointerTo, valueAt } from '../../../../lib/json-pointer.ts';
import { STEP_ID } from '../../../../lib/workflow-format/names.ts';
import { allSteps, type Outline, type StepNode } from '../../../workflow/outline.ts';
import type { EditorDocument } from './editor-document.ts';
import { setValue } from './json-edits.ts';
import { pathOf } from './step-edits.ts';
import { documentOf } from './workflow-text.ts';

/** What changes where a step is named; undefined when nobody could find out. */
type FindNames = (text: string, from: string, to: string) => Promise<readonly TextEdit[] | undefined>;

/** Why a step cannot be called so; undefined when it can. */
export function whyNotCalled(outline: Outline, step: StepNode, id: string): string | undefined {
  if (!STEP_ID.test(id))
    return 'Letters, digits and _, with no digit first, at most 64. It is not renamed yet';
  const isTaken = everyStep(outline).some((other) => other.id === id && other.pointer !== step.pointer);
  return isTaken ? 'There is another step of this id. It is not renamed yet' : undefined;
}

/** @param step its pointer @param isBegun whether the same renaming goes on: it is one step of the history */
export async function renameStep(
  document: EditorDocument,
  step: string,
  to: string,
  isBegun: boolean,
  findNames: FindNames,
): Promise<void> {
  for (;;) {
    const text = document.text();
    const from = valueAt(documentOf(text), pointerTo(step, 'id'));
    if (from === to) return;
    const names = typeof from === 'string' ? await findNames(text, from, to) : [];
    // Somebody wrote meanwhile: the places are others.
    if (document.text() !== text) continue;
    const edits = [...setValue(text, [...pathOf(text, step), 'id'], to), ...(names ?? [])];
    document.typeOn(
      edits.toSorted((a, b) => a.offset - b.offset),
      isBegun,
    );
    return;
  }
}

/** The ids of the steps, or the keys of the workflow, that use the step or one in it and are not in it themselves. */
export function usersOf(outline: Outline, step: string, uses: readonly StepUse[]): readonly string[] {
  const all = everyStep(outline);
  const isWithin = (pointer: string, of: string) => pointer === of || pointer.startsWith(`${of}/`);
  const gone = new Set(all.filter(({ pointer }) => isWithin(pointer, step)).map(({ id }) => id));
  const holders = uses
    .filter(({ id, pointer }) => gone.has(id) && !isWithin(pointer, step))
    .map(({ pointer }) => all.findLast((one) => isWithin(pointer, one.pointer)) ?? pointer);
  const steps = all.filter((one) => holders.includes(one)).map(({ id }) => id);
  const keys = holders.flatMap((holder) => (typeof holder === 'string' ? keysOf(holder).slice(0, 1) : []));
  return [...steps, ...new Set(keys)];
}

const everyStep = ({ steps, onFailure }: Outline): readonly StepNode[] => [
  ...allSteps(steps),
  ...allSteps(onFailure),
];
