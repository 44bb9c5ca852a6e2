// One JSONata expression of a definition: compiled once, evaluated often; a plain one without jsonata's interpreter.
import { EvaluationFailure } from '../model/errors.ts';
import { isObject, type Json, jsonText, jsonType } from '../model/json.ts';
import { isCheap } from './cheap.ts';
import type { Sources } from './functions.ts';
import { type Evaluated, Interpreter, NOTHING, parseExpression } from './interpreter.ts';
import { type Bindings, compilePlain, type PlainExpression } from './plain/compile.ts';
import { NotPlain } from './plain/values.ts';
import type { Sandbox } from './sandbox.ts';

export type { Bindings } from './plain/compile.ts';

/** What evaluates expressions besides the engine's own thread. */
export interface Evaluators extends Sources {
  readonly sandbox: Sandbox;
}

const OPEN = '{%';
const CLOSE = '%}';

/** Whether a string of a definition is an expression: `{% … %}`, with nothing around it. */
export function isExpression(text: string): boolean {
  return text.startsWith(OPEN) && text.endsWith(CLOSE) && text.length >= OPEN.length + CLOSE.length;
}

/** The expression without its delimiters. */
export const sourceOf = (text: string): string => text.slice(OPEN.length, -CLOSE.length).trim();

export class Expression {
  readonly #source: string;
  /** The field's path in the state, as `Arguments/Payload/id`. */
  readonly #field: string;
  /** Undefined for an expression that is evaluated in the sandbox. */
  readonly #interpreter: Interpreter | undefined;
  readonly #plain: PlainExpression | undefined;
  readonly #sandbox: Sandbox;
  /** The variables that the sandbox is sent. */
  readonly #names: readonly string[] = [];

  /** Throws ExpressionSyntaxError. `text` includes its delimiters. */
  constructor(text: string, field: string, evaluators: Evaluators) {
    this.#source = sourceOf(text);
    this.#field = field;
    this.#sandbox = evaluators.sandbox;
    const parsed = parseExpression(this.#source);
    if (!isCheap(parsed.ast())) {
      this.#names = [...new Set(variablesOf(parsed.ast()))];
      return;
    }
    this.#plain = compilePlain(parsed.ast());
    this.#interpreter = new Interpreter(parsed, evaluators, { watch: false });
  }

  /**
   * Gives the value, or, where jsonata's interpreter is needed, a promise of it. Throws, or rejects with,
   * EvaluationFailure when the expression fails, or when its value is undefined or a function.
   */
  evaluate(bindings: Bindings): Json | Promise<Json> {
    if (!this.#plain) return this.#interpret(bindings);
    try {
      const value = this.#plain(bindings);
      if (value !== undefined) return value;
    } catch (error) {
      if (error instanceof NotPlain) return this.#interpret(bindings);
      throw error;
    }
    return this.#valueOf(NOTHING);
  }

  async #interpret(bindings: Bindings): Promise<Json> {
    return this.#valueOf(await (this.#interpreter?.evaluate(bindings) ?? this.#inSandbox(bindings)));
  }

  #inSandbox(bindings: Bindings): Promise<Evaluated> {
    const read = this.#names.filter((name) => Object.hasOwn(bindings, name));
    const given = Object.fromEntries(read.map((name) => [name, bindings[name]]));
    return this.#sandbox.evaluate(this.#source, given, executionOf(bindings));
  }

  #valueOf(evaluated: Evaluated): Json {
    if ('failure' in evaluated) throw this.#failure(evaluated.failure);
    return evaluated.value;
  }

  /** Throws EvaluationFailure saying that a value of another type was expected. */
  unexpectedType(expected: string, value: Json): EvaluationFailure {
    return this.#failure(
      `returned an unexpected result type. Expected '${expected}', but was '${jsonType(value)}' for value: ${jsonText(value)}`,
    );
  }

  #failure(what: string): EvaluationFailure {
    return new EvaluationFailure(
      `The JSONata expression '${this.#source}' specified for the field '${this.#field}' ${what}`,
      this.#field,
    );
  }
}

/** The names of the variables in a syntax tree, also of those that the expression itself sets. */
function variablesOf(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(variablesOf);
  if (!isObject(tree)) return [];
  const inner = Object.values(tree).flatMap(variablesOf);
  return tree['type'] === 'variable' ? [String(tree['value']), ...inner] : inner;
}

/** The ARN of the execution that these variables belong to; empty outside of one. */
function executionOf({ states }: Bindings): string {
  const context = isObject(states) ? states['context'] : undefined;
  const execution = isObject(context) ? context['Execution'] : undefined;
  return isObject(execution) ? String(execution['Id']) : '';
}
