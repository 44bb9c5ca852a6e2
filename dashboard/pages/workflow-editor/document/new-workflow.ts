// What a new workflow begins with: nothing, or an example under an id that is free.
import { applyEdits, modify } from 'jsonc-parser';
import { documentOf } from './workflow-text.ts';

export const EMPTY_WORKFLOW = `{
  "id": "new_workflow",
  "name": "New workflow",
  "inputs": {},
  "steps": []
}
`;

/** @param taken the ids that there are */
export function newWorkflow(example: string, taken: ReadonlySet<string>): string {
  const id = String(documentOf(example)?.['id'] ?? 'new_workflow');
  // The schema stands beside the example's file.
  const withoutSchema = example.replace(/^\s*"\$schema": "[^"]*",\n/m, '');
  return withId(withoutSchema, freeId(id, taken));
}

export function withId(text: string, id: string): string {
  return applyEdits(text, modify(text, ['id'], id, {}));
}

export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted.slice(0, 44)}_${number}`;
  return id;
}
