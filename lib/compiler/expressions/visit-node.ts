// Every kind of node in the syntax tree: what is visited within it, and what is known of its value.
import { variableProblem } from './bound-variables.ts';
import { literalProblem, missingField } from './problems.ts';
import { textEdit } from './source-edits.ts';
import { isPairs, type Node } from './syntax-tree.ts';
import { anything, fromLiteral, type Known, member, union, unknown } from './types.ts';
import { visitApply, visitCall, visitLambda } from './visit-call.ts';
import { visitUnary } from './visit-constructor.ts';
import { visitOperator } from './visit-operator.ts';
import { visitPath, withStages } from './visit-path.ts';
import type { Context, Walk } from './walk.ts';

export function visitNode(walk: Walk, node: Node, context: Context): Known {
  // The predicates of a path are at its steps; every other kind of node can have its own.
  return node.type === 'path'
    ? visitPath(walk, node, context)
    : withStages(walk, node, visitWithoutStages(walk, node, context));
}

function visitWithoutStages(walk: Walk, node: Node, context: Context): Known {
  switch (node.type) {
    case 'string': {
      const edit = textEdit(walk.source, node);
      if (edit) walk.edits.push(edit);
      return { type: fromLiteral(node.value), certain: true };
    }
    case 'number': {
      const problem = literalProblem(walk.source, node);
      if (problem) walk.reportAt(problem.position, problem);
      return { type: fromLiteral(node.value), certain: true };
    }
    case 'value':
      return { type: fromLiteral(node.value), certain: true };
    case 'variable':
      return visitVariable(walk, node, context);
    case 'function':
    case 'partial':
      return visitCall(walk, node, context);
    case 'lambda':
      visitLambda(walk, node, context, []);
      return anything;
    case 'block':
      return walk.block(() => visitBlock(walk, node, context));
    case 'bind': {
      const known = walk.value(node.rhs, context);
      if (!isPairs(node.lhs)) walk.bind(node.lhs, known);
      return known;
    }
    case 'condition':
      return visitCondition(walk, node, context);
    case 'binary':
      return visitOperator(walk, node, context);
    case 'unary':
      return visitUnary(walk, node, context);
    case 'apply':
      return visitApply(walk, node, context);
    case 'transform':
      // Evaluated on a copy of what it is applied to: names in it are that value's fields.
      for (const inner of [node.pattern, node.update, node.delete]) walk.node(inner, unknown);
      return anything;
    case 'name':
      return visitName(walk, node, context);
    case 'wildcard':
    case 'descendant':
      if (context === 'root')
        reportOutside(walk, `${String(node.value)} has nothing to look into here`, node);
      return anything;
    case 'parent':
      walk.usesParent = true;
      return anything;
    default:
      return anything;
  }
}

function visitBlock(walk: Walk, { expressions = [] }: Node, context: Context): Known {
  let last = anything;
  for (const expression of expressions) last = walk.node(expression, context);
  return last;
}

function visitCondition(walk: Walk, node: Node, context: Context): Known {
  const { condition } = node;
  walk.test(condition, context);
  const then = walk.where(condition, 'ifTrue', context, () => walk.node(node.then, context));
  if (!node.else) return { type: then.type, certain: false };
  const otherwise = walk.where(condition, 'ifFalse', context, () => walk.node(node.else, context));
  return { type: union([then.type, otherwise.type]), certain: then.certain && otherwise.certain };
}

/** A name that is looked up in the value before it. */
function visitName(walk: Walk, node: Node, context: Context): Known {
  const name = String(node.value);
  if (/[\n\r]/.test(name)) reportOutside(walk, 'A name cannot contain a line break', node);
  if (context === 'root') return anything;
  const field = member(context, name);
  if (!('missing' in field)) return field;
  walk.report(missingField(name, field), node);
  return anything;
}

function visitVariable(walk: Walk, node: Node, context: Context): Known {
  const name = String(node.value);
  if (name === '' && context !== 'root') return { type: context, certain: true };
  const problem = variableProblem(name, walk.bound);
  if (problem) walk.report(problem, node);
  return walk.variable(name);
}

function reportOutside(walk: Walk, message: string, node: Node): void {
  walk.report({ code: 'not-allowed', message, hint: 'Begin with inputs, steps, vars or execution.' }, node);
}
