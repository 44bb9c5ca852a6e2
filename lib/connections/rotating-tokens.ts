// Tokens of which a refresh replaces both: kept beside the connection that they came with, and refreshed by one caller at a time.
//
// A refresh token that rotates is good once. So the right to use each one is claimed first, by creating a parameter of its own,
// which Systems Manager lets one caller do; the others wait for what comes of it. A holder that dies leaves a claim whose time is
// up, and the next attempt has another name. Between the provider's answer and the write of it nothing can be saved: what the
// next attempt meets then is the provider's to say, which takes the token once more or ends the grant.
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { ConnectionExpired } from '../errors.ts';
import { jsonValue } from '../json.ts';
import { digest, KeptTokens, type Parameters, REFRESH_MS, type TokenPair } from './kept-tokens.ts';
import { deleteParameter, getParameter, putParameter } from './systems-manager.ts';

const claim = z.object({ until: z.number() });

/** Longer than asking the provider and writing its answer take together (REFRESH_MS). */
const LEASE_MS = 30_000;
const POLL_MS = 250;

/** Replaces both at the provider. @throws ConnectionExpired when it has ended the grant */
export type Ask = (refreshToken: string, signal: AbortSignal) => Promise<TokenPair>;

export interface RotatingTokens {
  /** The newest tokens of a grant. @param grant the first ones, as the connection has them */
  current(grant: TokenPair, signal: AbortSignal): Promise<TokenPair>;
  /**
   * Tokens in place of those that were refused.
   * @throws what `ask` throws
   */
  refresh(grant: TokenPair, refused: TokenPair, ask: Ask, signal: AbortSignal): Promise<TokenPair>;
  /** Deletes what is kept of a grant. */
  forget(grant: TokenPair, signal: AbortSignal): Promise<void>;
}

/** Who refreshes tokens, and with what. */
interface Refresher {
  readonly kept: KeptTokens;
  readonly parameters: Parameters;
  readonly now: () => number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** @param provider `notion` */
export function rotatingTokens(
  provider: string,
  parameters: Parameters = { get: getParameter, put: putParameter, delete: deleteParameter },
  now: () => number = Date.now,
  pause: Refresher['pause'] = (ms, signal) => sleep(ms, undefined, { signal }),
): RotatingTokens {
  const kept = new KeptTokens(provider, parameters);
  const refresher: Refresher = { kept, parameters, now, pause };
  const refreshing = new Map<string, Promise<TokenPair>>();
  return {
    current: (grant, signal) => kept.current(grant, signal),
    async refresh(grant, refused, ask, signal) {
      const name = kept.nameOf(grant);
      const asked = refreshing.get(name) ?? replace({ grant, ask, signal }, refused, refresher);
      refreshing.set(name, asked);
      try {
        return await asked;
      } finally {
        refreshing.delete(name);
      }
    },
    forget: (grant, signal) => kept.forget(grant, signal),
  };
}

interface Refresh {
  readonly grant: TokenPair;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

/** Claims the refresh token and uses it, or waits for what another caller gets for it. */
async function replace(refresh: Refresh, refused: TokenPair, refresher: Refresher): Promise<TokenPair> {
  const { grant, signal } = refresh;
  const { kept, parameters, now, pause } = refresher;
  for (let attempt = 1; ; ) {
    const pair = await kept.read(grant, signal);
    if (pair.token !== refused.token) return pair;
    const name = claimName(kept, grant, pair, attempt);
    const mine = await parameters.put(name, JSON.stringify({ until: now() + LEASE_MS }), false, signal);
    if (mine) return exchange(refresh, pair, attempt, refresher);
    const text = await parameters.get(name, signal);
    const until = claim.safeParse(jsonValue(text ?? '')).data?.until;
    // Without one its holder has just ended.
    if (until !== undefined && until <= now()) attempt += 1;
    else await pause(POLL_MS, signal);
  }
}

/** Uses a refresh token that this caller has claimed. */
async function exchange(
  { grant, ask, signal }: Refresh,
  pair: TokenPair,
  attempt: number,
  { kept, parameters }: Refresher,
): Promise<TokenPair> {
  try {
    const fresh = await ask(pair.refresh_token, AbortSignal.timeout(REFRESH_MS));
    await kept.save(grant, fresh);
    return fresh;
  } catch (error) {
    // A holder whose time was up may have had its answer all the same.
    const later = error instanceof ConnectionExpired ? await kept.read(grant, signal) : pair;
    if (later.token === pair.token) throw error;
    return later;
  } finally {
    // Of a token that is used up nobody asks any more; what is left of its claims is of no use to anybody.
    const ending = AbortSignal.timeout(REFRESH_MS);
    for (let left = attempt; left > 0; left -= 1)
      await parameters.delete(claimName(kept, grant, pair, left), ending).catch(() => undefined);
  }
}

function claimName(
  kept: KeptTokens,
  grant: TokenPair,
  { refresh_token }: TokenPair,
  attempt: number,
): string {
  return `${kept.nameOf(grant)}-${digest(refresh_token)}-${attempt}`;
}
