// States under way to a flow: the machine's own, a branch's or an iteration's, each with an end of its own.
import type { Deadline } from '../asl/deadline.ts';
import type { Catcher, State, States, Template } from '../asl/definition.ts';
import type { Block } from '../tree/resolved.ts';

export interface EmitOptions {
  readonly functionArn: (functionName: string) => string;
  readonly stateMachineArn: (workflowId: string) => string;
  readonly version: number;
}

/** What the states of every flow are made with. */
export interface Context extends EmitOptions {
  readonly workflowId: string;
  readonly read: ReadonlySet<string>;
  /** What any expression refers to. */
  readonly used: ReadonlySet<string>;
  /** JSONata that gives the id of the run. */
  readonly runId: string;
  /** Of the steps around, until when they may take. */
  readonly deadlines: readonly Deadline[];
}

/** Where a step's states lead. */
export interface Exit {
  /** The next state; undefined at the end of the flow. */
  readonly next: string | undefined;
  /** Variables, besides the step's own, that get what the step gives: of the switch or the failed step that it stands in for. */
  readonly results: readonly string[];
}

export interface FlowOptions {
  readonly endOutput?: Template;
  readonly lastOutput?: Template;
  readonly guard?: (flow: Flow) => Catcher;
}

export class Flow {
  /** Where a way ends whose last state cannot end a flow itself: a Choice, a Catch. */
  readonly endName: string;
  /** What the flow gives, where all its ways lead to the state at its end. */
  readonly endOutput: Template | undefined;
  /** Output of the last step's state, where that alone ends the flow. */
  readonly lastOutput: Template | undefined;
  /** Catches what no step of the flow catches itself. */
  readonly guard: ((flow: Flow) => Catcher) | undefined;
  readonly #states: [string, State][] = [];
  #endUsed = false;

  constructor(endName: string, options: FlowOptions = {}) {
    this.endName = endName;
    this.endOutput = options.endOutput;
    this.lastOutput = options.lastOutput;
    this.guard = options.guard;
  }

  add(name: string, state: State): void {
    this.#states.push([name, state]);
  }

  /** The way on for what cannot end a flow; `output` is what the flow gives when it ends here. */
  way({ next }: Exit, output: Template): { Next: string; Output?: Template } {
    if (next !== undefined) return { Next: next };
    const given = this.lastOutput ?? output;
    return { Next: this.end(), ...(this.endOutput === undefined ? { Output: given } : {}) };
  }

  end(): string {
    this.#endUsed = true;
    return this.endName;
  }

  /** The exit of the flow's last step. */
  get exit(): Exit {
    return { next: this.endOutput === undefined ? undefined : this.endName, results: [] };
  }

  finished(startAt: string, block: Block): States {
    const needsEnd = this.#endUsed || (this.endOutput !== undefined && !block.ends);
    const end: [string, State][] = needsEnd
      ? [
          [
            this.endName,
            { Type: 'Succeed', ...(this.endOutput === undefined ? {} : { Output: this.endOutput }) },
          ],
        ]
      : [];
    return { StartAt: startAt, States: Object.fromEntries([...this.#states, ...end]) };
  }
}
