// Calls of functions, and lambdas.
import { type Argument, argumentProblem } from './call-arguments.ts';
import { alwaysGives, givenOfItems, givesIfGiven, isChanging, mergedType, resultType } from './functions.ts';
import { asJsonata, functionInstead, functionMeant, writeInstead } from './javascript-hints.ts';
import { missingField } from './problems.ts';
import { isPairs, type Node } from './syntax-tree.ts';
import { timeFormatProblem } from './time-formats.ts';
import { anything, type Known, member } from './types.ts';
import type { Context, Walk } from './walk.ts';

/** Their argument is a condition. */
const TESTS = new Set(['exists', 'boolean', 'not']);

/** @param before what is known of the value before `~>`, which is the first argument */
export function visitCall(walk: Walk, node: Node, context: Context, before?: Known): Known {
  const { procedure } = node;
  const name = procedure?.type === 'variable' ? String(procedure.value) : undefined;
  const written = visitArguments(walk, node, name, context);
  const given = before ? [before, ...written] : written;
  if (reportMethod(walk, procedure)) return anything;
  if (procedure) walk.node(procedure, context);
  if (name === undefined) {
    walk.mayBreakSyntax = true;
    return anything;
  }
  if (node.type === 'partial' || walk.bound.has(name)) return anything;
  if (isChanging(name)) walk.isChanging = true;
  const nodes = before ? [undefined, ...(node.arguments ?? [])] : (node.arguments ?? []);
  reportArguments(
    walk,
    procedure,
    name,
    given.map((known, at) => ({ node: nodes[at], known })),
    context,
  );
  const found = fieldOrMerged(walk, node, name, given, nodes);
  if (found) return found;
  const areGiven = given.length > 0 && given.every(({ certain }) => certain);
  return { type: resultType(name), certain: alwaysGives(name) || (givesIfGiven(name) && areGiven) };
}

/** `value ~> call`: the call's first argument is the value. */
export function visitApply(walk: Walk, { lhs, rhs }: Node, context: Context): Known {
  const before = walk.node(isPairs(lhs) ? undefined : lhs, context);
  if (rhs?.type === 'function') return visitCall(walk, rhs, context, before);
  walk.node(rhs, context);
  if (rhs?.type === 'variable' && !walk.bound.has(String(rhs.value)))
    reportArguments(walk, rhs, String(rhs.value), [{ node: undefined, known: before }], context);
  return anything;
}

/** `$lookup(value, "name")` is the field, as in a path, and `$merge` one object of several. */
function fieldOrMerged(
  walk: Walk,
  node: Node,
  name: string,
  [first, second]: readonly Known[],
  [, key]: readonly (Node | undefined)[],
): Known | undefined {
  if (first && name === 'merge') return { type: mergedType(first.type), certain: first.certain };
  if (!first || !second || name !== 'lookup' || key?.type !== 'string') return undefined;
  const field = member(first.type, String(key.value));
  if (!('missing' in field)) return field;
  const { meant: _, ...problem } = missingField(String(key.value), field);
  walk.report(problem, node);
  return anything;
}

function reportArguments(
  walk: Walk,
  called: Node | undefined,
  name: string,
  given: readonly Argument[],
  context: Context,
): void {
  const problem =
    argumentProblem(name, given, context !== 'root') ??
    timeFormatProblem(
      name,
      given.map(({ node }) => node),
    );
  if (problem && called) walk.report(problem, called);
}

function visitArguments(walk: Walk, node: Node, name: string | undefined, context: Context): Known[] {
  const known: Known[] = [];
  const isTest = name !== undefined && TESTS.has(name);
  for (const argument of node.arguments ?? []) {
    const [list] = known;
    const ofItems =
      list && argument.type === 'lambda' && name !== undefined && !walk.bound.has(name)
        ? givenOfItems(name, list.type)
        : undefined;
    if (ofItems) {
      visitLambda(walk, argument, context, ofItems);
      known.push(anything);
    } else known.push(isTest ? walk.test(argument, context) : walk.node(argument, context));
  }
  return known;
}

/** Whether a function is called without $, as JavaScript has methods. */
function reportMethod(walk: Walk, procedure: Node | undefined): boolean {
  const [called, another] = procedure?.type === 'path' ? (procedure.steps ?? []) : [];
  if (!called || another) return false;
  const instead = functionInstead(String(called.value));
  if (instead === undefined) return false;
  const message = `There is no function ${String(called.value)}`;
  const meant = asJsonata(walk.source, false);
  const problem = { code: 'unknown-function' as const, message, hint: instead + writeInstead(meant) };
  if (meant) walk.reportAt(walk.startOf(called), { ...problem, fix: meant });
  else walk.report({ ...problem, meant: functionMeant(String(called.value)) }, called);
  return true;
}

/** @param given what is known of its arguments */
export function visitLambda(walk: Walk, node: Node, context: Context, given: readonly Known[]): Known {
  return walk.block(() => {
    node.arguments?.forEach((parameter, index) => {
      walk.bind(parameter, given[index] ?? anything);
    });
    return walk.value(node.body, context);
  });
}
