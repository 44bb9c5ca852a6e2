// What Promise itself does not offer.

/** Promise.all that waits for all of them also when one fails: what comes next must not overlap with the rest. */
export async function awaitAll<Value>(work: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** @returns false when the work failed with the expected error; any other error is thrown */
export async function succeeds(
  work: Promise<unknown>,
  expected: new (...parameters: never[]) => Error,
): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof expected) return false;
    throw error;
  }
}
