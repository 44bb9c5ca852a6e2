// The number or text that an expression gives whatever its data is, where its source says so: `2.5`, `60 * 60`, `"soon"`.
import { parseExpression } from './parse-expression.ts';
import type { Node } from './syntax-tree.ts';

/** @param code JSONata */
export function constantOf(code: string): number | string | undefined {
  const parsed = parseExpression(code);
  if (!('ast' in parsed)) return undefined;
  const { type, value } = parsed.ast;
  return type === 'string' ? String(value) : numberOf(parsed.ast);
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

function numberOf(node: Node): number | undefined {
  const { type, value, expression, expressions = [], lhs, rhs } = node;
  if (type === 'number') return Number(value);
  const [only, another] = expressions;
  if (type === 'block' && only && !another) return numberOf(only);
  if (type === 'unary' && value === '-' && expression) {
    const number = numberOf(expression);
    return number === undefined ? undefined : -number;
  }
  const calculate = type === 'binary' ? OPERATORS[String(value)] : undefined;
  if (!calculate || !lhs || !rhs || !('type' in lhs)) return undefined;
  const [left, right] = [numberOf(lhs), numberOf(rhs)];
  return left === undefined || right === undefined ? undefined : calculate(left, right);
}
