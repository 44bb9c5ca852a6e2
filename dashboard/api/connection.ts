// Whether the API can be reached, as the last request found.
import { useSyncExternalStore } from 'react';

let lostSince: number | undefined;
const listeners = new Set<() => void>();

function change(value: number | undefined): void {
  lostSince = value;
  for (const listener of listeners) listener();
}

/** An answer came, whatever it says. */
export function reached(): void {
  if (lostSince !== undefined) change(undefined);
}

/** No answer came. */
export function unreached(): void {
  if (lostSince === undefined) change(Date.now());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** When the API was first missed, in milliseconds since 1970; undefined while it answers. */
export function useLostSince(): number | undefined {
  return useSyncExternalStore(subscribe, () => lostSince);
}
