// What resolving a workflow gives: steps with their expressions rewritten and typed, in blocks.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { AgentTool, StepKind } from '../../workflow-format/steps.ts';
import type { Workflow } from '../../workflow-format/workflow.ts';
import type { Deadline } from '../asl/deadline.ts';
import type { Template } from '../asl/definition.ts';
import type { Known } from '../expressions/types.ts';
import type { Value } from '../expressions/value.ts';
import type { Parsed, ParsedStep } from './parsed.ts';

/** Steps that run one after the other. */
export interface Block {
  /** Those that can be reached: nothing after a step that ends the run. */
  readonly steps: readonly ResolvedStep[];
  readonly unreachable: readonly ResolvedStep[];
  /** The run always ends in the block, by `return` or `fail`. */
  readonly ends: boolean;
}

export interface ResolvedStep<Kind extends StepKind = StepKind> {
  readonly parsed: ParsedStep<Kind>;
  /** The action, when there is one of that name. */
  readonly action?: CatalogueAction;
  /** Tells the calls of an action with an effect apart, where the step makes several. */
  readonly callId?: Value;
  /** The workflow that it runs. */
  readonly runs?: string;
  /** A step around it may be tried again, and come here with other data. */
  readonly repeats: boolean;
  /** What the kind's own key gives: params, the values of `set`, the items of a loop … */
  readonly value: Value;
  /** Its state can fail to evaluate them whatever the expressions in it give: a time to wait, a limit of a loop. */
  readonly checksValue?: boolean;
  /** What its states evaluate beside `value`. */
  readonly evaluated?: readonly Value[];
  /** What the step gives when it runs. */
  readonly known: Known;
  /** JSONata that gives true or false. */
  readonly condition?: string;
  readonly cases: readonly { readonly condition: string; readonly block: Block }[];
  readonly otherwise?: Block;
  readonly branches: readonly { readonly name: string; readonly block: Block }[];
  readonly loop?: ResolvedLoop;
  readonly agent?: ResolvedAgent;
  readonly approval?: ResolvedApproval;
  /** The steps of `on_error`. */
  readonly handler?: Block;
  /** The time limit of a step for all that is in it. */
  readonly deadline?: Deadline;
  /** The state that the step begins with, where another comes before its own. */
  readonly firstState?: string;
  /** Its own state is `<id>.try`, within a Parallel state that is called as the step, tries again and catches. */
  readonly hasTryState: boolean;
  /** Step Functions can catch whatever fails in its state. */
  readonly canCatch: boolean;
}

export interface ResolvedLoop {
  readonly body: Block;
  /** JSONata that gives the list, or the list itself. */
  readonly items: string | readonly unknown[];
  /** The items, where they are written one by one in the workflow. */
  readonly count: number | undefined;
  /** JSONata that gives, in the loop's steps, the index of the iteration. */
  readonly index: string;
  /** JSONata that gives, at the loop, how many iterations of the loops around it run in this execution. */
  readonly runs: string | undefined;
  /** What each iteration gets. */
  readonly itemSelector: Readonly<Record<string, Template>>;
  /** The first step is one state, which reads of the iteration what it is given; later ones read variables. */
  readonly firstReadsInput: boolean;
  /** Of a distributed loop: the label of its executions, and JSONata that gives in them what they were given. */
  readonly child?: { readonly label: string; readonly input: string };
}

export interface ResolvedTool {
  readonly given: AgentTool;
  readonly pointer: string;
  /** Where the action's id stands. */
  readonly actionPointer: string;
  /** The action, when there is one of that name. */
  readonly action?: CatalogueAction;
  /** What the model can neither see nor change. */
  readonly fixed?: Value;
}

export interface ResolvedAgent {
  /** The action that asks the model, when there is one. */
  readonly turn?: CatalogueAction;
  readonly tools: readonly ResolvedTool[];
}

export interface ResolvedApproval {
  /** JSONata that gives the approval's id. */
  readonly id: string;
  /** The items of the loops around, where the same iteration may come to have other items. */
  readonly about?: Value;
  readonly notify?: { readonly action?: CatalogueAction; readonly params: Value };
}

export interface ResolvedWorkflow {
  readonly parsed: Parsed;
  readonly workflow: Workflow;
  readonly block: Block;
  readonly onFailure?: Block;
  /** The workflow's `output`. */
  readonly output?: Value;
  /** The output is given by the last step's state itself; otherwise a state of its own gives it. */
  readonly outputByLastStep: boolean;
  /** `step_<id>`, `var_<name>` …: only what a later state reads is assigned, since variables have a total limit. */
  readonly read: ReadonlySet<string>;
  /** What any expression refers to, also `inputs.<name>`. */
  readonly used: ReadonlySet<string>;
}

export function blocksOf({ cases, otherwise, handler, branches, loop }: ResolvedStep): Block[] {
  return [
    ...cases.map(({ block }) => block),
    ...(otherwise ? [otherwise] : []),
    ...(handler ? [handler] : []),
    ...branches.map(({ block }) => block),
    ...(loop ? [loop.body] : []),
  ];
}

/** Every step of a block with the steps within it, also those that cannot be reached. */
export function everyStep({ steps, unreachable }: Block): ResolvedStep[] {
  return [...steps, ...unreachable].flatMap((step) => [step, ...blocksOf(step).flatMap(everyStep)]);
}
