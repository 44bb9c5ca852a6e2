// EventBridge's event patterns (EventBridge user guide, "Creating event patterns").

type Literal = string | number | boolean | null;
type Comparison = '=' | '<' | '<=' | '>' | '>=';

type Excluded = Literal | readonly Literal[] | { readonly prefix: string } | { readonly wildcard: string };

/** A condition on a value. */
export type Matcher =
  | Literal
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly 'equals-ignore-case': string }
  | { readonly 'anything-but': Excluded }
  | { readonly numeric: readonly (Comparison | number)[] }
  | { readonly exists: boolean };

/** Every field must match; a field's list matches when one of its matchers does. */
export type Pattern = { readonly [field: string]: readonly Matcher[] | Pattern };

export function matchesPattern(pattern: Pattern, event: object): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    const value: unknown = Object.getOwnPropertyDescriptor(event, field)?.value;
    if (!isList(expected))
      return typeof value === 'object' && value !== null && matchesPattern(expected, value);
    if (value === undefined) return expected.some((matcher) => isAbsent(matcher));
    // A list in the event matches by any of its members.
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return expected.some((matcher) => values.some((item) => matchesValue(matcher, item)));
  });
}

const isList = (expected: readonly Matcher[] | Pattern): expected is readonly Matcher[] =>
  Array.isArray(expected);

const isAbsent = (matcher: Matcher) =>
  typeof matcher === 'object' && matcher !== null && 'exists' in matcher && !matcher.exists;

function matchesValue(matcher: Matcher, value: unknown): boolean {
  if (typeof matcher !== 'object' || matcher === null) return matcher === value;
  if ('exists' in matcher) return matcher.exists;
  if ('numeric' in matcher) return typeof value === 'number' && compare(matcher.numeric, value);
  if ('anything-but' in matcher) return !isExcluded(matcher['anything-but'], value);
  if (typeof value !== 'string') return false;
  if ('prefix' in matcher) return value.startsWith(matcher.prefix);
  if ('suffix' in matcher) return value.endsWith(matcher.suffix);
  return value.toLowerCase() === matcher['equals-ignore-case'].toLowerCase();
}

function isExcluded(excluded: Excluded, value: unknown): boolean {
  if (typeof excluded === 'object' && excluded !== null) {
    if ('prefix' in excluded) return typeof value === 'string' && value.startsWith(excluded.prefix);
    if ('wildcard' in excluded) return typeof value === 'string' && matchesWildcard(excluded.wildcard, value);
  }
  return [excluded].flat().some((literal) => literal === value);
}

/** `*` stands for any number of characters, also none. */
function matchesWildcard(wildcard: string, value: string): boolean {
  const parts = wildcard.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

/** `['>', 0, '<=', 5]` */
function compare(conditions: readonly (Comparison | number)[], value: number): boolean {
  const holds: Readonly<Record<Comparison, (bound: number) => boolean>> = {
    '=': (bound) => value === bound,
    '<': (bound) => value < bound,
    '<=': (bound) => value <= bound,
    '>': (bound) => value > bound,
    '>=': (bound) => value >= bound,
  };
  for (let index = 0; index < conditions.length; index += 2) {
    const [comparison, bound] = conditions.slice(index, index + 2);
    if (typeof comparison !== 'string' || typeof bound !== 'number' || !holds[comparison](bound))
      return false;
  }
  return true;
}
