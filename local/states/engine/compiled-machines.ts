// Compiled state machines by their revisions: each definition is compiled once for all of its executions.
import type { MapRuns } from '../distributed-map/map-runs.ts';
import type { Evaluators } from '../language/expression.ts';
import type { StateMachine } from '../runtime/run-flow.ts';
import type { Revision } from '../store/state-machines.ts';
import { compileStateMachine } from './compile-definition.ts';

/** The most recently used. */
const CAPACITY = 500;

export class CompiledMachines {
  readonly #evaluators: Evaluators;
  readonly #mapRuns: MapRuns;
  readonly #compiled = new Map<number, StateMachine>();

  constructor(evaluators: Evaluators, mapRuns: MapRuns) {
    this.#evaluators = evaluators;
    this.#mapRuns = mapRuns;
  }

  get(revision: Revision): StateMachine {
    const cached = this.#compiled.get(revision.id);
    const machine = cached ?? compileStateMachine(revision.definition, this.#evaluators, this.#mapRuns);
    // A Map keeps the order of insertion: the most recently used is the last.
    this.#compiled.delete(revision.id);
    this.#compiled.set(revision.id, machine);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > CAPACITY && oldest !== undefined) this.#compiled.delete(oldest);
    return machine;
  }
}
