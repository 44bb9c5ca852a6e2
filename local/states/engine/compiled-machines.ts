// Compiled state machines by their revisions, so that each is read once for all of its executions.

import type { Sources } from '../language/functions.ts';
import type { StateMachine } from '../runtime/run-flow.ts';
import type { Revision } from '../store/state-machines.ts';
import { compileStateMachine } from './compile-definition.ts';

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
