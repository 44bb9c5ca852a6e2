// A flow while its states are added: the machine's own, a branch's or an iteration's, each with an end of its own.
import type { Deadline } from '../asl/deadline.ts';
import type { Catcher, State, States, Template } from '../asl/definition.ts';
import { stateName } from '../asl/state-names.ts';
import type { Block } from '../tree/resolved.ts';
import { entryOf } from './entry.ts';

export interface EmitOptions {
  readonly functionArn: (functionName: string) => string;
  readonly stateMachineArn: (workflowId: string) => string;
  readonly version: number;
}

/** What the states of every flow are emitted with. */
export interface EmitContext extends EmitOptions {
  readonly workflowId: string;
  readonly read: ReadonlySet<string>;
  /** What any expression refers to. */
  readonly used: ReadonlySet<string>;
  /** JSONata that gives the id of the run. */
  readonly runId: string;
  /** JSONata that gives the id of the execution whose large values are those of the run. */
  readonly valuesOf: string;
  /** The workflow is Express. */
  readonly express: boolean;
  /** Those of the steps around. */
  readonly deadlines: readonly Deadline[];
  /** Adds the states of steps to a flow: kinds of steps that hold others call it. */
  emitBlock(block: Block, exit: Exit, flow: Flow, context: EmitContext): void;
}

/** Where a step's states lead. */
export interface Exit {
  /** The next state; undefined at the end of the flow. */
  readonly next: string | undefined;
  /** Further variables that get what the step gives: those of the switch, or of the failed step, that it stands in for. */
  readonly results: readonly string[];
}

/** What a flow is given, where its first step is one state and reads it. */
export interface FlowInput {
  /** Variables that this state assigns for the steps after it. */
  readonly kept: readonly (readonly [string, Template])[];
}

export interface FlowOptions {
  readonly input?: FlowInput;
  readonly endOutput?: Template;
  readonly lastOutput?: Template;
  readonly guard?: Guard;
}

/** @param isFirst whether it is for the step that reads the flow's input */
export type Guard = (flow: Flow, isFirst: boolean) => Catcher;

export class Flow {
  /** The state at the end, for what cannot end a flow itself: a Choice, a Catch. */
  readonly endName: string;
  /** What the flow gives, where everything in it leads to the state at its end. */
  readonly endOutput: Template | undefined;
  /** Output of the last step's state, where that alone ends the flow. */
  readonly lastOutput: Template | undefined;
  /** Catches what no step of the flow catches itself. */
  readonly guard: Guard | undefined;
  readonly #input: FlowInput | undefined;
  readonly #states: [string, State][] = [];
  #endUsed = false;

  constructor(endName: string, options: FlowOptions = {}) {
    this.endName = endName;
    this.endOutput = options.endOutput;
    this.lastOutput = options.lastOutput;
    this.guard = options.guard;
    this.#input = options.input;
  }

  /** What the step that is emitted next reads of the flow's input: the first one only. */
  get input(): FlowInput | undefined {
    return this.#states.length === 0 ? this.#input : undefined;
  }

  add(name: string, state: State): void {
    this.#states.push([name, state]);
  }

  /** Where what cannot end a flow goes on to; `output` is what the flow gives when it ends here. */
  goTo({ next }: Exit, output: Template): { Next: string; Output?: Template } {
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

  finish(startAt: string, block: Block): States {
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

/** A flow that gives what the last step of the block gives. */
export function innerFlow(block: Block, context: EmitContext, options: FlowOptions = {}): States {
  const last = block.steps.at(-1)?.parsed.step.id ?? '';
  const flow = new Flow(stateName(last, 'output'), options);
  context.emitBlock(block, flow.exit, flow, context);
  return flow.finish(entryOf(block), block);
}
