// The names of roots, and what was probably meant by another name in their place.

import { closest } from '../../did-you-mean.ts';
import type { Problem } from '../problems/problem.ts';
import { namesOf } from '../problems/suggestions.ts';
import { asJsonata, writeInstead } from './javascript-hints.ts';
import { quoted } from './literal.ts';
import { EXECUTION_NAMES, type Scope } from './scope.ts';
import type { Node } from './syntax-tree.ts';
import { member, type Type } from './types.ts';

const ROOTS = ['inputs', 'steps', 'vars', 'execution'] as const;
/** Roots that only exist within some steps. */
const INNER_ROOTS = {
  item: 'the steps of a for_each',
  index: 'the steps of a for_each',
  error: 'the steps of on_error and on_failure',
  approval: 'the params of notify',
} as const;

export type Root = (typeof ROOTS)[number] | keyof typeof INNER_ROOTS;

/** The problem of a root that does not exist, or not at this place. */
export function unknownRoot(
  name: string,
  scope: Scope,
): { message: string; hint: string; meant?: string | undefined } {
  const message = `There is no ${name} here`;
  const inner = Object.entries(INNER_ROOTS).find(([root]) => root === name);
  if (inner)
    return {
      message,
      hint: `Only ${inner[1]} have it. Here expressions begin with ${ROOTS.join(', ')}.`,
    };
  const template = name.includes('${') ? asJsonata(`\`${name}\``, false) : undefined;
  if (template)
    return {
      message: 'A text between backticks is a name here, and there is none',
      hint: `In JSONata texts are joined with &.${writeInstead(template)}`,
      meant: `(${template.with})`,
    };
  const roots = `Expressions begin with ${ROOTS.join(', ')}.`;
  const meant = meantBy(name, scope);
  return {
    message,
    hint: meant === undefined ? `${roots} Texts are written in quotes.` : `Did you mean ${meant}? ${roots}`,
    meant,
  };
}

/** A name without its root, or a misspelt one. */
function meantBy(name: string, scope: Scope): string | undefined {
  const named = (['steps', 'inputs', 'vars'] as const).find((root) => scope[root].has(name));
  if (named) return `${named}.${quoted(name)}`;
  const root = closest(name, ROOTS);
  if (root !== undefined) return root;
  for (const prefix of ['inputs', 'steps', 'vars'] as const) {
    const meant = closest(name, namesOf(scope[prefix]));
    if (meant !== undefined) return `${prefix}.${quoted(meant)}`;
  }
  return undefined;
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
): Pick<Problem, 'code' | 'message' | 'hint'> | undefined {
  const name = String(root?.value);
  if (next?.type !== 'name' || !isVisible(scope, name, String(next.value))) return undefined;
  const hint = `Write $$.${name}.${quoted(String(next.value))} for the root.`;
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
    case 'steps':
    case 'vars':
      return scope[root].has(name);
    case 'approval':
      return scope.approval?.has(name) ?? false;
    default:
      return root === 'execution' && EXECUTION_NAMES.includes(name);
  }
}
