// Evaluates expressions that may take long or much memory, in processes of their own: whatever an expression does there,
// the engine goes on, and the process is killed at its limit.
import type { Clock } from '../model/clock.ts';
import { jsonText } from '../model/json.ts';
import { Evaluator } from './evaluator.ts';
import type { Evaluated } from './interpreter.ts';
import type { Bindings } from './plain/compile.ts';

/** How many expressions are evaluated at a time. */
const MAX_EVALUATORS = 4;

interface Job {
  readonly source: string;
  /** JSON text. */
  readonly bindings: string;
  readonly resolve: (evaluated: Evaluated | Promise<Evaluated>) => void;
}

export class Sandbox {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #evaluators = new Set<Evaluator>();
  /**
   * By execution, in the order in which each gets its turn. One expression of each is evaluated at a time, so that an
   * execution with many long ones does not keep the others waiting.
   */
  readonly #queues = new Map<string, Job[]>();
  readonly #busy = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** `execution`: its ARN. Rejects with Cancelled when the sandbox is closed meanwhile. */
  evaluate(source: string, bindings: Bindings, execution: string): Promise<Evaluated> {
    const owner = ownerOf(execution);
    const { promise, resolve } = Promise.withResolvers<Evaluated>();
    const queue = this.#queues.get(owner) ?? [];
    queue.push({ source, bindings: jsonText(bindings), resolve });
    this.#queues.set(owner, queue);
    this.#next();
    return promise;
  }

  close(): void {
    this.#queues.clear();
    for (const evaluator of this.#evaluators) evaluator.kill();
  }

  #next(): void {
    for (const [owner, queue] of this.#queues) {
      if (this.#busy.has(owner)) continue;
      const evaluator = this.#idle();
      if (!evaluator) return;
      const job = queue.shift();
      this.#queues.delete(owner);
      if (queue.length > 0) this.#queues.set(owner, queue);
      if (job) this.#run(owner, job, evaluator);
    }
  }

  #run(owner: string, { source, bindings, resolve }: Job, evaluator: Evaluator): void {
    this.#busy.add(owner);
    const evaluated = evaluator.evaluate({ source, bindings, now: this.#clock.now() });
    resolve(evaluated);
    const next = () => {
      this.#busy.delete(owner);
      this.#next();
    };
    evaluated.then(next, next);
  }

  #idle(): Evaluator | undefined {
    for (const evaluator of this.#evaluators) if (evaluator.isIdle) return evaluator;
    if (this.#evaluators.size >= MAX_EVALUATORS) return undefined;
    const evaluator: Evaluator = new Evaluator(() => this.#evaluators.delete(evaluator));
    this.#evaluators.add(evaluator);
    return evaluator;
  }
}

/** The children of a distributed Map, `…:<machine>/<label>:<id>`, count as one execution. */
function ownerOf(execution: string): string {
  return execution.includes('/') ? execution.slice(0, execution.lastIndexOf(':')) : execution;
}
