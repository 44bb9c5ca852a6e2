// How answers are kept and asked for again: TanStack Query's client with this project's rules.
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './errors.ts';
import { keepEqual } from './keep-equal.ts';

/** A request that was refused is not tried again; one that got no answer is, and so is one that came at a bad moment. */
function isWorthAnotherTry(failures: number, error: Error): boolean {
  if (failures >= 2) return false;
  return !(error instanceof ApiError) || error.status === 429 || error.status >= 500;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The laptop's own address answers without a network.
        networkMode: 'always',
        retry: isWorthAnotherTry,
        retryDelay: (attempt) => 500 * 2 ** attempt,
        staleTime: 1000,
        gcTime: 5 * 60_000,
        structuralSharing: keepEqual,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
