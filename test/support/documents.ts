// The project's documents, and the workflows that they show.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
