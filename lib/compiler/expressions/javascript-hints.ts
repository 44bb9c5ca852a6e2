// What those who know JavaScript write, and what it is in JSONata.
import { isFunction } from './functions.ts';

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
  [/\|\|/, 'In JSONata it is written or.'],
  [/\?\?/, 'In JSONata: $exists(inputs.x) ? inputs.x : "otherwise".'],
  [/=>/, 'In JSONata: function($x) { … }.'],
  [/!/, 'In JSONata it is written $not(…).'],
];

/** What to write instead of the JavaScript operator at about the column (from 1), if there is one. */
export function operatorInstead(text: string, column: number): string | undefined {
  const about = text.slice(Math.max(0, column - 3), column + 1);
  return OPERATORS.find(([operator]) => operator.test(about))?.[1];
}
