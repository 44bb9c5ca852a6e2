// Methods and functions of JavaScript, and the calls of JSONata that give the same; undefined where these arguments have none.

type Write = (receiver: string, given: readonly string[]) => string | undefined;

/** With exactly so many arguments. */
const called =
  (name: string, ...counts: readonly number[]): Write =>
  (receiver, given) =>
    counts.includes(given.length)
      ? `$${name}(${[receiver, ...given].filter(Boolean).join(', ')})`
      : undefined;

const index = (text = ''): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

/** `text.slice(2, 5)`: JSONata takes a length. */
const substring: Write = (receiver, [start = '', end]) => {
  const [from, to] = [index(start), index(end)];
  if (from === undefined || (end !== undefined && (to === undefined || to < from))) return undefined;
  return `$substring(${receiver}, ${from}${to === undefined ? '' : `, ${to - from}`})`;
};

export const METHODS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['map', called('map', 1)],
  ['filter', called('filter', 1)],
  ['reduce', called('reduce', 1, 2)],
  ['join', called('join', 1)],
  ['split', called('split', 1)],
  ['toUpperCase', called('uppercase', 0)],
  ['toLowerCase', called('lowercase', 0)],
  ['toString', called('string', 0)],
  ['reverse', called('reverse', 0)],
  [
    'concat',
    (receiver, given) =>
      given[0]?.startsWith('[') && given.length === 1 ? `$append(${receiver}, ${given[0]})` : undefined,
  ],
  ['substring', substring],
  ['slice', substring],
  ['replaceAll', called('replace', 2)],
  [
    'replace',
    (receiver, given) => (given.length === 2 ? `$replace(${receiver}, ${given.join(', ')}, 1)` : undefined),
  ],
]);

export const STATICS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['JSON.stringify', called('string', 1)],
  ['JSON.parse', called('parse', 1)],
  ['Object.keys', called('keys', 1)],
  ['Math.round', called('round', 1)],
  ['Math.floor', called('floor', 1)],
  ['Math.ceil', called('ceil', 1)],
  ['Math.abs', called('abs', 1)],
  ['Math.max', (_, given) => (given.length > 1 ? `$max([${given.join(', ')}])` : undefined)],
  ['Math.min', (_, given) => (given.length > 1 ? `$min([${given.join(', ')}])` : undefined)],
  ['Date.now', called('millis', 0)],
]);
