// Operators between two values.
import { operatorResult } from './functions.ts';
import { nullProblem, possibleNull } from './nullable.ts';
import { operatorProblem } from './operators.ts';
import { isPairs, type Node } from './syntax-tree.ts';
import type { Known } from './types.ts';
import type { Context, Walk } from './walk.ts';

export function visitOperator(walk: Walk, node: Node, context: Context): Known {
  const operator = String(node.value);
  const lhs = isPairs(node.lhs) ? undefined : node.lhs;
  const left = visitSide(walk, operator, lhs, context);
  const visitRight = (): Known => visitSide(walk, operator, node.rhs, context);
  // The right side of a logical operator is evaluated only where the left one leaves the result open.
  const right =
    operator === 'and'
      ? walk.where(lhs, 'ifTrue', context, visitRight)
      : operator === 'or'
        ? walk.where(lhs, 'ifFalse', context, visitRight)
        : visitRight();
  const problem = operatorProblem(operator, { node: lhs, known: left }, { node: node.rhs, known: right });
  if (problem) walk.report(problem, node);
  if (operator === '&') {
    warnOfNull(walk, lhs, left);
    warnOfNull(walk, node.rhs, right);
  }
  return operatorResult(operator, left, right);
}

function visitSide(walk: Walk, operator: string, side: Node | undefined, context: Context): Known {
  if (operator === 'and' || operator === 'or') return walk.test(side, context);
  return operator === '&' ? walk.value(side, context) : walk.node(side, context);
}

/** `a & b` is a text as one with expressions in it is. */
function warnOfNull(walk: Walk, side: Node | undefined, known: Known): void {
  if (!side) return;
  const mayBeNull = possibleNull(side, known, walk.scope);
  if (mayBeNull?.inText !== undefined)
    walk.report(nullProblem(mayBeNull, `the text then ${mayBeNull.inText}`), side.steps?.[0] ?? side);
}
