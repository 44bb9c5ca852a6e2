// What a workflow has to know of the workflows that it runs.
import type { InputDeclaration } from '../../workflow-format/workflow.ts';

/** What those that run it have to know of a saved workflow. */
export interface SavedWorkflow {
  /** Undefined when nothing is known of them. */
  readonly inputs: Readonly<Record<string, InputDeclaration>> | undefined;
  /** The ids of the workflows that it runs. */
  readonly calls: readonly string[];
  /** Its runs are answered over the API at once; Step Functions keeps nothing of them. */
  readonly isExpress: boolean;
}

/** By id those that a workflow runs, with those that these run, and so on. */
export type SavedWorkflows = ReadonlyMap<string, SavedWorkflow>;

/** Which workflows come to run the one that is compiled. */
export class CallChains {
  readonly #to: string;
  readonly #saved: SavedWorkflows | undefined;
  readonly #known = new Map<string, readonly string[] | undefined>();

  /** @param to the id of the workflow that is compiled */
  constructor(to: string, saved: SavedWorkflows | undefined) {
    this.#to = to;
    this.#saved = saved;
  }

  /** The workflows from one to the one that is compiled, both named; undefined when it never comes to run it. */
  from(id: string): readonly string[] | undefined {
    if (!this.#known.has(id)) this.#known.set(id, shortestChain(id, this.#to, this.#saved));
    return this.#known.get(id);
  }
}

function shortestChain(
  from: string,
  to: string,
  saved: SavedWorkflows | undefined,
): readonly string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  // A breadth-first search: a Map is iterated in the order of its keys, those added meanwhile too.
  for (const at of before.keys()) {
    if (at === to) {
      const chain: string[] = [];
      for (let back: string | undefined = at; back !== undefined; back = before.get(back))
        chain.unshift(back);
      return chain;
    }
    for (const next of saved?.get(at)?.calls ?? []) if (!before.has(next)) before.set(next, at);
  }
  return undefined;
}
