// Checks the input of an execution against the inputs that its workflow declares.
import { didYouMean } from '../did-you-mean.ts';
import { digitsOf } from '../exact-json.ts';
import { pointerTo } from '../json-pointer.ts';
import type { RequestProblem } from '../problem.ts';
import type { InputDeclaration } from './workflow.ts';

/**
 * Every mistake: a required input that is missing, a value of the wrong type, an input that is not declared.
 * @param pointer where the input is in the body: `/input`
 */
export function inputProblems(
  declared: Readonly<Record<string, InputDeclaration>>,
  input: Readonly<Record<string, unknown>>,
  pointer: string,
): Iterable<RequestProblem> {
  return inputChecker(declared)(input, pointer);
}

export type InputCheck = (
  input: Readonly<Record<string, unknown>>,
  pointer: string,
) => Iterable<RequestProblem>;

/** `inputProblems` of several inputs of the same workflow. */
export function inputChecker(declared: Readonly<Record<string, InputDeclaration>>): InputCheck {
  const declarations = Object.entries(declared);
  const names = Object.keys(declared);
  return (input, pointer) => problemsOf(input, pointer, declared, declarations, names);
}

function* problemsOf(
  input: Readonly<Record<string, unknown>>,
  pointer: string,
  declared: Readonly<Record<string, InputDeclaration>>,
  declarations: readonly (readonly [string, InputDeclaration])[],
  names: readonly string[],
): Generator<RequestProblem> {
  for (const [name, declaration] of declarations) {
    const given = Object.hasOwn(input, name);
    const problem = given ? typeProblem(name, declaration, input[name]) : missingProblem(name, declaration);
    if (problem) yield { ...problem, pointer: pointerTo(pointer, name) };
  }
  const inputs = `${names.slice(0, MAX_SHOWN).join(', ')}${names.length > MAX_SHOWN ? ' and others' : ''}`;
  for (const name of Object.keys(input)) {
    if (Object.hasOwn(declared, name)) continue;
    yield {
      code: 'unknown-input',
      pointer: pointerTo(pointer, name),
      message: `The workflow has no input \`${name}\``,
      hint: didYouMean(name, names) ?? (names.length > 0 ? `its inputs: ${inputs}` : 'it has no inputs'),
    };
  }
}

/** How many of the inputs a hint names. */
const MAX_SHOWN = 50;

type Mistake = Omit<RequestProblem, 'pointer'>;

/** Whether a run has to be given the input. */
export function isRequired({ default: fallback, required }: InputDeclaration): boolean {
  return required ?? fallback === undefined;
}

function missingProblem(name: string, declaration: InputDeclaration): Mistake | undefined {
  if (!isRequired(declaration)) return undefined;
  const { type, description } = declaration;
  return {
    code: 'missing-input',
    message: `The input \`${name}\` is missing`,
    hint: [type && `of type ${type}`, description].filter(Boolean).join(': ') || 'it has no default',
  };
}

function typeProblem(name: string, { type }: InputDeclaration, value: unknown): Mistake | undefined {
  if (fits(type, value)) return undefined;
  return {
    code: 'wrong-type',
    message: `The input \`${name}\` must be of type ${type}, but it is ${nameOf(value)}`,
  };
}

/** Whether the value is of the type that an input declares, if it declares one. */
export function fits(type: InputDeclaration['type'], value: unknown): boolean {
  if (digitsOf(value) !== undefined) return type === undefined || type === 'integer' || type === 'number';
  switch (type) {
    case undefined:
      return true;
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  const digits = digitsOf(value);
  if (digits !== undefined) return `the number ${digits}`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' ? `the number ${value}` : `a ${typeof value}`;
}
