// What can be written next in an expression, and what is known of a path in it.
import { functionNames, resultType } from './functions.ts';
import { quoted } from './literal.ts';
import { execution, objectOf, type Scope, type Visible } from './scope.ts';
import { describe, itemOf, type Known, member, type Type } from './types.ts';

export interface Offer {
  /** What is written. */
  readonly text: string;
  readonly kind: 'root' | 'field' | 'function';
  /** `a string` */
  readonly type: string;
}

export interface Offers {
  /** How many characters before the place are the beginning of what is offered. */
  readonly length: number;
  readonly offers: readonly Offer[];
}

const NAME = '(?:[A-Za-z_]\\w*|`[^`]*`)';
const STEP = `${NAME}(?:\\[[^[\\]]*\\])*`;
/** A path, of which the last name is being written. */
const WRITTEN = new RegExp(`(?:\\$\\$\\.)?((?:${STEP}\\.)*)(\\$?\\w*|\`[^\`]*)$`);
/** A path in whose predicate or brackets the place is. */
const AROUND = new RegExp(`((?:${STEP}\\.)*${STEP})(?:\\[|\\.\\()[^[\\]()]*$`);

/** @param before the expression up to the place */
export function offersAt(scope: Scope, before: string): Offers {
  const [, path = '', begun = ''] = WRITTEN.exec(before) ?? [];
  const length = begun.length;
  if (path !== '') return { length, offers: fieldsAt(scope, namesOf(path)) };
  if (begun.startsWith('$')) return { length, offers: functions };
  const around = AROUND.exec(before.slice(0, before.length - length))?.[1];
  const inner = around === undefined ? [] : fieldsAt(scope, namesOf(around));
  return { length, offers: [...inner, ...rootsOf(scope), ...functions] };
}

/** The path whose name is at the place, and what is known of its value; undefined where there is none. */
export function pathAt(
  scope: Scope,
  source: string,
  at: number,
):
  | { readonly names: readonly string[]; readonly from: number; readonly to: number; readonly type: string }
  | undefined {
  const end = at + (/^[\w`]*/.exec(source.slice(at))?.[0].length ?? 0);
  const [, path = '', last = ''] = WRITTEN.exec(source.slice(0, end)) ?? [];
  if (last === '' || last.startsWith('$')) return undefined;
  const around = path === '' ? AROUND.exec(source.slice(0, end - last.length))?.[1] : undefined;
  const names = [...namesOf(around ?? path), ...namesOf(last)];
  const known = knownOf(scope, names);
  return known && { names, from: end - last.length, to: end, type: describe(known.type) };
}

const functions: readonly Offer[] = functionNames.map((name) => ({
  text: `$${name}`,
  kind: 'function',
  type: describe(resultType(name)),
}));

/** `a.b[0].` without its predicates. */
function namesOf(path: string): readonly string[] {
  return [...path.replaceAll(/\[[^[\]]*\]/g, '').matchAll(/`([^`]*)`?|\w+/g)].map(
    ([name, inner]) => inner ?? name,
  );
}

function rootsOf(scope: Scope): readonly Offer[] {
  return [...roots(scope)].map(([text, { type }]) => ({ text, kind: 'root', type: describe(type) }));
}

function fieldsAt(scope: Scope, names: readonly string[]): readonly Offer[] {
  const known = knownOf(scope, names);
  if (!known) return [];
  return [...fieldsOf(known.type)].map(([name, { type }]) => ({
    text: quoted(name),
    kind: 'field',
    type: describe(type),
  }));
}

function knownOf(scope: Scope, [root = '', ...rest]: readonly string[]): Known | undefined {
  let known: Known | undefined = roots(scope).get(root);
  for (const name of rest) {
    const found: ReturnType<typeof member> | undefined = known && member(itemOf(known.type), name);
    known = found && 'missing' in found ? undefined : found;
  }
  return known;
}

/** The values that an expression can begin with at this place. */
function roots(scope: Scope): ReadonlyMap<string, Known> {
  const { inputs, steps, vars, loops, error, approval } = scope;
  const [loop] = loops;
  const ofLoops = loops.map(({ id, item, index }): [string, Known] => [
    id,
    objectOf(
      new Map<string, Visible>([
        ['item', item],
        ['index', index],
      ]),
    ),
  ]);
  const found: [string, Known | undefined][] = [
    ['inputs', objectWith(inputs)],
    ['steps', objectWith(new Map<string, Known>([...ofLoops, ...steps]))],
    ['vars', objectWith(vars)],
    ['execution', execution(scope)],
    ['item', loop?.item],
    ['index', loop?.index],
    ['error', error],
    ['approval', approval && objectOf(approval)],
  ];
  return new Map(found.filter((entry): entry is [string, Known] => entry[1] !== undefined));
}

function objectWith(fields: ReadonlyMap<string, Known>): Known {
  return { type: { kind: 'object', fields: new Map(fields), open: false }, certain: true };
}

function fieldsOf(type: Type): ReadonlyMap<string, Known> {
  switch (type.kind) {
    case 'object':
      return type.fields;
    case 'array':
    case 'many':
      return fieldsOf(type.items);
    case 'union':
      return new Map(type.options.flatMap((option) => [...fieldsOf(option)]));
    default:
      return new Map();
  }
}
