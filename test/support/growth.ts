// How work grows with the size of what it is done on, for tests of hostile input. Counted in this thread's time on the
// processor, which other work on the machine does not change; a ratio, which a slower machine does not change either.

/** The clock of the processor's time moves by up to 10 ms at once. */
const ENOUGH_MICROSECONDS = 40_000;
const ROUNDS = 3;
/** Nothing that grows as the square comes so low by chance: further rounds would only make it less. */
const PLAIN = 12;

/** What it is for eight times the size, in times of what it is for the size: 8 when it grows as the size, 64 as its square. */
export async function growthOfEight(work: (size: number) => unknown, size: number): Promise<number> {
  await work(size);
  let small = Number.POSITIVE_INFINITY;
  let large = Number.POSITIVE_INFINITY;
  // What disturbs a measurement only adds to it.
  for (let round = 0; round < ROUNDS; round++) {
    small = Math.min(small, await microseconds(work, size));
    large = Math.min(large, await microseconds(work, size * 8));
    if (large / small < PLAIN) break;
  }
  return large / small;
}

/** Of one time, on average over as many as it takes to be measured. */
async function microseconds(work: (size: number) => unknown, size: number): Promise<number> {
  const before = process.threadCpuUsage();
  for (let times = 1; ; times++) {
    await work(size);
    const { user, system } = process.threadCpuUsage(before);
    if (user + system >= ENOUGH_MICROSECONDS) return (user + system) / times;
  }
}
