// One expression: its references found by walking jsonata's syntax tree, checked, typed, and replaced by ASL's own.
import { bindingProblem, boundVariables, variableProblem } from './bound-variables.ts';
import {
  alwaysGives,
  givenOfItems,
  givesIfGiven,
  isChanging,
  isFunction,
  operatorResult,
  resultType,
} from './functions.ts';
import { type Proofs, proofsOf } from './guards.ts';
import { functionInstead } from './javascript-hints.ts';
import { operatorProblem } from './operators.ts';
import {
  DELIMITER,
  isListLength,
  keyProblem,
  LIST_LENGTH,
  MAX_EXPRESSION_DEPTH,
  missingField,
  type PlacedProblem,
  rewritingProblem,
  TOO_DEEP,
} from './problems.ts';
import { inPath, isPlainStep, isRootVariable, reference, rootMeant } from './references.ts';
import { type Scope, withProven } from './scope.ts';
import { type Edit, quotedStart, splice, textEdit } from './source-edits.ts';
import { type ExpressionPart, isPairs, type Node } from './template.ts';
import {
  anything,
  fromLiteral,
  isMany,
  itemOf,
  type Known,
  many,
  member,
  scalar,
  type Type,
  union,
  unknown,
} from './types.ts';

/** A problem within an expression; `position` counts from the expression's first character. */
export type Complain = (problem: PlacedProblem) => void;

export interface Resolved extends Known {
  readonly code: string;
  /** Each evaluation may give another value ($uuid, $random, $now …). */
  readonly changing: boolean;
}

/** They ask whether their argument is true, or there. */
const TESTS = new Set(['exists', 'boolean', 'not']);

/** The context that a bare name is looked up in: the workflow's roots, or a value of some type. */
type Context = 'root' | Type;

export function resolveExpression(part: ExpressionPart, around: Scope, tell: Complain): Resolved {
  const { source, ast } = part;
  /** With what is sure at the node that is being walked. */
  let scope = around;
  const edits: Edit[] = [];
  const bound = boundVariables(ast);
  let sound = true;
  const complain: Complain = (problem) => {
    sound = false;
    tell(problem);
  };
  let changing = false;
  let usesParent = false;
  /** Set where the code of a reference may be no JSONata in the reference's place. */
  let doubtful = false;
  let depth = 0;
  let tooDeep = false;
  /** What is known of variables that the expression binds, each of them in one place. */
  let variables: ReadonlyMap<string, Known> = new Map();
  for (const [name, nodes] of bound) {
    const problem = bindingProblem(name);
    if (problem) for (const node of nodes) complain({ ...problem, position: startOf(node) });
  }
  const known = walk(ast, 'root');
  // On one line, as validators of definitions want it: the line breaks that are left stand between tokens.
  const code = splice(source, edits).replace(/[\n\r]/g, ' ');
  if (code.includes('%}')) {
    complain({ ...DELIMITER, position: Math.max(0, source.indexOf('%}')) });
  } else if (sound && edits.length > 0 && (doubtful || usesParent)) {
    const problem = rewritingProblem(code, edits, usesParent);
    if (problem) complain(problem);
  }
  // In brackets a variable with a function's name is not seen by the code that is put around an expression.
  const bindsFunction = [...bound.keys()].some(isFunction);
  return { code: bindsFunction ? `(${code.trim()})` : code.trim(), ...known, changing };

  function walk(node: Node, context: Context): Known {
    if (++depth > MAX_EXPRESSION_DEPTH) {
      if (!tooDeep) {
        tooDeep = true;
        complain({ ...TOO_DEEP, position: 0 });
      }
      depth--;
      return anything;
    }
    // A path's predicates stand at its steps; every other kind of node can have its own.
    const known = node.type === 'path' ? path(node, context) : stages(node, look(node, context));
    depth--;
    return known;
  }

  function look(node: Node, context: Context): Known {
    switch (node.type) {
      case 'string': {
        const edit = textEdit(source, node);
        if (edit) edits.push(edit);
        return { type: fromLiteral(node.value), certain: true };
      }
      case 'number':
      case 'value':
        return { type: fromLiteral(node.value), certain: true };
      case 'variable':
        return variable(node, context);
      case 'function':
      case 'partial':
        return call(node, context);
      case 'lambda':
        lambda(node, context, []);
        return anything;
      case 'block': {
        const before = variables;
        let last: Known = anything;
        for (const expression of node.expressions ?? []) last = walk(expression, context);
        variables = before;
        return last;
      }
      case 'bind': {
        const known = value(node.rhs, context);
        if (!isPairs(node.lhs)) bind(node.lhs, known);
        return known;
      }
      case 'condition': {
        test(node.condition, context);
        const then = where(node.condition, 'ifTrue', node.then, context);
        const otherwise = node.else ? where(node.condition, 'ifFalse', node.else, context) : undefined;
        if (!otherwise) return { type: then.type, certain: false };
        return { type: union([then.type, otherwise.type]), certain: then.certain && otherwise.certain };
      }
      case 'binary':
        return binary(node, context);
      case 'unary':
        return unary(node, context);
      case 'apply':
        single(isPairs(node.lhs) ? undefined : node.lhs, context);
        single(node.rhs, context);
        return anything;
      case 'transform':
        // Evaluated on a copy of what it is applied to: names in it are that value's fields.
        for (const inner of [node.pattern, node.update, node.delete]) if (inner) walk(inner, unknown);
        return anything;
      case 'name':
        return named(node, context);
      case 'wildcard':
      case 'descendant':
        if (context === 'root') outside(`${String(node.value)} has nothing to look into here`, node);
        return anything;
      case 'parent':
        usesParent = true;
        return anything;
      default:
        return anything;
    }
  }

  function path(node: Node, context: Context): Known {
    const steps = node.steps ?? [];
    const [first] = steps;
    if (!first) return anything;
    let at = 1;
    let known: Known;
    const fromRoot = (first.type === 'name' && context === 'root') || isRootVariable(first);
    if (fromRoot) {
      const found = reference(steps, scope, ({ node: wrong, ...problem }) =>
        complain({ ...problem, position: startOf(wrong) }),
      );
      if (node.group || !steps.every(isPlainStep)) doubtful = true;
      const consumed = steps.slice(0, found.consumed);
      const last = consumed.at(-1);
      const text = scope.spend(found.visible.code.length) ? found.visible.code : 'null';
      edits.push({
        start: startOf(first),
        end: last?.position ?? 0,
        text: inPath(text, consumed, {
          isWhole: consumed.length === steps.length,
          grouped: node.group !== undefined && /^\s*\{/.test(source.slice(last?.position ?? 0)),
        }),
      });
      at = found.consumed;
      known = last ? stages(last, found.visible) : found.visible;
    } else {
      const meant = first.type === 'name' && context !== 'root' && rootMeant(steps, scope, context);
      if (meant) (meant.code === 'root-in-path' ? tell : complain)({ ...meant, position: startOf(first) });
      known = meant && meant.code !== 'root-in-path' ? anything : walk(first, context);
    }
    for (const step of steps.slice(at)) {
      const through = isMany(known.type);
      const base = itemOf(known.type);
      const { certain } = known;
      if (step.type === 'sort') {
        known = sorted(step, known);
        continue;
      }
      if (through && base.kind === 'unknown' && step === steps.at(-1) && isListLength(step, node, ast))
        tell({ ...LIST_LENGTH, position: startOf(step) });
      known = walk(step, base);
      // A step over nothing or an empty list gives nothing, whatever it says.
      const given = certain && (base.kind === 'object' || base.kind === 'scalar');
      if (through) known = { type: many(known.type), certain: false };
      else if (!given) known = { type: known.type, certain: false };
    }
    if (node.group) known = grouped(node, known);
    const keepsArray = steps.some((step) => step.keepArray);
    return keepsArray ? { type: { kind: 'array', items: itemOf(known.type) }, certain: false } : known;
  }

  function bind(target: Node | undefined, known: Known): void {
    const name = String(target?.value);
    if (bound.get(name)?.length === 1) variables = new Map(variables).set(name, known);
  }

  /** @param given what is known of its arguments */
  function lambda(node: Node, context: Context, given: readonly Known[]): Known {
    const before = variables;
    node.arguments?.forEach((parameter, index) => {
      bind(parameter, given[index] ?? anything);
    });
    const known = node.body ? value(node.body, context) : anything;
    variables = before;
    return known;
  }

  function sorted(step: Node, known: Known): Known {
    for (const term of step.terms ?? []) value(term.expression, itemOf(known.type));
    return stages(step, { type: known.type, certain: false });
  }

  function grouped(node: Node, known: Known): Known {
    for (const [key, item] of node.group?.lhs ?? []) {
      checkKey(key);
      value(key, itemOf(known.type));
      value(item, many(itemOf(known.type)));
    }
    return { type: { kind: 'object', fields: new Map(), open: true }, certain: false };
  }

  /** A name that is looked up in the value before it. */
  function named(node: Node, context: Context): Known {
    if (/[\n\r]/.test(String(node.value))) outside('A name cannot hold a line break', node);
    if (context === 'root') return anything;
    const name = String(node.value);
    const field = member(context, name);
    if (!('missing' in field)) return field;
    complain({ ...missingField(name, field), position: startOf(node) });
    return anything;
  }

  /** Predicates see one item of the value; `[0]` gives one, other predicates any number of items. */
  function stages(node: Node, known: Known): Known {
    let { type, certain } = known;
    for (const stage of [...(node.predicate ?? []), ...(node.stages ?? [])]) {
      if (!stage.expr) continue;
      test(stage.expr, itemOf(type));
      certain = false;
      if (stage.expr.type !== 'number') type = many(itemOf(type));
      else if (isMany(type)) type = itemOf(type);
    }
    if (node.group && node.type !== 'path') return grouped(node, { type, certain });
    // Names bound by @ and # make what follows tuples, whose shape is not followed.
    return node.focus === undefined && node.index === undefined ? { type, certain } : anything;
  }

  function variable(node: Node, context: Context): Known {
    const name = String(node.value);
    if (name === '' && context !== 'root') return { type: context, certain: true };
    const problem = variableProblem(name, bound);
    if (problem) complain({ ...problem, position: startOf(node) });
    return variables.get(name) ?? anything;
  }

  function call(node: Node, context: Context): Known {
    const { procedure } = node;
    const isTest = procedure?.type === 'variable' && TESTS.has(String(procedure.value));
    const called =
      procedure?.type === 'variable' && !bound.has(String(procedure.value)) ? procedure.value : '';
    const results: Known[] = [];
    for (const argument of node.arguments ?? []) {
      const [list] = results;
      const given = list && argument.type === 'lambda' ? givenOfItems(String(called), list.type) : undefined;
      results.push(given ? lambda(argument, context, given) : (isTest ? test : single)(argument, context));
    }
    const plain =
      procedure?.type === 'path' && procedure.steps?.length === 1 ? procedure.steps[0] : undefined;
    const instead = plain && functionInstead(String(plain.value));
    if (plain && instead !== undefined) {
      complain({
        code: 'unknown-function',
        message: `There is no function ${String(plain.value)}`,
        hint: instead,
        position: startOf(plain),
      });
      return anything;
    }
    if (procedure) walk(procedure, context);
    if (procedure?.type !== 'variable') {
      doubtful = true;
      return anything;
    }
    if (node.type === 'partial') return anything;
    const name = String(procedure.value);
    if (bound.has(name)) return anything;
    if (isChanging(name)) changing = true;
    // Functions of the value before them (`x ~> $join(",")`) have fewer arguments than written here.
    return {
      type: resultType(name),
      certain:
        alwaysGives(name) || (results.length > 0 && givesIfGiven(name) && results.every((r) => r.certain)),
    };
  }

  function binary(node: Node, context: Context): Known {
    const operator = String(node.value);
    const isLogic = operator === 'and' || operator === 'or';
    const look = isLogic ? test : operator === '&' ? value : single;
    const lhs = isPairs(node.lhs) ? undefined : node.lhs;
    const left = look(lhs, context);
    // The right side is looked at only where the left one leaves it open.
    const right = isLogic
      ? where(lhs, operator === 'and' ? 'ifTrue' : 'ifFalse', node.rhs, context, test)
      : look(node.rhs, context);
    const problem = operatorProblem(operator, { node: lhs, known: left }, { node: node.rhs, known: right });
    if (problem)
      (problem.code === 'unlikely-comparison' ? tell : complain)({ ...problem, position: startOf(node) });
    return operatorResult(operator, left, right);
  }

  function unary(node: Node, context: Context): Known {
    if (node.value === '[') {
      const items = (node.expressions ?? []).map((item) => itemOf(value(item, context).type));
      return { type: { kind: 'array', items: items.length === 0 ? unknown : union(items) }, certain: true };
    }
    if (node.value === '{' && isPairs(node.lhs)) {
      const fields = new Map<string, Known>();
      let open = false;
      for (const [key, item] of node.lhs) {
        checkKey(key);
        value(key, context);
        const known = value(item, context);
        if (key.type === 'string') fields.set(String(key.value), known);
        else open = true;
      }
      return { type: { kind: 'object', fields, open }, certain: true };
    }
    return { type: scalar('number'), certain: single(node.expression, context).certain };
  }

  function checkKey(key: Node): void {
    const problem = keyProblem(key);
    if (problem) complain({ ...problem, position: startOf(key) });
  }

  function single(node: Node | undefined, context: Context): Known {
    return node ? walk(node, context) : anything;
  }

  /** A part that is only asked whether it is true, or compared: nothing counts as false there. */
  function test(node: Node | undefined, context: Context): Known {
    return within(scope.isTest ? scope : { ...scope, isTest: true }, node, context);
  }

  /** A part whose value goes on. */
  function value(node: Node | undefined, context: Context): Known {
    return within(scope.isTest ? { ...scope, isTest: false } : scope, node, context);
  }

  /** A part that is evaluated only where the condition came out so. */
  function where(
    condition: Node | undefined,
    outcome: keyof Proofs,
    node: Node | undefined,
    context: Context,
    look: typeof single = single,
  ): Known {
    const before = scope;
    scope = withProven(scope, proofsOf(condition, context === 'root')[outcome]);
    const known = look(node, context);
    scope = before;
    return known;
  }

  function within(inner: Scope, node: Node | undefined, context: Context): Known {
    const before = scope;
    scope = inner;
    const known = single(node, context);
    scope = before;
    return known;
  }

  function startOf(node: Node): number {
    return quotedStart(source, node);
  }

  function outside(message: string, node: Node): void {
    complain({
      code: 'not-allowed',
      message,
      hint: 'Begin with inputs, steps, vars or execution.',
      position: startOf(node),
    });
  }
}
