// The steps and variables that can be seen at the place that is being resolved, as blocks begin and end.
import type { Visible } from '../expressions/scope.ts';
import { union } from '../expressions/types.ts';

/** What a block of steps made visible. */
interface Made {
  readonly steps: ReadonlyMap<string, Visible>;
  readonly vars: ReadonlyMap<string, Visible>;
}

type Change = { readonly step: string } | { readonly variable: string; readonly before: Visible | undefined };

interface Alternatives<Result> {
  /** What is said of a step that is referred to from another of the blocks. */
  readonly hint: string;
  /** Why a step of the blocks may not have run. */
  readonly maybe: string;
  readonly isExhaustive: boolean;
  readonly ends: (result: Result) => boolean;
}

interface Done<Result> {
  readonly result: Result;
  readonly made: Made;
}

/** By the name of each variable that any of the blocks sets: the blocks that do. */
function settingBlocks<Result>(blocks: readonly Done<Result>[]) {
  const names = new Map<string, { readonly block: Done<Result>; readonly visible: Visible }[]>();
  for (const block of blocks) {
    for (const [name, visible] of block.made.vars) {
      const set = names.get(name);
      if (set) set.push({ block, visible });
      else names.set(name, [{ block, visible }]);
    }
  }
  return names;
}

export class VisibleNames {
  readonly steps: Map<string, Visible>;
  readonly vars = new Map<string, Visible>();
  readonly hidden = new Map<string, string>();
  /** Steps that have not run at this place. */
  readonly later: Set<string>;
  /** What was made visible, so that it can be undone at the end of a block without a copy of all names. */
  #changes: Change[] = [];

  constructor(steps: Map<string, Visible>, later: Set<string>) {
    this.steps = steps;
    this.later = later;
  }

  addStep(id: string, visible: Visible): void {
    this.later.delete(id);
    this.steps.set(id, visible);
    this.#changes.push({ step: id });
  }

  setVariable(name: string, visible: Visible): void {
    this.#changes.push({ variable: name, before: this.vars.get(name) });
    this.vars.set(name, visible);
  }

  /** Resolves steps that run in a scope of their own: afterwards nothing of them can be seen, and `hint` says so. */
  inner<Result>(work: () => Result, hint: string): Result {
    const { result, made } = this.#undone(work);
    for (const id of made.steps.keys()) this.hidden.set(id, hint);
    return result;
  }

  /**
   * Resolves blocks of which at most one runs. None sees the others; after them all are seen, but may not have run.
   * @param isExhaustive one of them surely runs
   * @param ends whether nothing runs after the block
   */
  alternatives<Result>(
    blocks: readonly (() => Result)[],
    { hint, maybe, isExhaustive, ends }: Alternatives<Result>,
  ): Result[] {
    const all = blocks.map((block) => {
      const { result, made } = this.#undone(block);
      for (const id of made.steps.keys()) this.hidden.set(id, hint);
      return { result, made };
    });
    const goingOn = all.filter(({ result }) => !ends(result));
    const isOnlyOne = isExhaustive && goingOn.length === 1;
    for (const block of all) {
      const surelyRan = isOnlyOne && block === goingOn[0];
      for (const [id, visible] of block.made.steps) {
        this.hidden.delete(id);
        this.addStep(id, surelyRan || visible.hasDefault ? visible : { maybe, ...visible });
      }
    }
    const goingOnThere = new Set(goingOn);
    for (const [name, set] of settingBlocks(all)) {
      const before = this.vars.get(name);
      const sets = set.filter((one) => goingOnThere.has(one.block) && one.visible.maybe === undefined);
      const isSure = isExhaustive && sets.length === goingOn.length;
      const types = set.map(({ visible }) => visible.type);
      const [one] = set;
      if (!one) continue;
      const { maybe: _, ...visible } = one.visible;
      this.setVariable(name, {
        ...visible,
        type: union(before && !isSure ? [...types, before.type] : types),
        ...(isSure || (before && before.maybe === undefined) ? {} : { maybe }),
      });
    }
    return all.map(({ result }) => result);
  }

  /** From here on no step and no variable so far can be seen. */
  hideAll(hint: string): void {
    for (const id of this.steps.keys()) this.hidden.set(id, hint);
    this.steps.clear();
    this.vars.clear();
  }

  #undone<Result>(work: () => Result): Done<Result> {
    const outer = this.#changes;
    this.#changes = [];
    const result = work();
    const steps = new Map<string, Visible>();
    const vars = new Map<string, Visible>();
    for (const change of this.#changes.toReversed()) {
      if ('step' in change) {
        const visible = this.steps.get(change.step);
        if (visible) steps.set(change.step, visible);
        this.steps.delete(change.step);
      } else {
        const { variable, before } = change;
        const visible = this.vars.get(variable);
        if (visible && !vars.has(variable)) vars.set(variable, visible);
        if (before) this.vars.set(variable, before);
        else this.vars.delete(variable);
      }
    }
    this.#changes = outer;
    return { result, made: { steps, vars } };
  }
}
