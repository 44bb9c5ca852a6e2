// What those who know JavaScript write, and what it is in JSONata.
import { fromJavascript } from './from-javascript.ts';
import { isFunction } from './functions.ts';
import { parseExpression } from './parse-expression.ts';

const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['toUpperCase', '$uppercase(text)'],
  ['toLowerCase', '$lowercase(text)'],
  ['toString', '$string(value)'],
  ['stringify', '$string(value)'],
  ['parseInt', '$number(text)'],
  ['parseFloat', '$number(text)'],
  ['slice', '$substring(text, start, length)'],
  ['substr', '$substring(text, start, length)'],
  ['includes', '$contains(text, part), or value in list'],
  ['indexOf', '$contains(text, part), or value in list'],
  ['concat', 'a & b for texts, $append(list, list) for lists'],
  ['push', '$append(list, value)'],
  ['find', 'list[field = value][0]'],
  ['forEach', '$map(list, function($item) { … })'],
  ['toFixed', '$formatNumber(number, "0.00")'],
]);

/** The function that is called without its $. */
export function functionMeant(name: string): string | undefined {
  return isFunction(name) ? `$${name}` : undefined;
}

/** What to write instead of a function called without $, like a method of JavaScript. */
export function functionInstead(name: string): string | undefined {
  const meant = functionMeant(name);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const instead = FUNCTIONS.get(name);
  return instead === undefined ? undefined : `In JSONata: ${instead}.`;
}

const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/!==?/, 'JSONata compares with = and !=.'],
  [/===?/, 'JSONata compares with = and !=.'],
  [/&&/, 'In JSONata it is written and; & joins texts.'],
  [/\|\|/, 'In JSONata it is written or; in place of a missing value: inputs.x ? inputs.x : "otherwise".'],
  [/\?\?/, 'In JSONata: inputs.x != null ? inputs.x : "otherwise".'],
  [/\?\./, 'In JSONata a field of what is missing is missing too: inputs.x.y.'],
  [/=>/, 'In JSONata: function($x) { … }.'],
  [/!/, 'In JSONata it is written $not(…).'],
];

/** What to write instead of the JavaScript operator at about the column (from 1), if there is one. */
export function operatorInstead(text: string, column: number): string | undefined {
  const about = text.slice(Math.max(0, column - 3), column + 1);
  return OPERATORS.find(([operator]) => operator.test(about))?.[1];
}

/** How many `}}` are tried as the end of an expression: a lambda and a template of JavaScript may hold them. */
const MAX_ENDS = 3;

interface Meant {
  readonly with: string;
  /** Of what it takes the place of, in the text, from 1. */
  readonly column: number;
  readonly length: number;
}

/** The expression at the column as JSONata, when it is written as in JavaScript and what is meant is sure. */
export function meantAt(text: string, column: number, isCondition: boolean): Meant | undefined {
  const open = text.lastIndexOf('{{', column - 1);
  if (open === -1) return undefined;
  let close = open;
  for (let tries = 0; tries < MAX_ENDS; tries += 1) {
    close = text.indexOf('}}', close + 1);
    if (close === -1) return undefined;
    const source = text.slice(open + 2, close);
    const meant = asJsonata(source, isCondition);
    if (meant) return { with: meant.with, length: meant.length, column: open + 2 + meant.position + 1 };
  }
  return undefined;
}

/** An expression as JSONata, without the blanks around it. */
export function asJsonata(
  source: string,
  isCondition: boolean,
): { readonly with: string; readonly position: number; readonly length: number } | undefined {
  const code = fromJavascript(source, isCondition);
  if (code === undefined || !('ast' in parseExpression(code))) return undefined;
  return { with: code.trim(), position: source.search(/\S/), length: source.trim().length };
}

/** For the hint: people without an editor see it too. */
export function writeInstead(meant: Pick<Meant, 'with'> | undefined): string {
  return meant && meant.with.length <= MAX_SHOWN ? ` Write {{ ${meant.with} }}.` : '';
}

const MAX_SHOWN = 120;
