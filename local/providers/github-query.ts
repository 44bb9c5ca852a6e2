// A query of GitHub's search, taken apart: the words are matched here, the rest is left to the emulator.

export interface Query {
  /** Words and phrases, in lower case; each has to occur. */
  readonly words: readonly string[];
  /** Those that must not. */
  readonly without: readonly string[];
  /** Where words are looked for (`in:title`); empty when the query does not say. */
  readonly places: readonly string[];
  /** Bounds of times: `created:>=2026-03-01`. */
  readonly times: readonly { readonly field: string; inside(time: string): boolean }[];
  /** `extension:md`. */
  readonly extensions: readonly string[];
  /** The other qualifiers, for the emulator. */
  readonly rest: readonly string[];
}

const token = /(-?)(?:([a-z]+):)?("[^"]*"|[^\s"]+)/gi;

export function parseQuery(q: string): Query {
  const words: string[] = [];
  const without: string[] = [];
  const places: string[] = [];
  const times: Query['times'][number][] = [];
  const extensions: string[] = [];
  const rest: string[] = [];
  let negated = false;
  for (const [whole, minus, qualifier = '', quotedValue = ''] of q.matchAll(token)) {
    const value = quotedValue.replace(/^"(.*)"$/, '$1');
    const key = qualifier.toLowerCase();
    if (key === '' && (value === 'AND' || value === 'NOT')) {
      negated = value === 'NOT';
      continue;
    }
    if (key === '') (minus || negated ? without : words).push(value.toLowerCase());
    else if (key === 'in') places.push(...value.toLowerCase().split(','));
    else if (key === 'extension') extensions.push(value.toLowerCase().replace(/^\./, ''));
    else if (['created', 'updated', 'closed', 'merged'].includes(key)) times.push(bound(key, value));
    // The emulator knows one of the two names.
    else rest.push(whole.replace(/:pull-request$/i, ':pr'));
    negated = false;
  }
  return { words, without, places, times, extensions, rest };
}

/** https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates */
function bound(key: string, value: string): Query['times'][number] {
  const field = `${key}_at`;
  const [, operator = '', from = '', to] = /^(>=?|<=?)?(.*?)(?:\.\.(.*))?$/.exec(value) ?? [];
  /** A day as a bound is its first moment, or its last. */
  const start = (text: string) => (text === '*' ? Number.NEGATIVE_INFINITY : Date.parse(text));
  const end = (text: string) => {
    if (text === '*') return Number.POSITIVE_INFINITY;
    return Date.parse(text) + (/^\d{4}-\d\d-\d\d$/.test(text) ? 86_399_999 : 0);
  };
  const inside = (time: string) => {
    const at = Date.parse(time);
    if (operator === '>') return at > end(from);
    if (operator === '>=') return at >= start(from);
    if (operator === '<') return at < start(from);
    if (operator === '<=') return at <= end(from);
    return at >= start(from) && at <= end(to ?? from);
  };
  return { field, inside };
}
