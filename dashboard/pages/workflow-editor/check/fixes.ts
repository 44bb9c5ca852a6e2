// The change that mends a problem: what it is called, and what it does to the text.
import type { TextEdit } from '../../../../lib/compiler/problems/locate.ts';
import { keysOf } from '../../../../lib/json-pointer.ts';
import type { Fix } from '../../../../lib/problem.ts';
import { insertItem, removeValue, setValue } from '../document/json-edits.ts';
import { pathOf } from '../document/step-edits.ts';
import { jsonLines } from '../document/workflow-text.ts';

export interface FoundFix {
  readonly verb: 'Add' | 'Change to' | 'Leave out';
  /** What is added, meant or left out, on one line. */
  readonly what: string;
  readonly change: TextEdit | Exclude<Fix, { readonly replaces: unknown }>;
}

/** @param edit what it replaces, where it does */
export function foundFix(fix: Fix, edit: TextEdit | undefined): FoundFix | undefined {
  if ('replaces' in fix) return edit && { verb: 'Change to', what: fix.with, change: edit };
  if ('removes' in fix) return { verb: 'Leave out', what: keysOf(fix.removes).at(-1) ?? '', change: fix };
  const key = keysOf(fix.adds).at(-1) ?? '';
  const value = JSON.stringify(fix.value);
  return { verb: 'Add', what: isIndex(key) ? value : `${JSON.stringify(key)}: ${value}`, change: fix };
}

/** @param text the one that the problem was found in */
export function editsOfFix({ change }: FoundFix, text: string): readonly TextEdit[] {
  if ('offset' in change) return [change];
  if ('removes' in change) return removeValue(text, pathOf(text, change.removes));
  const path = pathOf(text, change.adds);
  const at = path.at(-1);
  if (typeof at === 'number') return insertItem(text, path.slice(0, -1), at, jsonLines(change.value, ''));
  return setValue(text, path, change.value);
}

const isIndex = (key: string): boolean => /^\d+$/.test(key);
