// Resolves steps in the order in which they run, and keeps account of what each gives to those after it.
import type { CatalogueAction } from '../actions/catalogue.ts';
import { pointerTo } from '../json-pointer.ts';
import type { Step } from '../workflow-format/steps.ts';
import { deadline } from './asl/deadline.ts';
import { stateName } from './asl/state-names.ts';
import { knownOfGiven } from './expressions/fits.ts';
import { union as both, type NameSet, NONE } from './expressions/name-set.ts';
import { fromSchema } from './expressions/schema-types.ts';
import { type Scope, withProven } from './expressions/scope.ts';
import { anything, bounded, type Known, type Type, union } from './expressions/types.ts';
import { typeOf, type Value } from './expressions/value.ts';
import { errorVariable, setVariable, stepVariable } from './expressions/variables.ts';
import { hasTryState, isOneState, kindOf, variablesOf } from './kinds.ts';
import type { Problem, Report } from './problems/problem.ts';
import { type Condition, resolveCondition } from './resolve/condition.ts';
import { MAY_BE_SKIPPED, type Place, type ResolveContext } from './resolve/context.ts';
import { INLINE, type LoopPlan } from './resolve/loop-plans.ts';
import { errorOf, recovered, text, visibleAfter } from './resolve/results.ts';
import type { VisibleNames } from './resolve/visible-names.ts';
import type { ParsedStep } from './tree/parsed.ts';
import type { Block, ResolvedStep } from './tree/resolved.ts';

/** By variable the values that a run has given it already: see CompileOptions.given. */
export type Given = ReadonlyMap<string, readonly unknown[]>;

export class StepResolver implements ResolveContext {
  readonly names: VisibleNames;
  readonly actions: ReadonlyMap<string, CatalogueAction>;
  readonly report: Report;
  readonly hasTryState = hasTryState;
  readonly isOneState = isOneState;
  readonly variablesOf = variablesOf;
  readonly #loops: ReadonlyMap<string, LoopPlan>;
  readonly #given: Given;
  readonly #outputTypes = new Map<string, Type>();
  /** What certainly has a value where a condition is true that steps before had too. */
  readonly #byCondition = new Map<string, NameSet>();
  /** What the steps of a block add to that is forgotten at its end: it may not have run. */
  #ofBlock: { readonly condition: string; readonly before: NameSet }[] = [];

  constructor(
    names: VisibleNames,
    actions: ReadonlyMap<string, CatalogueAction>,
    loops: ReadonlyMap<string, LoopPlan>,
    report: Report,
    given: Given = new Map(),
  ) {
    this.names = names;
    this.actions = actions;
    this.#loops = loops;
    this.report = report;
    this.#given = given;
  }

  block(parsed: readonly ParsedStep[], { firstScope, ...place }: Place): Block {
    const steps: ResolvedStep[] = [];
    const unreachable: ResolvedStep[] = [];
    let ended = false;
    let here = place;
    const outer = this.#ofBlock;
    this.#ofBlock = [];
    for (const [index, step] of parsed.entries()) {
      const at = index === 0 && firstScope ? { ...here, scope: firstScope } : here;
      const { resolved, provenAfter } = this.#step(step, at);
      here = { ...here, scope: withProven(here.scope, provenAfter) };
      (ended ? unreachable : steps).push(resolved);
      ended ||= ends(resolved);
    }
    for (const { condition, before } of this.#ofBlock.toReversed()) this.#byCondition.set(condition, before);
    this.#ofBlock = outer;
    return { steps, unreachable, ends: ended };
  }

  innerBlock(steps: readonly ParsedStep[], place: Place, hint: string): Block {
    return this.names.inner(() => this.block(steps, this.innerPlace(place, steps)), hint);
  }

  innerPlace(place: Place, steps: readonly ParsedStep[]): Place {
    return {
      ...place,
      outerVariables: [...place.outerVariables, place.variables],
      variables: variablesSet(steps),
      returns: false,
    };
  }

  condition(when: boolean | string, pointer: string, scope: Scope): Condition {
    return resolveCondition(when, pointer, scope, this.report);
  }

  outputOf(action: CatalogueAction | undefined): Known {
    if (!action) return anything;
    const type = this.#outputTypes.get(action.id) ?? fromSchema(action.output);
    this.#outputTypes.set(action.id, type);
    return { type, certain: true };
  }

  loopPlan(id: string): LoopPlan {
    return this.#loops.get(id) ?? INLINE;
  }

  /** `provenAfter`: what surely has a value in the steps after it, which run only if it has not ended the run. */
  #step(parsed: ParsedStep, place: Place): { resolved: ResolvedStep; provenAfter: NameSet } {
    const { step } = parsed;
    const kind = kindOf(parsed);
    const outside: Scope = { ...place.scope, currentStep: step.id };
    const condition =
      step.when === undefined
        ? undefined
        : this.condition(step.when, pointerTo(parsed.pointer, 'when'), outside);
    const sameCondition = condition?.isLasting ? keyOf(condition, outside) : undefined;
    const ofSame = (sameCondition !== undefined && this.#byCondition.get(sameCondition)) || NONE;
    const proven = both(outside.proven, ofSame);
    const scope = withProven({ ...outside, proven }, condition?.proofs.ifTrue ?? NONE);
    const inside: Place = { ...place, scope };
    const repeats = place.repeats || (kind.repeatsSteps === true && isTriedAgain(step));
    const result = kind.resolve(parsed, { ...inside, repeats }, this);
    const handler = this.#handler(parsed, inside);
    const inferred = recovered(parsed, result.known, handler, kind.errorFields);
    const known = knownOfGiven(inferred, this.#given.get(stepVariable(step.id)) ?? []);
    this.#setVariables(parsed, result.value, place);
    const isSkippable = step.when !== undefined && step.when !== true;
    this.names.addStep(step.id, {
      ...visibleAfter(step, known),
      ...(isSkippable && step.default === undefined ? { maybe: MAY_BE_SKIPPED } : {}),
      proves: scope.proven,
    });
    if (sameCondition !== undefined) this.#addProven(sameCondition, step.id, scope);
    const resolved: ResolvedStep = {
      cases: [],
      branches: [],
      ...result,
      ...statesOf(parsed),
      known,
      ...(condition === undefined ? {} : { condition: condition.code }),
      ...(handler ? { handler } : {}),
      parsed,
      repeats: place.repeats,
    };
    return { resolved, provenAfter: kind.endsRun && condition ? condition.proofs.ifFalse : NONE };
  }

  #handler(parsed: ParsedStep, place: Place): Block | undefined {
    const { step, inner } = parsed;
    const steps = inner.get('on_error');
    if (!steps || !('on_error' in step)) return undefined;
    const variable = errorVariable(step.id);
    const type = errorOf({ ...kindOf(parsed).errorFields, step: text });
    const error = { code: `$${variable}`, variable, type, certain: true };
    const [block] = this.names.alternatives(
      [() => this.block(steps, { ...place, scope: { ...place.scope, error } })],
      {
        hint: '',
        maybe: `it runs only when ${step.id} has failed`,
        isExhaustive: false,
        ends: (handled) => handled.ends,
      },
    );
    return block;
  }

  #setVariables(parsed: ParsedStep, value: Value, place: Place): void {
    const names = variablesOf(parsed);
    if (names.length === 0) return;
    const { step, kind, pointer } = parsed;
    const { type } = typeOf(value);
    for (const [name, inferred] of type.kind === 'object' ? type.fields : []) {
      const known = knownOfGiven(inferred, this.#given.get(setVariable(name)) ?? []);
      if (place.outerVariables.some((outer) => outer.has(name))) {
        this.report({
          code: 'variable-scope',
          pointer: pointerTo(pointer, kind, name),
          // Where the run can be ended, only the steps of on_failure are around.
          ...(place.returns ? setInOnFailure(name) : setOutside(name)),
        });
      }
      const before = this.names.vars.get(name);
      const isSkippable = step.when !== undefined || ('on_error' in step && step.on_error !== undefined);
      const maybe = step.when === undefined ? 'the step that sets it may have failed' : MAY_BE_SKIPPED;
      this.names.setVariable(name, {
        code: `$${setVariable(name)}`,
        type: bounded(before && isSkippable ? union([before.type, known.type]) : known.type),
        certain: true,
        ...(isSkippable && !(before && before.maybe === undefined) ? { maybe } : {}),
      });
    }
  }

  /** Where one of the steps of a block with a condition has run, all before it have. */
  #addProven(condition: string, id: string, { proven, guards }: Scope): void {
    const before = this.#byCondition.get(condition) ?? NONE;
    this.#ofBlock.push({ condition, before });
    this.#byCondition.set(condition, both(both(before, proven), guards.names.setOf(`steps.${id}`)));
  }
}

function setOutside(name: string): Pick<Problem, 'message' | 'hint'> {
  return {
    message: `The variable ${name} is set outside of this loop or branch too, and cannot be changed from within`,
    hint: 'Give this one another name. What a loop or branch finds out leaves it as the output of its last step.',
  };
}

function setInOnFailure(name: string): Pick<Problem, 'message' | 'hint'> {
  return {
    message: `The variable ${name} is set in on_failure too, whose variables are not those of the other steps`,
    hint: 'Give one of the two another name.',
  };
}

/** What a condition that lasts is known by. */
function keyOf({ code }: Condition, { loops }: Scope): string {
  return `${loops[0]?.id ?? ''} ${code}`;
}

/** Whether the run always ends in the step. */
function ends({ parsed, condition, hasTryState, cases, otherwise }: ResolvedStep): boolean {
  if (condition !== undefined || hasTryState) return false;
  if (kindOf(parsed).endsRun) return true;
  return otherwise?.ends === true && cases.every(({ block }) => block.ends);
}

function isTriedAgain(step: Step): boolean {
  return 'retry' in step && step.retry !== undefined && step.retry.max_attempts !== 1;
}

/** What follows for the step's states from its kind and its keys. */
function statesOf(
  parsed: ParsedStep,
): Pick<ResolvedStep, 'hasTryState' | 'canCatch' | 'runs' | 'deadline' | 'firstState'> {
  const { step } = parsed;
  const kind = kindOf(parsed);
  const isTried = hasTryState(parsed);
  const runs = kind.runs?.(step);
  const seconds = kind.limitSeconds?.(step);
  const limit = seconds === undefined ? undefined : deadline(step.id, seconds);
  return {
    hasTryState: isTried,
    canCatch: kind.canCatch || isTried,
    ...(runs === undefined ? {} : { runs }),
    ...(limit ? { deadline: limit, firstState: stateName(step.id, 'timer') } : {}),
  };
}

/** The names of variables that steps set in their own scope. */
export function variablesSet(steps: readonly ParsedStep[]): ReadonlySet<string> {
  return new Set(sameScope(steps).flatMap(variablesOf));
}

/** The steps of the same scope: those of on_error and mostly those of cases, not those of loops and branches. */
function sameScope(steps: readonly ParsedStep[]): ParsedStep[] {
  return steps.flatMap((step) => [
    step,
    ...[...step.inner].flatMap(([key, inner]) => (isOwnScope(step, key) ? [] : sameScope(inner))),
  ]);
}

/** Whether the steps under a key of a step have variables of their own. */
function isOwnScope(parsed: ParsedStep, key: string): boolean {
  if (key === 'steps' || key.startsWith('parallel/')) return true;
  return key !== 'on_error' && hasTryState(parsed);
}
