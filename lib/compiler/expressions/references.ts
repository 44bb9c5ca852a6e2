// References of an expression: `inputs.x`, `steps.<id>`, `vars.x`, `execution.x`, and what is said when there is no such thing.

import type { ProblemCode } from '../problems/codes.ts';
import { closest, list, suggestion } from '../problems/suggestions.ts';
import {
  EXECUTION_NAMES,
  execution,
  type Loop,
  objectOf,
  type Scope,
  unresolved,
  type Visible,
} from './scope.ts';
import type { Node } from './template.ts';
import { member, type Type } from './types.ts';
import { setVariable, stepVariable } from './variables.ts';

export interface ReferenceProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint?: string;
  /** The name that is wrong. */
  readonly node: Node;
}

export interface Reference {
  readonly visible: Visible;
  /** How many steps of the path the reference is made of. */
  readonly consumed: number;
}

const ROOTS = ['inputs', 'steps', 'vars', 'execution'];
/** Roots that only exist within some steps. */
const INNER_ROOTS: Readonly<Record<string, string>> = {
  item: 'the steps of a for_each',
  index: 'the steps of a for_each',
  error: 'the steps of on_error and on_failure',
  approval: 'the params of notify',
};

/** @param path the steps of a path whose first is a root's name, or `$$` with the root's name after it */
export function reference(
  path: readonly Node[],
  scope: Scope,
  complain: (problem: ReferenceProblem) => void,
): Reference {
  const rootAt = path[0]?.type === 'variable' ? 1 : 0;
  const root = path[rootAt];
  const [start] = path;
  if (!start) return { visible: unresolved, consumed: 0 };
  if (root?.type !== 'name' || (rootAt === 1 && isChosenFrom(start))) {
    complain({
      code: 'not-allowed',
      message: '$$ is no value by itself',
      hint: 'Name a root after it: $$.inputs, $$.steps, $$.vars or $$.execution.',
      node: start,
    });
    return { visible: unresolved, consumed: 1 };
  }
  const next = path[rootAt + 1];
  // After a predicate the next name is looked up in what the predicate left.
  const field =
    next?.type === 'name' && !root.stages && root.focus === undefined && root.index === undefined
      ? String(next.value)
      : undefined;
  const short = (visible: Visible): Reference => ({ visible, consumed: rootAt + 1 });
  const long = (visible: Visible): Reference => ({ visible, consumed: rootAt + 2 });
  const wrong = (code: ProblemCode, message: string, hint: string): Reference => {
    complain({ code, message, hint, node: next ?? root });
    return long(unresolved);
  };

  switch (root.value) {
    case 'inputs': {
      if (field === undefined) return short(scope.read('inputs', scope.allInputs, 'inputs'));
      const input = scope.inputs.get(field);
      return input
        ? long(scope.read(`inputs.${field}`, input, 'inputs', field))
        : wrong(
            'unknown-reference',
            `There is no input ${field}`,
            suggestion(field, keys(scope.inputs), 'inputs'),
          );
    }
    case 'steps':
      return step(field, root);
    case 'vars': {
      if (field === undefined) {
        complain({
          code: 'unknown-reference',
          message: 'vars is no value by itself',
          hint: `Name a variable: vars.<name>. Variables: ${list(keys(scope.vars)) || 'none'}.`,
          node: root,
        });
        return short(unresolved);
      }
      const variable = scope.vars.get(field);
      if (!variable)
        return wrong(
          'unknown-reference',
          `No step before this one sets the variable ${field}`,
          suggestion(field, keys(scope.vars), 'variables'),
        );
      return long(sure(scope.read(setVariable(field), variable, 'vars', field), `vars.${field}`, root));
    }
    case 'execution': {
      const visible = execution(scope, field);
      if (!visible)
        return wrong(
          'unknown-reference',
          `execution has no ${field}`,
          suggestion(field ?? '', EXECUTION_NAMES, 'fields of execution'),
        );
      return field === undefined ? short(visible) : long(visible);
    }
    case 'item':
    case 'index': {
      const loop = scope.loops[0];
      if (loop) return short(ofLoop(loop, root.value));
      complain({ code: 'unknown-reference', ...unknownRoot(root.value), node: root });
      return short(unresolved);
    }
    case 'error': {
      if (scope.error) {
        return short(scope.read(scope.error.variable, scope.error, 'error'));
      }
      complain({ code: 'unknown-reference', ...unknownRoot('error'), node: root });
      return short(unresolved);
    }
    case 'approval': {
      const { approval } = scope;
      if (!approval) {
        complain({ code: 'unknown-reference', ...unknownRoot('approval'), node: root });
        return short(unresolved);
      }
      if (field === undefined) return short(objectOf(approval));
      const visible = approval.get(field);
      return visible
        ? long(visible)
        : wrong(
            'unknown-reference',
            `approval has no ${field}`,
            suggestion(field, approval.keys(), 'fields of approval'),
          );
    }
    default:
      complain({ code: 'unknown-reference', ...unknownRoot(String(root.value)), node: root });
      return short(unresolved);
  }

  function ofLoop(loop: Loop, part: 'item' | 'index'): Visible {
    return scope.read(`${part}_${loop.id}`, loop[part], 'steps', loop.id, part);
  }

  /** What may not have run has to be guarded, or to be a test itself. */
  function sure(visible: Visible, name: string, at: Node): Visible {
    if (visible.maybe === undefined || scope.proven.has(name)) return visible;
    if (!scope.isTest) {
      const isStep = name.startsWith('steps.');
      complain({
        code: 'may-not-have-run',
        message: `The ${isStep ? 'step' : 'variable'} ${field} may not ${isStep ? 'have run' : 'be set'}: ${visible.maybe}`,
        hint: `Guard it, as in {{ ${name} ? … : … }} or "when": "{{ $exists(${name}) }}", or ${isStep ? 'give that step a "default"' : 'set it before'}.`,
        node: next ?? at,
      });
    }
    return { ...visible, certain: false };
  }

  function step(id: string | undefined, at: Node): Reference {
    if (id === undefined) {
      complain({
        code: 'unknown-reference',
        message: 'steps is no value by itself',
        hint: `Name a step: steps.<id>. Steps before this one: ${list(keys(scope.steps)) || 'none'}.`,
        node: at,
      });
      return short(unresolved);
    }
    const visible = scope.steps.get(id);
    if (visible) {
      return long(sure(scope.read(stepVariable(id), visible, 'steps', id), `steps.${id}`, at));
    }
    const loop = scope.loops.find((outer) => outer.id === id);
    if (loop) {
      const part = path[rootAt + 2];
      const name = part?.type === 'name' && !next?.stages ? part.value : undefined;
      if (name === 'item' || name === 'index') return { visible: ofLoop(loop, name), consumed: rootAt + 3 };
      return wrong(
        'later-step',
        `The step ${id} is the loop that this runs in: it gives its list only when it has ended`,
        `Within it there are steps.${id}.item and steps.${id}.index.`,
      );
    }
    if (id === scope.currentStep)
      return wrong(
        'later-step',
        `The step ${id} cannot use its own output`,
        'Use an earlier step, an input or a variable.',
      );
    const hidden = scope.hiddenSteps.get(id);
    if (hidden !== undefined) return wrong('step-not-visible', `The step ${id} cannot be seen here`, hidden);
    if (scope.laterSteps.has(id))
      return wrong(
        'later-step',
        `The step ${id} runs only later`,
        `Steps before this one: ${list(keys(scope.steps)) || 'none'}.`,
      );
    return wrong(
      'unknown-reference',
      `There is no step ${id}`,
      suggestion(id, keys(scope.steps), 'steps before this one'),
    );
  }

  function unknownRoot(name: string): { message: string; hint: string } {
    const inner = INNER_ROOTS[name];
    if (inner !== undefined) {
      return {
        message: `There is no ${name} here`,
        hint: `Only ${inner} have it. Here expressions begin with ${ROOTS.join(', ')}.`,
      };
    }
    const message = `There is no ${name} here`;
    const roots = `Expressions begin with ${ROOTS.join(', ')}.`;
    for (const [prefix, names] of [
      ['steps', scope.steps],
      ['inputs', scope.inputs],
      ['vars', scope.vars],
    ] as const) {
      if (names.has(name)) return { message, hint: `Did you mean ${prefix}.${name}? ${roots}` };
    }
    const meant =
      closest(name, ROOTS) ??
      closest(name, keys(scope.inputs)) ??
      closest(name, keys(scope.steps)) ??
      closest(name, keys(scope.vars));
    if (meant === undefined) return { message, hint: `${roots} A text stands in quotes.` };
    const prefix = scope.inputs.has(meant)
      ? 'inputs.'
      : scope.steps.has(meant)
        ? 'steps.'
        : scope.vars.has(meant)
          ? 'vars.'
          : '';
    return { message, hint: `Did you mean ${ROOTS.includes(meant) ? meant : prefix + meant}? ${roots}` };
  }
}

/**
 * `[]` keeps a list of one item a list, and `{…}` groups, for the whole path that they stand in. Where a reference's
 * code takes the place of all of that path, it becomes a path of its own; a `[]` that it replaces is written again.
 */
export function inPath(
  code: string,
  consumed: readonly Node[],
  { isWhole, grouped }: { isWhole: boolean; grouped: boolean },
): string {
  const lost = consumed.slice(0, -1).some((step) => step.keepArray) ? '[]' : '';
  const kept = isWhole && consumed.some((step) => step.keepArray);
  return `${kept || grouped ? `[{"value": ${code}}].value` : code}${lost}`;
}

/**
 * A root's name that is looked up in a value was meant as the root where the value has no such field, and probably
 * where nothing is known of the value.
 * @param path whose first name is looked up in a value of the type `context`
 */
export function rootMeant(
  [root, next]: readonly Node[],
  scope: Scope,
  context: Type,
): { code: ProblemCode; message: string; hint: string } | undefined {
  const name = String(root?.value);
  if (next?.type !== 'name' || !isVisible(scope, name, String(next.value))) return undefined;
  const hint = `Write $$.${name}.${String(next.value)} for the root.`;
  if (context.kind === 'unknown')
    return {
      code: 'root-in-path',
      message: `${name} is looked up in the value before it here, not among the roots`,
      hint,
    };
  if (!('missing' in member(context, name))) return undefined;
  return {
    code: 'unknown-field',
    message: `The value before it, in which ${name} is looked up, has no field ${name}`,
    hint,
  };
}

/** Whether `root.name` is something that an expression can refer to. */
function isVisible(scope: Scope, root: string, name: string): boolean {
  switch (root) {
    case 'inputs':
      return scope.inputs.has(name);
    case 'steps':
      return scope.steps.has(name);
    case 'vars':
      return scope.vars.has(name);
    case 'approval':
      return scope.approval?.has(name) ?? false;
    default:
      return root === 'execution' && EXECUTION_NAMES.includes(name);
  }
}

/** Whether something is picked of the value, or its items are bound. */
function isChosenFrom({ stages, predicate, focus, index }: Node): boolean {
  return (stages ?? predicate ?? focus ?? index) !== undefined;
}

/** The names of a scope, to be gone through more than once and never all at once. */
function keys(names: ReadonlyMap<string, unknown>): Iterable<string> {
  return { [Symbol.iterator]: () => names.keys() };
}

/** A name, also with predicates: the code of a reference can take its place, or stand before it. */
export function isPlainStep({ type, focus, index, keepArray, value }: Node): boolean {
  const isName = type === 'name' || (type === 'variable' && value === '$');
  return isName && (focus ?? index ?? keepArray) === undefined;
}

export function isRootVariable(node: Node): boolean {
  return node.type === 'variable' && node.value === '$';
}
