// What resolving a workflow gives: steps with their expressions rewritten and typed, in blocks.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { AgentTool, Workflow } from '../../workflow-format/workflow.ts';
import type { Failing } from '../asl/caught-error.ts';
import { type Deadline, deadline } from '../asl/deadline.ts';
import type { Template } from '../asl/definition.ts';
import { jsonataLiteral } from '../expressions/literal.ts';
import type { Known } from '../expressions/types.ts';
import type { Value } from '../expressions/value.ts';
import { valueCode } from '../expressions/value-code.ts';
import { agentVariable } from '../expressions/variables.ts';
import { runResult } from '../steps/workflow.ts';
import { isUncaughtKind, isWrapped } from './kinds.ts';
import type { Parsed, ParsedStep } from './parsed.ts';

/** Steps that run one after the other. */
export interface Block {
  /** Those that can be reached: nothing after a step that ends the run. */
  readonly steps: readonly ResolvedStep[];
  readonly unreachable: readonly ResolvedStep[];
  /** Every way through the block ends the run, by `return` or `fail`. */
  readonly ends: boolean;
}

export interface ResolvedStep {
  readonly parsed: ParsedStep;
  /** The action, when there is one of that name. */
  readonly action?: CatalogueAction;
  /** Tells the calls of an action with an effect apart, where the step makes several. */
  readonly callId?: Value;
  /** A step around may begin anew, and come here again with other data. */
  readonly repeats: boolean;
  /** What the kind's own key gives: params, the values of `set`, the items of a loop … */
  readonly value: Value;
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
  /** Of a distributed loop: what each iteration gets, and the label of its executions. */
  readonly child?: { readonly itemSelector: Readonly<Record<string, Template>>; readonly label: string };
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
  /** The items of the loops around, where the same place may come to have others. */
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

/** The payload of the Task that an Output belongs to. */
export const PAYLOAD = '$states.result.Payload';

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

/** JSONata that gives, in a step's own state, what the step gives. */
export function ownResult(step: ResolvedStep): string {
  const { parsed, value, branches } = step;
  if (isWrapped(parsed.step, parsed.kind)) return '$states.result[0]';
  switch (parsed.kind) {
    case 'action':
      return PAYLOAD;
    case 'workflow':
      return 'workflow' in parsed.step ? runResult(parsed.step) : 'null';
    case 'agent':
      return `$${agentVariable(parsed.step.id)}.answer`;
    case 'parallel':
      return `{${branches.map(({ name }, index) => `${jsonataLiteral(name)}: $states.result[${index}]`).join(', ')}}`;
    case 'for_each':
      return loopResult(step);
    case 'approval':
      return '$states.result';
    case 'set':
    case 'transform':
      return valueCode(value);
    default:
      return 'null';
  }
}

/** A loop that tolerates some failures fails when there were more. */
function loopResult({ parsed: { step } }: ResolvedStep): string {
  const tolerated = 'for_each' in step ? step.tolerated_failures : undefined;
  if (tolerated === undefined) return '$states.result';
  const tooMany =
    typeof tolerated === 'number'
      ? `$count($failed) > ${tolerated}`
      : `$count($failed) * 100 > ${Number.parseInt(tolerated, 10)} * $count($states.result)`;
  const message = `$count($failed) & " of " & $count($states.result) & " items failed, more than the ${tolerated} that are tolerated. Item " & $failed[0].error.index & ": " & $failed[0].error.name & ": " & $failed[0].error.message`;
  // What an inner loop gives is a list, which may have failures of its own.
  const failed = '$filter($states.result, function($r, $i) { $type($r) = "object" and $r.error.index = $i })';
  return `($failed := ${failed}; ${tooMany} ? $error(${message}) : $states.result)`;
}

/** The time limit of a step that holds others; an action's is its Task's own. */
export function deadlineOf({ parsed: { step } }: Pick<ResolvedStep, 'parsed'>): Deadline | undefined {
  const holds = 'for_each' in step || 'parallel' in step || 'switch' in step || 'agent' in step;
  if (!holds || step.timeout_seconds === undefined) return undefined;
  return deadline(step.id, step.timeout_seconds);
}

/** Whether Step Functions can catch whatever fails in the block, without a state around it. */
export function catchesEverything({ steps }: Block): boolean {
  return steps.every(
    ({ parsed, condition, handler }) =>
      (!isUncaughtKind(parsed.kind) || isWrapped(parsed.step, parsed.kind)) &&
      deadlineOf({ parsed }) === undefined &&
      condition === undefined &&
      (!handler || catchesEverything(handler)),
  );
}

/** What a Catch of the step may have to tell of. */
export function failingOf(step: ResolvedStep): Failing {
  const given = step.parsed.step;
  return 'workflow' in given ? { workflow: given.workflow } : failingIn(blocksOf(step));
}

/** What a Catch around the blocks may have to tell of. */
export function failingIn(blocks: readonly Block[]): 'actions' | 'workflows' {
  const runsWorkflows = (step: ResolvedStep): boolean => failingOf(step) !== 'actions';
  return blocks.some(({ steps }) => steps.some(runsWorkflows)) ? 'workflows' : 'actions';
}
