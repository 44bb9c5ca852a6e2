// Plain expressions: those whose result is found without the interpreter, by closures, at once instead of by promises.
//
// Paths, literals, operators, conditions, arrays, objects, blocks and a few functions, all outside of any context value
// (what a name without a `$` before it is looked up in), which an expression of a state machine begins without.
// A part of the syntax tree with any mark that is not known here makes the whole expression not plain.
import { isObject, type Json } from '../../model/json.ts';
import { asArgument, functions, negated, operators } from './operators.ts';
import { pick, type Step, walk } from './path.ts';
import { isList, isTrue, notPlain, type Value } from './values.ts';

/** `$states` and the variables, by their names without the dollar sign; JSON all of it. */
export type Bindings = Readonly<Record<string, unknown>>;

/** Gives nothing as undefined. Throws NotPlain when these values are for the interpreter. */
export type PlainExpression = (bindings: Bindings) => Value;

interface Scope {
  readonly bindings: Bindings;
  /** What `:=` has set. */
  readonly locals: Value[];
}

type Evaluate = (scope: Scope) => Value;
type Node = Readonly<Record<string, unknown>>;
/** The places of local variables by their names. */
type Names = ReadonlyMap<string, number>;

/** Thrown while compiling. */
class Unknown extends Error {
  override readonly name = 'Unknown';
}

/** @param tree of jsonata; @returns undefined when the expression is not plain */
export function compilePlain(tree: unknown): PlainExpression | undefined {
  const compiler = new Compiler();
  try {
    const evaluate = compiler.compile(tree, new Map());
    return (bindings) => {
      // With variables of these names the interpreter's own look-up of variables goes astray.
      if (Object.hasOwn(bindings, 'hasOwnProperty') || Object.hasOwn(bindings, '__proto__')) throw notPlain;
      return evaluate({ bindings, locals: [] });
    };
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

class Compiler {
  #locals = 0;

  compile(tree: unknown, names: Names): Evaluate {
    const node = asNode(tree);
    const indexes = indexesOf(node['predicate']);
    const evaluate = this.#unfiltered(node, names);
    if (indexes.length === 0) return evaluate;
    return (scope) => indexes.reduce(pick, evaluate(scope));
  }

  #unfiltered(node: Node, names: Names): Evaluate {
    switch (node['type']) {
      case 'string':
      case 'number':
      case 'value':
        return literal(node);
      case 'variable':
        return variable(node, names);
      case 'path':
        return this.#path(node, names);
      case 'binary':
        return this.#binary(node, names);
      case 'unary':
        return this.#unary(node, names);
      case 'condition':
        return this.#condition(node, names);
      case 'block':
        return this.#block(node, names);
      case 'function':
        return this.#call(node, names);
      default:
        throw new Unknown();
    }
  }

  #path(node: Node, names: Names): Evaluate {
    check(node, 'steps');
    const [first, ...others] = asList(node['steps']);
    const root = asNode(first);
    // Without names it would be a list of its own kind, and an array written down is not gone through.
    if (others.length === 0 || !['variable', 'block'].includes(String(root['type']))) throw new Unknown();
    const steps = others.map(step);
    // All of `$states` is made only for the interpreter.
    const evaluate = root['type'] === 'variable' ? variable(root, names, true) : this.compile(root, names);
    const indexes = indexesOf(root['predicate']);
    if (root['type'] === 'variable' && indexes.length > 0)
      return (scope) => walk(indexes.reduce(pick, evaluate(scope)), steps);
    return (scope) => walk(evaluate(scope), steps);
  }

  #binary(node: Node, names: Names): Evaluate {
    check(node, 'value', 'lhs', 'rhs');
    const left = this.compile(node['lhs'], names);
    const right = this.compile(node['rhs'], names);
    const name = String(node['value']);
    if (name === 'and') return (scope) => isTrue(left(scope)) && isTrue(right(scope));
    if (name === 'or') return (scope) => isTrue(left(scope)) || isTrue(right(scope));
    const operator = own(operators, name);
    return (scope) => operator(left(scope), right(scope));
  }

  #unary(node: Node, names: Names): Evaluate {
    switch (node['value']) {
      case '-': {
        check(node, 'value', 'expression');
        const operand = this.compile(node['expression'], names);
        return (scope) => negated(operand(scope));
      }
      case '[':
        return this.#array(node, names);
      case '{':
        return this.#object(node, names);
      default:
        throw new Unknown();
    }
  }

  #array(node: Node, names: Names): Evaluate {
    check(node, 'value', 'expressions');
    const items = asList(node['expressions']).map((item) => ({
      evaluate: this.compile(item, names),
      isArray: asNode(item)['type'] === 'unary' && asNode(item)['value'] === '[',
    }));
    return (scope) => {
      const array: Json[] = [];
      for (const { evaluate, isArray } of items) {
        const value = evaluate(scope);
        if (value === undefined) continue;
        // What an item gives as a list becomes part of this one, unless it was written as an array.
        if (isList(value) && !isArray) array.push(...value);
        else array.push(value);
      }
      return array;
    };
  }

  #object(node: Node, names: Names): Evaluate {
    check(node, 'value', 'lhs');
    const entries = asList(node['lhs']).map((pair) => {
      const [key, value] = asList(pair);
      const { type, value: name } = asNode(key);
      check(asNode(key), 'value');
      if (type !== 'string' || typeof name !== 'string' || name in Object.prototype) throw new Unknown();
      return [name, this.compile(value, names)] as const;
    });
    if (new Set(entries.map(([key]) => key)).size < entries.length) throw new Unknown();
    return (scope) => {
      const object: Record<string, Json> = {};
      for (const [key, evaluate] of entries) {
        const value = evaluate(scope);
        if (value !== undefined) object[key] = value;
      }
      return object;
    };
  }

  #condition(node: Node, names: Names): Evaluate {
    check(node, 'condition', 'then', 'else');
    const condition = this.compile(node['condition'], names);
    const then = this.compile(node['then'], names);
    const otherwise = node['else'] === undefined ? () => undefined : this.compile(node['else'], names);
    return (scope) => (isTrue(condition(scope)) ? then(scope) : otherwise(scope));
  }

  #block(node: Node, outer: Names): Evaluate {
    check(node, 'expressions', 'predicate');
    const names = new Map(outer);
    const parts = asList(node['expressions']).map((part) => this.#part(asNode(part), names));
    const [only] = parts;
    if (only && parts.length === 1) return only;
    return (scope) => {
      let value: Value;
      for (const part of parts) value = part(scope);
      return value;
    };
  }

  /** An expression of a block; `names` gets the variable that it sets. */
  #part(node: Node, names: Map<string, number>): Evaluate {
    if (node['type'] !== 'bind') return this.compile(node, names);
    check(node, 'value', 'lhs', 'rhs');
    const name = variableName(asNode(node['lhs']));
    check(asNode(node['lhs']), 'value');
    const evaluate = this.compile(node['rhs'], names);
    const place = this.#locals++;
    names.set(name, place);
    return (scope) => {
      const value = evaluate(scope);
      scope.locals[place] = value;
      return value;
    };
  }

  #call(node: Node, names: Names): Evaluate {
    check(node, 'name', 'value', 'arguments', 'procedure', 'predicate');
    const procedure = asNode(node['procedure']);
    check(procedure, 'value');
    const name = variableName(procedure);
    const [argument, ...others] = asList(node['arguments']);
    if (node['value'] !== '(' || argument === undefined || others.length > 0 || names.has(name))
      throw new Unknown();
    const call = own(functions, name);
    const evaluate = this.compile(argument, names);
    return (scope) => {
      if (Object.hasOwn(scope.bindings, name)) throw notPlain; // a variable in the function's place
      return call(asArgument(evaluate(scope)));
    };
  }
}

function literal(node: Node): Evaluate {
  check(node, 'value');
  const value = node['value'] as Json; // of jsonata's literals
  return () => value;
}

function variable(node: Node, names: Names, isRoot = false): Evaluate {
  check(node, 'value', 'predicate');
  const name = variableName(node);
  const place = names.get(name);
  if (place !== undefined) return ({ locals }) => locals[place];
  if (name === 'states' && !isRoot) throw new Unknown();
  return ({ bindings }) => {
    // One that is not set may be a function.
    if (!Object.hasOwn(bindings, name)) throw notPlain;
    return bindings[name] as Value;
  };
}

/** Without the dollar sign. Those of the context and of the whole input are empty and `$`. */
function variableName(node: Node): string {
  const { type, value } = node;
  if (type !== 'variable' || typeof value !== 'string') throw new Unknown();
  if (value === '' || value === '$' || value in Object.prototype) throw new Unknown();
  return value;
}

function step(tree: unknown): Step {
  const node = asNode(tree);
  check(node, 'value', 'stages');
  const { type, value } = node;
  if (type !== 'name' || typeof value !== 'string' || value in Object.prototype) throw new Unknown();
  return { key: value, indexes: indexesOf(node['stages']) };
}

/** Of filters, only numbers. */
function indexesOf(filters: unknown): number[] {
  if (filters === undefined) return [];
  return asList(filters).map((filter) => {
    const { type, expr } = asNode(filter);
    const { type: kind, value } = asNode(expr);
    check(asNode(expr), 'value');
    if (type !== 'filter' || kind !== 'number' || typeof value !== 'number') throw new Unknown();
    return value;
  });
}

/** Throws Unknown when the node says more than what its compiler reads. */
function check(node: Node, ...known: readonly string[]): void {
  for (const key of Object.keys(node))
    if (key !== 'type' && key !== 'position' && !known.includes(key)) throw new Unknown();
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new Unknown();
  return found;
}

function asNode(value: unknown): Node {
  if (!isObject(value)) throw new Unknown();
  return value;
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unknown();
  return value;
}
