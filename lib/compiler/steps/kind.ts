// What a kind of step adds to each pass of the compiler.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { StepKind, StepOf } from '../../workflow-format/steps.ts';
import type { CheckContext } from '../check/context.ts';
import type { StepEmission } from '../emit/transition.ts';
import type { Known } from '../expressions/types.ts';
import type { Problem } from '../problems/problem.ts';
import type { KindResult, Place, ResolveContext } from '../resolve/context.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import type { ResolvedStep } from '../tree/resolved.ts';

/** What is wrong, where the code of the problem is known. */
export type Found = Omit<Problem, 'code'>;

export interface Kind<K extends StepKind> {
  // --- Resolving: names, scopes and types ---

  /** Resolves the expressions of the kind's own keys, and the steps that it holds. */
  resolve(parsed: ParsedStep<K>, place: Place, context: ResolveContext): KindResult;
  /** What it gives comes from an action or a person: where its type has null, there are nulls. */
  readonly isFromOutside?: true;
  /** No step after it runs. */
  readonly endsRun?: true;
  /** `retry` begins the steps in it anew. */
  readonly repeatsSteps?: true;
  /** `timeout_seconds` is for all that is in it; otherwise it is a Task's own. */
  readonly hasDeadline?: true;
  /** The names of the workflow's variables that it sets. */
  variables?(step: StepOf<K>): readonly string[];
  /** The id of the workflow that it runs. */
  runs?(step: StepOf<K>): string;
  /** What its error has besides what all errors have. */
  readonly errorFields?: Readonly<Record<string, Known>>;
  /** Whether it does something that is not to be done twice. */
  hasEffect?(step: StepOf<K>, actions: ReadonlyMap<string, CatalogueAction>): boolean;
  /** How often it asks at most, where it goes on in turns. */
  turns?(step: StepOf<K>): number;

  // --- The output of a workflow that ends with it ---

  /** JSONata that gives, in its own state, what the step gives; null when left out. */
  resultCode?(step: ResolvedStep<K>): string;
  /** It gives its value as it is, so that `resultCode` evaluates the value's expressions once more. */
  readonly givesItsValue?: true;
  /** False where the workflow's output cannot be made in its own state; that is the only one to end with otherwise. */
  canGiveOutput?(step: StepOf<K>): boolean;
  /** Whether its own result is evaluated also where nothing reads it. */
  isAlwaysEvaluated?(step: StepOf<K>): boolean;
  /** The errors that its `retry` is for where it names none; every error when left out. */
  readonly retriedErrors?: readonly string[];

  // --- Checking ---

  check?(step: ResolvedStep<K>, context: CheckContext): void;
  /** Why it cannot stand in an Express workflow. */
  notInExpress?(parsed: ParsedStep<K>): Found | undefined;
  /** For how long it waits at least, as it is written, and where in the step that stands. */
  waits?(step: StepOf<K>): { readonly seconds: number; readonly path: readonly string[] } | undefined;
  /** Why `retry` has nothing to do for an error. */
  neverFailsWith?(name: string, step: ResolvedStep<K>): Omit<Found, 'pointer'> | undefined;
  /** Its value is the payload of a Task. */
  readonly isPayload?: true;

  // --- Emitting: states ---

  /** Adds the states of the kind, the step's own among them. */
  emit(emission: StepEmission<K>): void;
  /** Its own state is a Task, a Map or a Parallel, which Step Functions lets have a Retry and a Catch. */
  readonly canCatch: boolean;
  /** What its Comment tells it is; its kind when left out. */
  label?(step: StepOf<K>): string;
}
