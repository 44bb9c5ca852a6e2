// Search parameters with types: each is read from text and written as text; what cannot be read counts as not chosen.

export interface SearchParameter<Value> {
  read(text: string | undefined): Value;
  /** undefined: it is not in the URL. */
  write(value: Value): string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a parameter both reads and writes its value, so that no one type stands for all
export type SearchShape = Readonly<Record<string, SearchParameter<any>>>;

export type SearchValues<Shape extends SearchShape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends SearchParameter<infer Value> ? Value : never;
};

/** A text; empty when it is not chosen. */
export const text: SearchParameter<string> = {
  read: (given = '') => given,
  write: (value) => value || undefined,
};

/** One of some words; the word of `otherwise` is not written. */
export function oneOf<Word extends string>(words: readonly Word[], otherwise: Word): SearchParameter<Word> {
  return {
    read: (given) => words.find((word) => word === given) ?? otherwise,
    write: (value) => (value === otherwise ? undefined : value),
  };
}

/** One of some words, or none. */
export function optional<Word extends string>(words: readonly Word[]): SearchParameter<Word | undefined> {
  return { read: (given) => words.find((word) => word === given), write: (value) => value };
}

/** A whole number from 0, or none: an iteration, a page. */
export const index: SearchParameter<number | undefined> = {
  read: (given = '') => (/^\d{1,9}$/.test(given) ? Number(given) : undefined),
  write: (value) => value?.toString(),
};

/** Some texts, in the order in which they were chosen. */
export const texts: SearchParameter<readonly string[]> = {
  read: (given) => (given === undefined ? [] : given.split(',').map(decodeURIComponentSafely)),
  write: (values) => (values.length === 0 ? undefined : values.map(encodeURIComponent).join(',')),
};

function decodeURIComponentSafely(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function readSearch<Shape extends SearchShape>(shape: Shape, search: string): SearchValues<Shape> {
  const parameters = new URLSearchParams(search);
  const values = Object.entries(shape).map(([name, { read }]) => [
    name,
    read(parameters.get(name) ?? undefined),
  ]);
  return Object.fromEntries(values);
}

/** The search text after some changes; parameters that the shape does not know stay. */
export function writeSearch<Shape extends SearchShape>(
  shape: Shape,
  search: string,
  changes: Partial<SearchValues<Shape>>,
): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    const written = shape[name]?.write(value);
    if (written === undefined) parameters.delete(name);
    else parameters.set(name, written);
  }
  const written = parameters.toString();
  return written === '' ? '' : `?${written}`;
}
