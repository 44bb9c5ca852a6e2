// What the kinds of steps are resolved with, and what they give.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Known } from '../expressions/types.ts';
import type { Report } from '../problems/problem.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import type { Block, ResolvedStep } from '../tree/resolved.ts';
import type { Condition } from './condition.ts';
import type { LoopPlan } from './loop-plans.ts';
import type { VisibleNames } from './visible-names.ts';

/** Where a block of steps stands. */
export interface Place {
  readonly scope: Scope;
  /** Of an iteration whose first step sees its parts otherwise than those after it. */
  readonly firstScope?: Scope;
  /** The variables that steps set in the scopes around this one. */
  readonly outerVariables: readonly ReadonlySet<string>[];
  /** Those that steps set in this scope. */
  readonly variables: ReadonlySet<string>;
  /** Whether `return` can end the run here. */
  readonly returns: boolean;
  /** Whether a step around is tried again as a whole. */
  readonly repeats: boolean;
}

/** What a kind of step resolves to. */
export type KindResult = Pick<ResolvedStep, 'value' | 'known'> &
  Partial<
    Pick<
      ResolvedStep,
      | 'action'
      | 'callId'
      | 'cases'
      | 'otherwise'
      | 'branches'
      | 'loop'
      | 'agent'
      | 'approval'
      | 'firstState'
      | 'checksValue'
      | 'evaluated'
    >
  >;

/** Why a step may not have run, or a variable not have been set. */
export const MAY_BE_SKIPPED = 'its "when" may not be true';

export interface ResolveContext {
  /** By id. */
  readonly actions: ReadonlyMap<string, CatalogueAction>;
  /** What can be seen at the place that is being resolved. */
  readonly names: VisibleNames;
  readonly report: Report;
  /** Steps in the scope of the step that they stand in. */
  block(steps: readonly ParsedStep[], place: Place): Block;
  /**
   * Steps in a scope of their own.
   * @param hint what is said of a step in it that is referred to from outside
   */
  innerBlock(steps: readonly ParsedStep[], place: Place, hint: string): Block;
  /** The place of steps within a state of their own: variables of theirs, and no way to end the run. */
  innerPlace(place: Place, steps: readonly ParsedStep[]): Place;
  condition(when: boolean | string, pointer: string, scope: Scope): Condition;
  outputOf(action: CatalogueAction | undefined): Known;
  loopPlan(id: string): LoopPlan;
  hasTryState(parsed: ParsedStep): boolean;
  isOneState(parsed: ParsedStep): boolean;
  /** The names of the workflow's variables that the step sets. */
  variablesOf(parsed: ParsedStep): readonly string[];
}
