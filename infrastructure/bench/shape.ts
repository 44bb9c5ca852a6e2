// A shape of document: the same kind of content at any size, for measuring how time grows with size.

/** Makes the document of so many parts: its JSON, or a value that becomes JSON. */
export type Shape = (parts: number) => unknown;

export type Shapes = Readonly<Record<string, Shape>>;

export function textOf(made: unknown): string {
  return typeof made === 'string' ? made : JSON.stringify(made);
}

export function many<Item>(count: number, make: (n: number) => Item): Item[] {
  return Array.from({ length: Math.max(1, count) }, (_, n) => make(n));
}

/** An object of so many keys. */
export function keyed(count: number, make: (n: number) => readonly [string, unknown]): object {
  return Object.fromEntries(many(count, make));
}

export function workflow(steps: readonly object[], rest: object = {}): object {
  return { id: 'bench', ...rest, steps };
}

/** A workflow of one step that evaluates the expression. */
export function ofExpression(expression: string): object {
  return workflow([{ id: 'a', transform: `{{ ${expression} }}` }]);
}

/** The longest document of the shape that has at most so many bytes. */
export function ofSize(shape: Shape, bytes: number): string {
  let fits = 1;
  let tooLong = 2;
  while (textOf(shape(tooLong)).length <= bytes) [fits, tooLong] = [tooLong, tooLong * 2];
  // One percent is near enough.
  while (tooLong - fits > Math.max(1, fits / 100)) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (textOf(shape(middle)).length <= bytes) fits = middle;
    else tooLong = middle;
  }
  return textOf(shape(fits));
}
