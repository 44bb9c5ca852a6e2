// What the documents show: their workflows, and the compiler's answer to each.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { type CompileResult, compile, type SavedWorkflows } from '../../lib/compiler/compile.ts';
import { isObject } from '../../lib/json.ts';

export const projectFolder = join(import.meta.dirname, '..', '..');

/** @param name from the project's folder: `docs/workflows.md` */
export const readPage = (name: string): Promise<string> => readFile(join(projectFolder, name), 'utf8');

/** A page's whole workflows, in order; fragments, which stand without braces or without steps, are left out. */
export function workflowsOf(page: string): Record<string, unknown>[] {
  return [...page.matchAll(/^```json\n(\{.*?)^```$/gms)].flatMap(([, text = '']) => {
    const document: unknown = JSON.parse(text);
    return isObject(document) && 'steps' in document ? [document] : [];
  });
}

/** The workflows that those of the pages run. */
const others: SavedWorkflows = new Map([
  [
    'open_issue',
    { inputs: { repo_name: { type: 'string' }, title: { type: 'string' } }, calls: [], isExpress: false },
  ],
  ['report', { inputs: {}, calls: [], isExpress: false }],
]);

export const compileDocumented = (document: unknown, catalogue: Catalogue): CompileResult =>
  compile(document, {
    catalogue,
    functionArn: (name) => name,
    stateMachineArn: (id) => id,
    workflows: others,
    version: 1,
    now: Date.parse('2026-01-01T00:00:00Z'),
    apiUrl: 'https://api.example.com',
  });
