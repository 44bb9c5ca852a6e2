// Waits for several operations that run at the same time.

/** Promise.all that waits for all of them also when one fails: what comes next must not overlap with the rest. */
export async function awaitAll(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}
