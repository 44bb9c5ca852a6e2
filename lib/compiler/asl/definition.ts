// The Amazon States Language that workflows compile to, as far as the compiler emits it.
import * as z from 'zod';
import { STEPS_STATE } from './state-names.ts';

/** JSON, with expressions in strings `{% … %}`. */
export type Template = unknown;

interface Ending {
  readonly Next?: string;
  readonly End?: true;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  /** Tries after the first one. */
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export type Assign = Readonly<Record<string, Template>>;

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Assign?: Assign;
  readonly Output?: Template;
  readonly Next: string;
}

interface Named {
  readonly Comment?: string;
}

export interface TaskState extends Ending, Named {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments: Readonly<Record<string, Template>>;
  readonly TimeoutSeconds: number | string;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Assign?: Assign;
  readonly Output: Template;
}

export interface PassState extends Ending, Named {
  readonly Type: 'Pass';
  readonly Assign?: Assign;
  readonly Output: Template;
}

export interface WaitState extends Ending, Named {
  readonly Type: 'Wait';
  readonly Seconds?: Template;
  readonly Timestamp?: Template;
  readonly Assign?: Assign;
  readonly Output: Template;
}

type ProcessorConfig =
  | { readonly Mode: 'INLINE' }
  | { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: 'STANDARD' };

export interface MapState extends Ending, Named {
  readonly Type: 'Map';
  readonly Items: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: number;
  /** Of a Distributed Map: part of the ARNs of its executions. */
  readonly Label?: string;
  readonly ItemProcessor: States & { readonly ProcessorConfig: ProcessorConfig };
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Assign?: Assign;
  readonly Output?: Template;
}

export interface ParallelState extends Ending, Named {
  readonly Type: 'Parallel';
  readonly Branches: readonly States[];
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Assign?: Assign;
  readonly Output: Template;
}

export interface ChoiceRule {
  readonly Condition: string;
  readonly Assign?: Assign;
  readonly Next: string;
}

export interface ChoiceState extends Named {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  /** With Output, what holds for Default. */
  readonly Assign?: Assign;
  readonly Output?: Template;
  /** Without one, a value that no rule is for fails the state. */
  readonly Default?: string;
}

export interface SucceedState extends Named {
  readonly Type: 'Succeed';
  readonly Output?: Template;
}

export interface FailState extends Named {
  readonly Type: 'Fail';
  readonly Error: Template;
  readonly Cause?: Template;
}

export type State =
  | TaskState
  | PassState
  | WaitState
  | MapState
  | ParallelState
  | ChoiceState
  | SucceedState
  | FailState;

/** A flow of states: the whole machine's, a branch's, an iteration's. */
export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends States {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly TimeoutSeconds?: number;
}

/** The flows within a state. */
export function innerFlows(state: State): readonly States[] {
  if (state.Type === 'Map') return [state.ItemProcessor];
  return state.Type === 'Parallel' ? state.Branches : [];
}

/** `email_to_notion version 3: Summarise unread mail`, the Comment of a definition. */
export function workflowComment(id: string, version: number, description?: string): string {
  return `${id} version ${version}${description ? `: ${description}` : ''}`;
}

/** The version in a definition's Comment; undefined when it is no Comment that the compiler wrote. */
export function workflowVersion(comment: string): number | undefined {
  const match = COMMENT.exec(comment);
  return match ? Number(match[1]) : undefined;
}

const COMMENT = /^[a-z][a-z0-9_-]* version (\d+)(?: for (\S+), a rerun of ([^\s:]+))?(?::|$)/;

/**
 * The Comment of the definition that a rerun runs: that of the definition whose states it goes on with, and the two runs.
 * @param executionId of the new run
 */
export function rerunComment(comment: string, executionId: string, rerunOf: string): string {
  return comment.replace(/^(\S+ version \d+)/, `$1 for ${executionId}, a rerun of ${rerunOf}`);
}

/** The run that the definition is a rerun of; undefined when it is of none. */
export function rerunOf(comment: string): string | undefined {
  return COMMENT.exec(comment)?.[3];
}

/** `openai.chat: One summary of all of it`, the Comment of a step's state: its action or kind, then its own comment. */
export function stateComment(kind: string, comment?: string): string {
  return `${kind}${comment ? `: ${comment}` : ''}`;
}

interface StatesShape {
  readonly States: Readonly<
    Record<
      string,
      {
        readonly Comment?: string | undefined;
        readonly ItemProcessor?: StatesShape | undefined;
        readonly Branches?: readonly StatesShape[] | undefined;
      }
    >
  >;
}
const statesShape: z.ZodType<StatesShape> = z.object({
  States: z.record(
    z.string(),
    z.object({
      Comment: z.string().optional(),
      get ItemProcessor() {
        return statesShape.optional();
      },
      get Branches() {
        return z.array(statesShape).optional();
      },
    }),
  ),
});

/** Whether the steps of `on_failure` run when a run of the definition fails, read back from it. */
export function hasOnFailure(definition: unknown): boolean {
  const { data } = statesShape.safeParse(definition);
  return data !== undefined && Object.hasOwn(data.States, STEPS_STATE);
}

/** By step id the action or kind of each step, read back from a definition that the compiler wrote. */
export function kindsOfSteps(definition: unknown): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  const collect = ({ States }: StatesShape): void => {
    for (const [name, { Comment, ItemProcessor, Branches = [] }] of Object.entries(States)) {
      const kind = Comment?.split(':', 1)[0];
      if (kind !== undefined) kinds.set(name, kind);
      for (const inner of ItemProcessor ? [ItemProcessor, ...Branches] : Branches) collect(inner);
    }
  };
  const parsed = statesShape.safeParse(definition);
  if (parsed.success) collect(parsed.data);
  return kinds;
}
