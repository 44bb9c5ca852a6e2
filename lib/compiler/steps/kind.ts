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
import type { UsedConnection } from '../tree/used-connection.ts';

/** A problem whose code its caller knows. */
export type Found = Omit<Problem, 'code'>;

export interface Kind<K extends StepKind> {
  // --- Resolving: names, scopes and types ---

  /** Resolves the expressions of the kind's own keys, and the steps that it holds. */
  resolve(parsed: ParsedStep<K>, place: Place, context: ResolveContext): KindResult;
  /** No step after it runs. */
  readonly endsRun?: true;
  /** `retry` begins the steps in it anew. */
  readonly repeatsSteps?: true;
  /** How long it may take with all that is in it; left out, `timeout_seconds` is a Task's own. */
  limitSeconds?(step: StepOf<K>): number | undefined;
  /** The names of the workflow's variables that it sets. */
  variables?(step: StepOf<K>): readonly string[];
  /** The id of the workflow that it runs. */
  runs?(step: StepOf<K>): string;
  /** What its error has besides what all errors have. */
  readonly errorFields?: Readonly<Record<string, Known>>;
  /** Whether it has an effect, which must not take place twice. */
  hasEffect?(step: StepOf<K>, actions: ReadonlyMap<string, CatalogueAction>): boolean;
  /** The connections that its calls read. */
  connections?(step: ResolvedStep<K>): readonly UsedConnection[];
  /** How many history events it writes at most beside those of one visit, if it goes on in turns. */
  furtherEvents?(step: StepOf<K>): number;

  // --- The output of a workflow that ends with it ---

  /** JSONata that gives, in its own state, what the step gives; null when left out. */
  resultCode?(step: ResolvedStep<K>): string;
  /** It gives its value as it is, so that `resultCode` evaluates the value's expressions once more. */
  readonly givesItsValue?: true;
  /** Whether its own state can give the workflow's output: a single state, and the only one to end with. True when left out. */
  canGiveOutput?(step: Pick<ResolvedStep<K>, 'parsed' | 'loop'>): boolean;
  /** Whether its result has to be evaluated even if nothing reads it. */
  isAlwaysEvaluated?(step: StepOf<K>): boolean;

  // --- Checking ---

  check?(step: ResolvedStep<K>, context: CheckContext): void;
  /** Why it cannot stand in an Express workflow. */
  notInExpress?(parsed: ParsedStep<K>): Found | undefined;
  /** For how long it waits at least, as it is written, and where in the step that stands. */
  waits?(step: StepOf<K>): { readonly seconds: number; readonly path: readonly string[] } | undefined;
  /** Why it never fails with an error that its `retry` names. */
  neverFailsWith?(name: string, step: ResolvedStep<K>): Omit<Found, 'pointer'> | undefined;
  /** Its value is the payload of a Task. */
  readonly isPayload?: true;

  // --- Warnings ---

  /** Whether it does nothing if nothing reads what it gives. `used`: what any expression refers to. */
  isUseless?(step: ResolvedStep<K>, used: ReadonlySet<string>): boolean;
  /** What is said if nothing reads what it gives, and the condition on which what follows goes on. */
  unread?(step: StepOf<K>): Pick<Found, 'message'> & { readonly goesOnWhen: string };
  /** What of it takes longer than a time limit around it, as it is written, and where in the step that stands. */
  outlasts?(
    step: StepOf<K>,
    limitSeconds: number,
  ): { readonly what: string; readonly path: readonly string[] } | undefined;

  // --- Emitting: states ---

  /** Adds the states of the kind, the step's own among them. */
  emit(emission: StepEmission<K>): void;
  /** Its own state is a Task, a Map or a Parallel: only these can have Retry and Catch. */
  readonly canCatch: boolean;
  /** One state, beside a wait that leads back to it, reads all of its expressions. */
  readonly isOneState?: true;
  /** What the Comment of its state begins with; its kind when left out. */
  label?(step: StepOf<K>): string;
}
