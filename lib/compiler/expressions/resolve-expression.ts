// One expression: its references are found in jsonata's syntax tree, checked, typed, and replaced by those of ASL.
import { bindingProblem } from './bound-variables.ts';
import { isFunction } from './functions.ts';
import { DELIMITER, type PlacedProblem, rewritingProblem } from './problems.ts';
import type { Scope } from './scope.ts';
import { splice } from './source-edits.ts';
import type { ExpressionPart } from './template.ts';
import type { Known } from './types.ts';
import { visitNode } from './visit-node.ts';
import { Walk } from './walk.ts';

export interface Resolved extends Known {
  readonly code: string;
  /** Each evaluation may give another value ($uuid, $random, $now …). */
  readonly changing: boolean;
}

export function resolveExpression(
  part: ExpressionPart,
  scope: Scope,
  report: (problem: PlacedProblem) => void,
): Resolved {
  const walk = new Walk(part, scope, report, visitNode);
  for (const [name, nodes] of walk.bound) {
    const problem = bindingProblem(name);
    if (problem) for (const node of nodes) walk.report(problem, node);
  }
  const known = walk.node(part.ast, 'root');
  const { source, edits } = walk;
  // On one line, as validators of definitions want it: the line breaks that are left stand between tokens.
  const code = splice(source, edits).replace(/[\n\r]/g, ' ');
  if (code.includes('%}')) {
    walk.reportAt(Math.max(0, source.indexOf('%}')), DELIMITER);
  } else if (walk.isSound && edits.length > 0 && (walk.mayBreakSyntax || walk.usesParent)) {
    const problem = rewritingProblem(code, edits, walk.usesParent);
    if (problem) report(problem);
  }
  // In brackets a variable with a function's name is not seen by the code that is put around an expression.
  const bindsFunction = [...walk.bound.keys()].some(isFunction);
  const changing = walk.isChanging;
  return { code: bindsFunction ? `(${code.trim()})` : code.trim(), ...known, changing };
}
