// Something that somebody asks for once: whether it is under way, and why it failed.
import { useState } from 'react';

export interface Attempt {
  readonly isBusy: boolean;
  /** Of the last one; undefined while another is under way. */
  readonly error: Error | undefined;
  /** @returns whether it was done */
  attempt(act: () => Promise<unknown>): Promise<boolean>;
  /** Nothing has failed any more. */
  forget(): void;
}

export function useAttempt(): Attempt {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const attempt = async (act: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    try {
      await act();
      return true;
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, attempt, forget: () => setError(undefined) };
}
