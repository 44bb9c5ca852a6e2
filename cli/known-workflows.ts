// The workflows that files call, as far as they are among the files themselves.
import type { Catalogue } from '../lib/actions/catalogue.ts';
import {
  type CompileResult,
  calledWorkflows,
  type SavedWorkflow,
  type SavedWorkflows,
} from '../lib/compiler/compile.ts';
import { closest } from '../lib/did-you-mean.ts';
import { isExpress } from '../lib/workflow-format/workflow.ts';

export interface KnownWorkflows {
  /** For the compiler; workflows that are not among the files are included, without any details. */
  readonly workflows: SavedWorkflows;
  /** By the index of a file, the ids of the workflows that it calls and that are not among the files. */
  readonly unknownCalls: readonly (readonly string[])[];
  /** By the index of a file, whether it calls any workflow; if not, it need not be compiled again. */
  readonly hasCalls: readonly boolean[];
}

/** @param compiled each document compiled by itself; undefined for a file that is not JSON */
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
  // An id that resembles one of the files' is taken for a misspelling, as the API does with saved workflows.
  const unknownCalls = called.map(({ calls }) =>
    [...new Set(calls)].filter((id) => !ids.includes(id) && closest(id, ids) === undefined),
  );
  for (const id of unknownCalls.flat()) workflows.set(id, { inputs: undefined, calls: [], isExpress: false });
  return { workflows, unknownCalls, hasCalls: called.map(({ calls }) => calls.length > 0) };
}
