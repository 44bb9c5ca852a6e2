// Where the expressions of a workflow name its steps: for editors, which rename steps and say what uses one.

import { isObject } from '../json.ts';
import { pointerTo } from '../json-pointer.ts';
import { quoted } from './expressions/literal.ts';
import { quotedStart } from './expressions/source-edits.ts';
import { stepNames } from './expressions/step-names.ts';
import { templateSplitter } from './expressions/template.ts';
import { fixEdits, type TextEdit } from './problems/locate.ts';
import { Refused } from './problems/refused.ts';

export interface StepUse {
  /** Of the step that is named. */
  readonly id: string;
  /** Of the text that names it. */
  readonly pointer: string;
  /** Where in the text the id begins, in UTF-16 code units from 1, and how long it is with its backticks. */
  readonly column: number;
  readonly length: number;
}

/** What has a mistake in its syntax names nothing. @param document a workflow as it was written, right or not */
export function stepUses(document: unknown): readonly StepUse[] {
  const split = templateSplitter();
  const uses: StepUse[] = [];
  const add = (text: string, pointer: string): void => {
    const template = split(text);
    if ('error' in template) return;
    for (const part of template.parts) {
      if (typeof part === 'string') continue;
      for (const node of stepNames(part.ast)) {
        const start = quotedStart(part.source, node);
        const length = (node.position ?? start) - start;
        uses.push({ id: String(node.value), pointer, column: part.offset + start + 1, length });
      }
    }
  };
  const open: { readonly value: unknown; readonly pointer: string }[] = [{ value: document, pointer: '' }];
  try {
    for (let at = open.pop(); at; at = open.pop()) {
      const { value, pointer } = at;
      if (typeof value === 'string') {
        if (value.includes('{{')) add(value, pointer);
      } else if (Array.isArray(value) || isObject(value)) {
        for (const [key, inner] of Object.entries(value))
          open.push({ value: inner, pointer: pointerTo(pointer, key) });
      }
    }
  } catch (error) {
    // More expressions than a workflow can have: it is told as a problem.
    if (!(error instanceof Refused)) throw error;
  }
  return uses;
}

/**
 * What renaming a step changes in the expressions that name it.
 * @param text of the workflow, valid JSON
 */
export function renameEdits(text: string, from: string, to: string): readonly TextEdit[] {
  const written = quoted(to);
  const fixes = stepUses(JSON.parse(text))
    .filter(({ id }) => id === from)
    .map(({ pointer, column, length }) => ({
      ...{ code: 'unknown-reference' as const, pointer, column, message: '' },
      fix: { replaces: 'text' as const, pointer, with: written, length },
    }));
  return fixEdits(text, fixes).filter((edit) => edit !== undefined);
}
