// Steps with their expressions resolved, in the order in which they run; what each gives to those after it.

import type { CatalogueAction } from '../actions/catalogue.ts';
import { pointerTo } from '../json-pointer.ts';
import type { ForEachStep, Step } from '../workflow-format/workflow.ts';
import { union as both, type Name, NO_PROOFS, NONE, type Proofs, proofsOf } from './expressions/guards.ts';
import { type Scope, withProven } from './expressions/scope.ts';
import {
  anything,
  bounded,
  fromSchema,
  isBoolean,
  type Known,
  scalar,
  type Type,
  union,
} from './expressions/types.ts';
import { resolveValue, typeOf, type Value } from './expressions/value.ts';
import { errorVariable, SET_PREFIX, setVariable } from './expressions/variables.ts';
import type { Report } from './problems/problem.ts';
import { callIdOf } from './resolve/call-id.ts';
import { hasEffect } from './resolve/effects.ts';
import { INLINE, type LoopPlan } from './resolve/loop-plans.ts';
import { ends, errorOf, FAILED_ITEM, nothing, object, resultOf, seenLater, text } from './resolve/results.ts';
import { type Names, variablesSet } from './resolve/visible-names.ts';
import { resolveAgent } from './steps/agent/agent.ts';
import { resolveApproval } from './steps/approval/approval.ts';
import { resolveLoop } from './steps/for-each/items.ts';
import { waitValue } from './steps/wait.ts';
import { resultOfRun } from './steps/workflow.ts';
import { isWrapped } from './tree/kinds.ts';
import type { ParsedStep } from './tree/parsed.ts';
import type { Block, ResolvedStep } from './tree/resolved.ts';

/** Where a block of steps stands. */
export interface Place {
  readonly scope: Scope;
  /** The variables that steps set in the scopes around this one. */
  readonly outerVariables: readonly ReadonlySet<string>[];
  /** Those that steps set in this scope. */
  readonly variables: ReadonlySet<string>;
  /** Whether `return` can end the run here. */
  readonly returns: boolean;
  /** Whether a step around is tried again as a whole. */
  readonly repeats: boolean;
}

const MAY_BE_SKIPPED = 'its "when" may not be true';

interface Condition {
  readonly code: string;
  readonly proofs: Proofs;
  /** Where it comes out the same each time that it is written: what it reads does not change in between. */
  readonly isLasting: boolean;
}

/** What differs from one kind of step to the next. */
type KindResult = Pick<ResolvedStep, 'value' | 'known'> & Partial<ResolvedStep>;

export class StepResolver {
  readonly #names: Names;
  readonly #actions: ReadonlyMap<string, CatalogueAction>;
  readonly #report: Report;
  readonly #loops: ReadonlyMap<string, LoopPlan>;
  readonly #outputTypes = new Map<string, Type>();
  readonly #alike = new Map<string, Set<Name>>();

  constructor(
    names: Names,
    actions: ReadonlyMap<string, CatalogueAction>,
    loops: ReadonlyMap<string, LoopPlan>,
    report: Report,
  ) {
    this.#names = names;
    this.#actions = actions;
    this.#loops = loops;
    this.#report = report;
  }

  block(parsed: readonly ParsedStep[], place: Place): Block {
    const steps: ResolvedStep[] = [];
    const unreachable: ResolvedStep[] = [];
    let ended = false;
    let here = place;
    for (const step of parsed) {
      const { resolved, sureAfter } = this.#step(step, here);
      here = { ...here, scope: withProven(here.scope, sureAfter) };
      (ended ? unreachable : steps).push(resolved);
      ended ||= ends(resolved);
    }
    return { steps, unreachable, ends: ended };
  }

  /** `sureAfter`: what has a value for the steps after it, which run only when it has not ended the run. */
  #step(parsed: ParsedStep, place: Place): { resolved: ResolvedStep; sureAfter: ReadonlySet<Name> } {
    const { step } = parsed;
    const outside: Scope = { ...place.scope, currentStep: step.id };
    const condition =
      step.when === undefined
        ? undefined
        : this.#condition(step.when, pointerTo(parsed.pointer, 'when'), outside);
    const alike = condition?.isLasting ? this.#runningAlike(condition, outside) : undefined;
    const sure = both(condition?.proofs.ifTrue ?? NONE, alike ?? NONE);
    const scope = withProven(outside, sure);
    const inside: Place = { ...place, scope };
    const bare = this.#kind(parsed, { ...inside, repeats: place.repeats || repeatsWhole(step) });
    const handler = this.#handler(parsed, inside);
    const known = this.#recovered(parsed, bare.known, handler);
    this.#setVariables(parsed, bare.value, place);
    const skippable = step.when !== undefined && step.when !== true;
    this.#names.addStep(step.id, {
      ...seenLater(step, known),
      ...(skippable && step.default === undefined ? { maybe: MAY_BE_SKIPPED } : {}),
      proves: scope.proven,
    });
    alike?.add(`steps.${step.id}`);
    const ended = (parsed.kind === 'return' || parsed.kind === 'fail') && condition !== undefined;
    const resolved: ResolvedStep = {
      cases: [],
      branches: [],
      ...bare,
      known,
      ...(condition === undefined ? {} : { condition: condition.code }),
      ...(handler ? { handler } : {}),
      parsed,
      repeats: place.repeats,
    };
    return { resolved, sureAfter: ended ? condition.proofs.ifFalse : NONE };
  }

  #kind(parsed: ParsedStep, place: Place): KindResult {
    const { step, valuesPointer, pointer } = parsed;
    const value = (given: unknown, at = valuesPointer): Value =>
      resolveValue(given, at, place.scope, this.#report);
    if ('action' in step) {
      const action = this.#actions.get(step.action);
      const callId = hasEffect(step, this.#actions) ? callIdOf(place.scope) : undefined;
      return {
        value: value(step.params ?? {}),
        known: this.#outputOf(action),
        ...(action ? { action } : {}),
        ...(callId === undefined ? {} : { callId: value(callId) }),
      };
    }
    if ('approval' in step)
      return resolveApproval(step, parsed, place.scope, place.repeats, this.#actions, this.#report);
    if ('workflow' in step) return { value: value(step.input ?? {}), known: resultOfRun(step) };
    if ('switch' in step) return this.#switch(parsed, place);
    if ('parallel' in step) return this.#parallel(parsed, Object.keys(step.parallel), place);
    if ('for_each' in step) return this.#loop(parsed, step, place);
    if ('agent' in step) {
      const callId = hasEffect(step, this.#actions) ? callIdOf(place.scope) : undefined;
      return {
        ...resolveAgent(step, parsed, this.#actions, place.scope, this.#report),
        ...(callId === undefined ? {} : { callId: value(callId) }),
      };
    }
    if ('wait' in step) {
      const key = typeof step.wait === 'string' ? [] : Object.keys(step.wait);
      return { value: value(waitValue(step), pointerTo(valuesPointer, ...key)), known: nothing };
    }
    if ('fail' in step) return { value: value(step.fail), known: nothing };
    if ('return' in step) {
      if (!place.returns) {
        this.#report({
          code: 'return-not-here',
          pointer: pointerTo(pointer, 'return'),
          message: 'return cannot end the run here',
          hint: 'Loops, branches and on_failure run within states of their own; return stands outside of them.',
        });
      }
      return { value: value(step.return), known: nothing };
    }
    const resolved = value('set' in step ? step.set : step.transform);
    return { value: resolved, known: typeOf(resolved) };
  }

  #loop(parsed: ParsedStep, step: ForEachStep, place: Place): KindResult {
    const { value, loop } = resolveLoop(
      step,
      parsed,
      this.#loops.get(step.id) ?? INLINE,
      place.scope,
      place.repeats,
      (scope) => this.#innerBlock(parsed, 'steps', { ...place, scope }),
      this.#report,
    );
    const result = resultOf(loop.body).type;
    const items = step.on_item_error === 'continue' ? union([result, FAILED_ITEM]) : result;
    return { value, known: { type: { kind: 'array', items }, certain: true }, loop };
  }

  #switch({ step, inner, pointer }: ParsedStep, place: Place): KindResult {
    if (!('switch' in step)) throw new TypeError(`${step.id} is no switch`);
    const conditions = step.switch.map((item, index) =>
      this.#condition(item.when, pointerTo(pointer, 'switch', index, 'when'), place.scope),
    );
    const keys = [...step.switch.map((_, index) => `switch/${index}`), ...(step.else ? ['else'] : [])];
    const wrapped = isWrapped(step, 'switch');
    const within = wrapped
      ? innerPlace(
          place,
          keys.flatMap((key) => inner.get(key) ?? []),
        )
      : place;
    const all = () =>
      this.#names.alternatives(
        keys.map((key, index) => () => {
          const before = conditions.slice(0, index).map((condition) => condition.proofs.ifFalse);
          const sure = [...before, conditions[index]?.proofs.ifTrue ?? NONE].reduce(both, NONE);
          const scope = withProven(place.scope, sure);
          return this.block(inner.get(key) ?? [], { ...within, scope });
        }),
        {
          hint: `It runs in another case of the switch ${step.id}; after the switch it can be seen.`,
          maybe: `it runs in one case of the switch ${step.id} only`,
          isExhaustive: step.else !== undefined && step.when === undefined,
          ends: (block) => block.ends,
        },
      );
    const blocks = wrapped
      ? this.#names.inner(
          all,
          `The switch ${step.id} is tried as a whole: outside of it there is steps.${step.id}, what its case gives.`,
        )
      : all();
    const results = blocks.filter((block) => !block.ends).map((block) => resultOf(block).type);
    const cases = conditions.flatMap((condition, index) => {
      const block = blocks[index];
      return block ? [{ condition: condition.code, block }] : [];
    });
    const otherwise = step.else ? blocks.at(-1) : undefined;
    return {
      value: { kind: 'literal', value: null },
      known: {
        type: union(otherwise && results.length > 0 ? results : [...results, scalar('null')]),
        certain: true,
      },
      cases,
      ...(otherwise ? { otherwise } : {}),
    };
  }

  #parallel(parsed: ParsedStep, names: readonly string[], place: Place): KindResult {
    const branches = names.map((name) => ({
      name,
      block: this.#innerBlock(parsed, `parallel/${name}`, place),
    }));
    const fields = new Map(branches.map(({ name, block }) => [name, resultOf(block)] as const));
    return {
      value: { kind: 'literal', value: null },
      known: { type: { kind: 'object', open: false, fields }, certain: true },
      branches,
    };
  }

  /** Steps in a scope of their own: a loop's or a branch's. */
  #innerBlock({ step, inner }: ParsedStep, key: string, place: Place): Block {
    const steps = inner.get(key) ?? [];
    const where = key === 'steps' ? `the loop ${step.id}` : `a branch of ${step.id}`;
    return this.#names.inner(
      () => this.block(steps, innerPlace(place, steps)),
      `It runs in ${where}: outside of it there is steps.${step.id}, what the last step in it gives.`,
    );
  }

  #handler(parsed: ParsedStep, place: Place): Block | undefined {
    const { step, inner } = parsed;
    const steps = inner.get('on_error');
    if (!steps || !('on_error' in step)) return undefined;
    const variable = errorVariable(step.id);
    const error = { code: `$${variable}`, variable, type: errorOf(parsed, { step: text }), certain: true };
    const [block] = this.#names.alternatives(
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

  /** What a step gives with what takes the place of its failure. */
  #recovered(parsed: ParsedStep, known: Known, handler: Block | undefined): Known {
    const { step } = parsed;
    if (!('on_error' in step) || step.on_error === undefined) return known;
    if (!handler) {
      const failed = object({ error: { type: errorOf(parsed), certain: true } });
      return { type: union([known.type, failed]), certain: true };
    }
    if (handler.ends) return known;
    return { type: union([known.type, resultOf(handler).type]), certain: known.certain };
  }

  #setVariables({ step, pointer }: ParsedStep, value: Value, place: Place): void {
    if (!('set' in step)) return;
    const { type } = typeOf(value);
    for (const [name, known] of type.kind === 'object' ? type.fields : []) {
      if (place.outerVariables.some((outer) => outer.has(name))) {
        this.#report({
          code: 'variable-scope',
          pointer: pointerTo(pointer, 'set', name),
          message: `The variable ${name} is set outside of this loop or branch too, and cannot be changed from within`,
          hint: 'Give this one another name. What a loop or branch finds out leaves it as the output of its last step.',
        });
      }
      const before = this.#names.vars.get(name);
      const skippable = step.when !== undefined || step.on_error !== undefined;
      const maybe = step.when === undefined ? 'the step that sets it may have failed' : MAY_BE_SKIPPED;
      this.#names.setVariable(name, {
        code: `$${setVariable(name)}`,
        type: bounded(before && skippable ? union([before.type, known.type]) : known.type),
        certain: true,
        ...(skippable && !(before && before.maybe === undefined) ? { maybe } : {}),
      });
    }
  }

  /** The steps so far that run exactly when the condition is true, which it is for all of them or for none. */
  #runningAlike({ code }: Condition, { loops }: Scope): Set<Name> {
    const key = `${loops[0]?.id ?? ''} ${code}`;
    const alike = this.#alike.get(key) ?? new Set();
    this.#alike.set(key, alike);
    return alike;
  }

  #condition(when: boolean | string, pointer: string, scope: Scope): Condition {
    if (typeof when !== 'string') return { code: String(when), proofs: NO_PROOFS, isLasting: false };
    const text = when.trim();
    const before = when.indexOf(text);
    const value = resolveValue(text, pointer, { ...scope, isTest: true }, ({ column, ...problem }) =>
      this.#report({ ...problem, ...(column === undefined ? {} : { column: column + before }) }),
    );
    const template = scope.split(text);
    if (value.kind !== 'expression' || ('parts' in template && template.parts.length !== 1)) {
      this.#report({
        code: 'when-not-expression',
        pointer,
        message: 'when is true, false or one expression',
        hint: '"when": "{{ $count(steps.fetch.messages) > 0 }}"',
      });
    }
    if (value.kind !== 'expression') return { code: 'false', proofs: NO_PROOFS, isLasting: false };
    const { code, known, changing } = value;
    const [only] = 'parts' in template ? template.parts : [];
    const proofs = typeof only === 'object' ? proofsOf(only.ast, true) : NO_PROOFS;
    // A Choice fails on anything but true and false: $boolean gives JSONata's truth of any value, and nothing is not true.
    const isPlain = known.certain && isBoolean(known.type);
    const isLasting = !changing && !code.includes(`$${SET_PREFIX}`);
    return { code: isPlain ? code : `$boolean(${code}) = true`, proofs, isLasting };
  }

  #outputOf(action: CatalogueAction | undefined): Known {
    if (!action) return anything;
    const type = this.#outputTypes.get(action.id) ?? fromSchema(action.output);
    this.#outputTypes.set(action.id, type);
    return { type, certain: true };
  }
}

/** Steps within a state of their own: variables of theirs, and no way to end the run. */
function innerPlace(place: Place, steps: readonly ParsedStep[]): Place {
  return {
    ...place,
    outerVariables: [...place.outerVariables, place.variables],
    variables: variablesSet(steps),
    returns: false,
  };
}

/** Whether the step's retry begins the steps in it anew. */
function repeatsWhole(step: Step): boolean {
  const holds = 'for_each' in step || 'parallel' in step || 'switch' in step;
  return holds && step.retry !== undefined && step.retry.max_attempts !== 1;
}
