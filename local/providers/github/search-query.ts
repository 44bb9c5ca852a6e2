// The parser of GitHub's search queries: words and dates are matched here, other qualifiers by the emulator.

export interface SearchQuery {
  /** Words and phrases, in lower case; each must occur. */
  readonly words: readonly string[];
  /** Those that must not occur. */
  readonly excludedWords: readonly string[];
  /** Where words are looked for (`in:title`); empty when the query does not say. */
  readonly places: readonly string[];
  /** `created:>=2026-03-01`. */
  readonly dateRanges: readonly DateRange[];
  /** `extension:md`. */
  readonly extensions: readonly string[];
  /** The other qualifiers, for the emulator. */
  readonly qualifiers: readonly string[];
}

interface DateRange {
  /** The field of an issue that holds the time: `created_at`. */
  readonly field: string;
  includes(time: string): boolean;
}

const token = /(-?)(?:([a-z]+):)?("[^"]*"|[^\s"]+)/gi;

export function parseSearchQuery(q: string): SearchQuery {
  const words: string[] = [];
  const excludedWords: string[] = [];
  const places: string[] = [];
  const dateRanges: DateRange[] = [];
  const extensions: string[] = [];
  const qualifiers: string[] = [];
  let negated = false;
  for (const [whole, minus, qualifier = '', quotedValue = ''] of q.matchAll(token)) {
    const value = quotedValue.replace(/^"(.*)"$/, '$1');
    const key = qualifier.toLowerCase();
    if (key === '' && (value === 'AND' || value === 'NOT')) {
      negated = value === 'NOT';
      continue;
    }
    if (key === '') (minus || negated ? excludedWords : words).push(value.toLowerCase());
    else if (key === 'in') places.push(...value.toLowerCase().split(','));
    else if (key === 'extension') extensions.push(value.toLowerCase().replace(/^\./, ''));
    else if (['created', 'updated', 'closed', 'merged'].includes(key)) dateRanges.push(dateRange(key, value));
    // The emulator knows one of the two names.
    else qualifiers.push(whole.replace(/:pull-request$/i, ':pr'));
    negated = false;
  }
  return { words, excludedWords, places, dateRanges, extensions, qualifiers };
}

/** https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates */
function dateRange(key: string, value: string): DateRange {
  const field = `${key}_at`;
  const [, operator = '', from = '', to] = /^(>=?|<=?)?(.*?)(?:\.\.(.*))?$/.exec(value) ?? [];
  /** A bound that is a day stands for the day's first millisecond, or its last. */
  const start = (text: string) => (text === '*' ? Number.NEGATIVE_INFINITY : Date.parse(text));
  const end = (text: string) => {
    if (text === '*') return Number.POSITIVE_INFINITY;
    return Date.parse(text) + (/^\d{4}-\d\d-\d\d$/.test(text) ? 86_399_999 : 0);
  };
  const includes = (time: string) => {
    const at = Date.parse(time);
    if (operator === '>') return at > end(from);
    if (operator === '>=') return at >= start(from);
    if (operator === '<') return at < start(from);
    if (operator === '<=') return at <= end(from);
    return at >= start(from) && at <= end(to ?? from);
  };
  return { field, includes };
}
