// Every mistake of a workflow's text, each with its place: what POST /workflows/validate says, and what its request would be refused for.
import type { Catalogue, CatalogueAction } from '../../../../lib/actions/catalogue.ts';
import { functionName } from '../../../../lib/actions/invocation/names.ts';
import { fixEdits, locate } from '../../../../lib/compiler/problems/locate.ts';
import type { Problem } from '../../../../lib/compiler/problems/problem.ts';
import type { ActionEffect } from '../../../../lib/effect.ts';
import { jsonLosses } from '../../../../lib/json-losses.ts';
import { deeperThan, jsonMistake, MAX_JSON_DEPTH } from '../../../../lib/json-mistake.ts';
import { SourceText } from '../../../../lib/source-text.ts';
import { compileSent, type Deployment } from '../../../../lib/workflows/compile-sent.ts';
import type { ReadSaved } from '../../../../lib/workflows/saved-workflows.ts';
import { type FoundFix, foundFix } from './fixes.ts';

/** As the API lists it. */
export type Action = ActionEffect &
  Omit<CatalogueAction, keyof ActionEffect | 'function_name' | 'reads_templates'>;

/** What the account has that a workflow is checked against. */
export interface Account {
  readonly actions: readonly Action[];
  readonly deployment: Deployment;
}

export interface FoundProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string;
  /** Where it is marked in the text. */
  readonly from: number;
  readonly to: number;
  readonly fix?: FoundFix;
}

/** In the order in which the API gives them, the warnings last. */
export async function checkText(
  text: string,
  { actions, deployment }: Account,
  saved: ReadSaved,
  now: number,
): Promise<readonly FoundProblem[]> {
  const document = parsed(text);
  if ('mistake' in document) return [document.mistake];
  const losses = jsonLosses(new SourceText(text)).map(
    ({ offset, code, pointer, message, hint }): FoundProblem => ({
      ...{ severity: 'error', code, pointer, message, hint },
      ...tokenAt(text, offset),
    }),
  );
  const catalogue = catalogueOf(actions);
  const result = await compileSent(document.value, { catalogue, deployment, saved, version: 1, now });
  return [
    ...losses,
    ...(result.ok ? [] : placed(text, result.problems, 'error')),
    ...placed(text, result.warnings, 'warning'),
  ];
}

function parsed(text: string): { readonly value: unknown } | { readonly mistake: FoundProblem } {
  try {
    const value: unknown = JSON.parse(text);
    if (deeperThan(text, MAX_JSON_DEPTH) === undefined) return { value };
  } catch {
    // What is wrong, and where, is said below.
  }
  const { what, offset, hint } = jsonMistake(text);
  const message = text.trim() === '' ? 'There is nothing here yet' : `This is not valid JSON: ${what}`;
  const said = { code: 'invalid-json', pointer: '', message, ...(hint !== undefined && { hint }) };
  return { mistake: { severity: 'error', ...said, ...tokenAt(text, offset) } };
}

/** The catalogue as the compiler has it; what the API leaves out of it says nothing about workflows. */
export function catalogueOf(actions: readonly Action[]): Catalogue {
  return actions.map((action) => ({
    ...action,
    function_name: functionName(action.id),
    reads_templates: false,
  }));
}

function placed(
  text: string,
  problems: readonly Problem[],
  severity: FoundProblem['severity'],
): FoundProblem[] {
  const offsets = locate(text, problems);
  const edits = fixEdits(text, problems);
  return problems.map(({ code, pointer, message, hint, column, fix }, index) => {
    const offset = offsets[index] ?? 0;
    const found = fix && foundFix(fix, edits[index]);
    return {
      ...{ severity, code, pointer, message, ...(hint !== undefined && { hint }) },
      ...(column === undefined ? tokenAt(text, offset) : wordAt(text, offset)),
      ...(found && { fix: found }),
    };
  });
}

/** The string, number or bracket that begins there. */
function tokenAt(text: string, offset: number): { readonly from: number; readonly to: number } {
  return spanOf(/"(?:[^"\\\n]|\\.)*"?|[\w.+-]+|[^\s]/y, text, offset);
}

/** The name in an expression, or the one character. */
function wordAt(text: string, offset: number): { readonly from: number; readonly to: number } {
  return spanOf(/\$?[\p{L}\p{N}_]+|`[^`]*`|[^"\s]/uy, text, offset);
}

function spanOf(
  pattern: RegExp,
  text: string,
  offset: number,
): { readonly from: number; readonly to: number } {
  pattern.lastIndex = offset;
  const from = Math.min(offset, text.length);
  return { from, to: from + (pattern.exec(text)?.[0].length ?? 0) };
}
