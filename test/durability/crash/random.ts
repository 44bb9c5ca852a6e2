// Random numbers from a seed, so that a crash test can be repeated.

export interface Dice {
  /** Between 0 and 1, 1 left out. */
  next(): number;
  /** From `from` to `to`, both included. */
  integer(from: number, to: number): number;
  one<T>(of: readonly [T, ...T[]]): T;
}

/** mulberry32. */
export function dice(seed: number): Dice {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return { next, integer, one: (of) => of[integer(0, of.length - 1)] ?? of[0] };
}
