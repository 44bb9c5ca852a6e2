// What is known of the workflows that files run: those among the files themselves.
import type { Catalogue } from '../lib/actions/catalogue.ts';
import {
  type CompileResult,
  calledWorkflows,
  type SavedWorkflow,
  type SavedWorkflows,
} from '../lib/compiler/compile.ts';
import { closest } from '../lib/compiler/problems/suggestions.ts';
import { isExpress } from '../lib/workflow-format/workflow.ts';

export interface KnownWorkflows {
  /** As the compiler takes them: those that are not among the files too, of which nothing is known. */
  readonly workflows: SavedWorkflows;
  /** By the index of a file the ids of workflows that it runs and that are not among the files. */
  readonly elsewhere: readonly (readonly string[])[];
  /** Whether each runs others at all: of one that runs none the first compilation is the last. */
  readonly runsOthers: readonly boolean[];
}

/** @param compiled each document compiled with nothing known of the others; undefined for what is no JSON */
export function knownWorkflows(
  documents: readonly { readonly document?: unknown }[],
  compiled: readonly (CompileResult | undefined)[],
  catalogue: Catalogue,
): KnownWorkflows {
  const called = documents.map(({ document }) => calledWorkflows(document, catalogue));
  const workflows = new Map<string, SavedWorkflow>();
  called.forEach(({ id, calls }, index) => {
    const result = compiled[index];
    const workflow = result?.ok ? result.workflow : undefined;
    if (id !== undefined)
      workflows.set(id, {
        inputs: workflow && (workflow.inputs ?? {}),
        calls,
        isExpress: workflow !== undefined && isExpress(workflow),
      });
  });
  const ids = [...workflows.keys()];
  // An id that is almost one of the files' is taken for misspelt, as the API does with those that are saved.
  const elsewhere = called.map(({ calls }) =>
    [...new Set(calls)].filter((id) => !ids.includes(id) && closest(id, ids) === undefined),
  );
  for (const id of elsewhere.flat()) workflows.set(id, { inputs: undefined, calls: [], isExpress: false });
  return { workflows, elsewhere, runsOthers: called.map(({ calls }) => calls.length > 0) };
}
