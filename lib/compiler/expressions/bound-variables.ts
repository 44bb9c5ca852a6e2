// The variables of an expression: those that it binds, and problems of their names.

import { closest } from '../../did-you-mean.ts';
import type { Problem } from '../problems/problem.ts';
import { functionNames, isFunction } from './functions.ts';
import { isPairs, type Node, nodesOf } from './syntax-tree.ts';

/** Every variable that the expression binds (`:=`, parameters of lambdas, `@` and `#`), and the nodes that bind it. */
export function boundVariables(ast: Node): ReadonlyMap<string, readonly Node[]> {
  const names = new Map<string, Node[]>();
  const add = (name: string, node: Node): void => {
    const nodes = names.get(name);
    if (nodes) nodes.push(node);
    else names.set(name, [node]);
  };
  for (const node of nodesOf(ast)) {
    if (node.type === 'bind' && !isPairs(node.lhs)) add(String(node.lhs?.value), node.lhs ?? node);
    if (node.type === 'lambda')
      for (const parameter of node.arguments ?? []) add(String(parameter.value), parameter);
    if (node.type === 'index') add(String(node.value), node);
    for (const name of [node.focus, node.index]) if (name !== undefined) add(name, node);
  }
  return names;
}

interface NameProblem extends Required<Pick<Problem, 'code' | 'message' | 'hint'>> {
  readonly meant?: string;
}

/** Names that the code of references uses: binding one would change the value of a reference. */
const RESERVED = /^(?:states|exists|merge|(?:step|var)_.*)$/;

export function bindingProblem(name: string): NameProblem | undefined {
  if (!RESERVED.test(name)) return undefined;
  return {
    code: 'reserved-name',
    message: `An expression cannot bind $${name}, which the compiled workflow uses`,
    hint: `Use another name, such as $my_${name}.`,
  };
}

/** The problem of reading the variable. @param bound the variables that the expression binds */
export function variableProblem(name: string, bound: ReadonlyMap<string, unknown>): NameProblem | undefined {
  switch (name) {
    case '':
      return {
        code: 'not-allowed',
        message: '$ has no meaning outside a predicate or a path step',
        hint: 'Begin with inputs, steps, vars or execution.',
      };
    case '$':
      return {
        code: 'not-allowed',
        message: '$$ is not a value by itself',
        hint: 'Name a root after it: $$.inputs, $$.steps, $$.vars or $$.execution.',
      };
    case 'eval':
      return {
        code: 'not-allowed',
        message: 'Step Functions has no $eval',
        hint: 'Data never becomes a program; $parse reads JSON text.',
      };
    case 'states':
      return {
        code: 'not-allowed',
        message: 'Workflows cannot use $states',
        hint: 'Use inputs, steps and execution.',
      };
  }
  if (bound.has(name) || isFunction(name)) return undefined;
  const meant = closest(name, callable(bound));
  return {
    code: 'unknown-function',
    message: `There is no function or variable $${name}`,
    hint:
      meant === undefined
        ? 'Functions: see the JSONata 2.0.6 documentation; variables are bound with :=.'
        : `Did you mean $${meant}?`,
    ...(meant !== undefined && { meant: `$${meant}` }),
  };
}

function* callable(bound: ReadonlyMap<string, unknown>): Generator<string> {
  yield* bound.keys();
  yield* functionNames;
}
