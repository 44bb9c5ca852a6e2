// Plain expressions are compiled to closures, which give their value at once; jsonata's interpreter gives a promise.
//
// Plain are paths, literals, operators, conditions, arrays, objects, blocks and a few functions, without a context value
// (in which a name without a `$` would be looked up). An expression with any other kind of node in its syntax tree, or
// with a field of a node that is not read here, is left to the interpreter as a whole.
import { isObject, type Json } from '../../model/json.ts';
import { asArgument, functions, negated, operators } from './operators.ts';
import { pick, type Step, walk } from './path.ts';
import { isList, isTrue, notPlain, type Value } from './values.ts';

/** `$states` and the variables, by their names without the dollar sign; JSON all of it. */
export type Bindings = Readonly<Record<string, unknown>>;

/** Throws NotPlain when the interpreter is needed for these values. */
export type PlainExpression = (bindings: Bindings) => Value;

interface Scope {
  readonly bindings: Bindings;
  /** The variables that `:=` has set. */
  readonly locals: Value[];
}

type Evaluate = (scope: Scope) => Value;
type Node = Readonly<Record<string, unknown>>;
/** The indexes of local variables by their names. */
type Names = ReadonlyMap<string, number>;

/** Thrown while compiling: the expression is not plain. */
class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

/** @param tree of jsonata; @returns undefined when the expression is not plain */
export function compilePlain(tree: unknown): PlainExpression | undefined {
  const compiler = new Compiler();
  try {
    const evaluate = compiler.compile(tree, new Map());
    return (bindings) => {
      // With variables of these names the interpreter's own look-up of variables fails.
      if (Object.hasOwn(bindings, 'hasOwnProperty') || Object.hasOwn(bindings, '__proto__')) throw notPlain;
      return evaluate({ bindings, locals: [] });
    };
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
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
        throw new Unsupported();
    }
  }

  #path(node: Node, names: Names): Evaluate {
    check(node, 'steps');
    const [first, ...others] = asList(node['steps']);
    const root = asNode(first);
    // A path without steps gives a marked list, and jsonata treats an array literal as the first step differently.
    if (others.length === 0 || !['variable', 'block'].includes(String(root['type']))) throw new Unsupported();
    const steps = others.map(step);
    // `$states` as a whole is left to the interpreter.
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
        throw new Unsupported();
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
        // A list that an item gives is flattened into this one, unless the item is an array literal.
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
      if (type !== 'string' || typeof name !== 'string' || name in Object.prototype) throw new Unsupported();
      return [name, this.compile(value, names)] as const;
    });
    if (new Set(entries.map(([key]) => key)).size < entries.length) throw new Unsupported();
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

  /** An expression of a block. Adds the variable that it sets to `names`. */
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
      throw new Unsupported();
    const call = own(functions, name);
    const evaluate = this.compile(argument, names);
    return (scope) => {
      if (Object.hasOwn(scope.bindings, name)) throw notPlain; // a variable hides the function
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
  if (name === 'states' && !isRoot) throw new Unsupported();
  return ({ bindings }) => {
    // A variable that is not set may be a function.
    if (!Object.hasOwn(bindings, name)) throw notPlain;
    return bindings[name] as Value;
  };
}

/** Without the dollar sign. The names of `$` and `$$` are empty and `$`. */
function variableName(node: Node): string {
  const { type, value } = node;
  if (type !== 'variable' || typeof value !== 'string') throw new Unsupported();
  if (value === '' || value === '$' || value in Object.prototype) throw new Unsupported();
  return value;
}

function step(tree: unknown): Step {
  const node = asNode(tree);
  check(node, 'value', 'stages');
  const { type, value } = node;
  if (type !== 'name' || typeof value !== 'string' || value in Object.prototype) throw new Unsupported();
  return { key: value, indexes: indexesOf(node['stages']) };
}

/** Of filters, only numbers are supported. */
function indexesOf(filters: unknown): number[] {
  if (filters === undefined) return [];
  return asList(filters).map((filter) => {
    const { type, expr } = asNode(filter);
    const { type: kind, value } = asNode(expr);
    check(asNode(expr), 'value');
    if (type !== 'filter' || kind !== 'number' || typeof value !== 'number') throw new Unsupported();
    return value;
  });
}

/** Throws Unsupported when the node has a field that is not `known`. */
function check(node: Node, ...known: readonly string[]): void {
  for (const key of Object.keys(node))
    if (key !== 'type' && key !== 'position' && !known.includes(key)) throw new Unsupported();
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new Unsupported();
  return found;
}

function asNode(value: unknown): Node {
  if (!isObject(value)) throw new Unsupported();
  return value;
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unsupported();
  return value;
}
