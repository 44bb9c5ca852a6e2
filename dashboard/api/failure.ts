// Why a query failed, for as long as it has nothing better to show.
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { NetworkError } from './errors.ts';

/** What is said over data that could not be renewed: that nothing can be reached, the frame's banner says once for all. */
export function besideData(error: Error | null): Error | null {
  return error instanceof NetworkError ? null : error;
}

/**
 * TanStack Query forgets why a query without data has failed as soon as that is tried again: what is said, and the button
 * that somebody has just pressed, would come and go.
 */
export function useFailure({ error, errorUpdateCount }: UseQueryResult<unknown>): Error | null {
  const [last, setLast] = useState(error);
  if (error !== null && error !== last) setLast(error);
  // Another key of the query is another query, which has not failed yet.
  return errorUpdateCount > 0 ? (error ?? last) : null;
}
