// What the compiler has to know of the workflows that a document runs, read from the store.
import type { Catalogue } from '../actions/catalogue.ts';
import { calledWorkflows, type SavedWorkflow, type SavedWorkflows } from '../compiler/compile.ts';
import { closest } from '../compiler/problems/suggestions.ts';
import type { WorkflowStore } from '../stores/workflows.ts';
import { isExpress } from '../workflow-format/workflow.ts';

/** So many documents are read at the same time. */
const AT_A_TIME = 20;

/** Of so many ids the one is found that a misspelt one meant. */
const MAX_IDS = 1000;

/**
 * The workflows that the document runs, those that these run, and so on: a cycle may be as long as it likes. Of an id
 * that is not there, the one that may be meant is among them too. Without `workflow` steps nothing is read.
 * @param document as it was sent; its own saved version does not count
 */
export async function savedWorkflows(
  document: unknown,
  catalogue: Catalogue,
  store: WorkflowStore,
): Promise<SavedWorkflows> {
  const found = new Map<string, SavedWorkflow>();
  const { id, calls } = calledWorkflows(document, catalogue);
  const seen = new Set(id === undefined ? calls : [id, ...calls]);
  const open = calls.filter((called) => called !== id);
  const read = async (ids: readonly string[]) => {
    const saved = await Promise.all(ids.map((called) => store.read(called)));
    for (const stored of saved) {
      if (!stored) continue;
      const { workflow } = stored.document;
      const next = calledWorkflows(workflow, catalogue).calls;
      found.set(stored.id, { inputs: workflow.inputs ?? {}, calls: next, isExpress: isExpress(workflow) });
      open.push(...next.filter((called) => !seen.has(called)));
      for (const called of next) seen.add(called);
    }
  };
  while (open.length > 0) await read(open.splice(0, AT_A_TIME));
  const missing = calls.filter((called) => called !== id && !found.has(called));
  if (missing.length > 0) {
    const { ids } = await store.ids({ limit: MAX_IDS });
    const meant = missing.map((called) => closest(called, ids)).filter((name) => name !== undefined);
    await read([...new Set(meant)].filter((name) => name !== id && !found.has(name)).slice(0, AT_A_TIME));
  }
  return found;
}
