// Sets of steps and variables, of which a long workflow has as many as steps: one bit a name, and shared where nothing is added.

/** `steps.issue`, `vars.total`: a step or variable that a reference begins with. */
export type Name = string;

/** Never changed. A bit for each number of a name; those that are not there are 0. */
export type NameSet = Uint32Array;

const BITS = 32;

export const NONE: NameSet = new Uint32Array(0);

/** The numbers of the names of one workflow. */
export class Names {
  readonly #numbers = new Map<Name, number>();
  readonly #names: Name[] = [];

  setOf(name: Name): NameSet {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    const set = new Uint32Array(Math.floor(number / BITS) + 1);
    set[set.length - 1] = 1 << (number % BITS);
    return set;
  }

  has(set: NameSet, name: Name): boolean {
    const number = this.#numbers.get(name);
    return number !== undefined && ((set[Math.floor(number / BITS)] ?? 0) & (1 << (number % BITS))) !== 0;
  }

  /** The names of the set that are not in the other one. */
  *without(set: NameSet, other: NameSet): Generator<Name> {
    for (let at = 0; at < set.length; at++) {
      let word = (set[at] ?? 0) & ~(other[at] ?? 0);
      while (word !== 0) {
        const bit = BITS - 1 - Math.clz32(word);
        word &= ~(1 << bit);
        yield this.#names[at * BITS + bit] ?? '';
      }
    }
  }
}

/** One of the two where it has all of the other. */
export function union(a: NameSet, b: NameSet): NameSet {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  if (hasAll(long, short)) return long;
  const both = new Uint32Array(long);
  for (let at = 0; at < short.length; at++) both[at] = (both[at] ?? 0) | (short[at] ?? 0);
  return both;
}

export function intersection(a: NameSet, b: NameSet): NameSet {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return short.map((word, at) => word & (long[at] ?? 0));
}

function hasAll(set: NameSet, other: NameSet): boolean {
  return other.every((word, at) => (word & ~(set[at] ?? 0)) === 0);
}
