// Compiled state machines by their revisions, so that each is read once for all of its executions.
import { compileStateMachine } from './definition.ts';
import type { StateMachine } from './flow.ts';
import type { Sources } from './functions.ts';
import type { Revision } from './store/state-machines.ts';

/** The ones used last. */
const KEPT = 500;

export class CompiledMachines {
  readonly #sources: Sources;
  readonly #compiled = new Map<number, StateMachine>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  get(revision: Revision): StateMachine {
    const known = this.#compiled.get(revision.id);
    const compiled = known ?? compileStateMachine(revision.definition, this.#sources);
    // A Map keeps the order of insertion: the last used stands last.
    this.#compiled.delete(revision.id);
    this.#compiled.set(revision.id, compiled);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > KEPT && oldest !== undefined) this.#compiled.delete(oldest);
    return compiled;
  }
}
