// What the expressions of one text of a workflow see: for editors, which complete and explain them while they are written.
import type { Catalogue } from '../actions/catalogue.ts';
import { valueAt } from '../json-pointer.ts';
import { stepPointer } from '../workflow-format/step-pointer.ts';
import type { Scope } from './expressions/scope.ts';
import { parse } from './parse.ts';
import { Refused } from './problems/refused.ts';
import { resolve } from './resolve.ts';

/**
 * @param pointer of a text that holds `{{`
 * @param look called while the place is visited, since what is seen there changes afterwards
 * @returns undefined when the place is not looked at, because of other mistakes
 */
export function atText<Found>(
  document: unknown,
  pointer: string,
  catalogue: Catalogue,
  look: (scope: Scope) => Found,
): Found | undefined {
  return looked(document, pointer, catalogue, look) ?? inPlainStep(document, pointer, catalogue, look);
}

function looked<Found>(
  document: unknown,
  pointer: string,
  catalogue: Catalogue,
  look: (scope: Scope) => Found,
): Found | undefined {
  const nothing = () => {};
  let found: Found | undefined;
  try {
    const parsed = parse(document, catalogue, nothing);
    if (!parsed) return undefined;
    const actions = new Map(catalogue.map((action) => [action.id, action]));
    resolve(parsed, actions, { apiUrl: '' }, nothing, nothing, (at, scope) => {
      if (at === pointer) found ??= look(scope);
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  return found;
}

/** A step that is not whole yet is not looked at: one of the same id, which has only the text, sees the same. */
function inPlainStep<Found>(
  document: unknown,
  pointer: string,
  catalogue: Catalogue,
  look: (scope: Scope) => Found,
): Found | undefined {
  const step = stepPointer(pointer);
  const text = valueAt(document, pointer);
  if (step === undefined || step === pointer || typeof text !== 'string') return undefined;
  const copy: unknown = structuredClone(document);
  const end = step.lastIndexOf('/');
  const steps = valueAt(copy, step.slice(0, end));
  if (!Array.isArray(steps)) return undefined;
  steps[Number(step.slice(end + 1))] = { id: valueAt(document, `${step}/id`), transform: text };
  return looked(copy, `${step}/transform`, catalogue, look);
}
