// Tokens of which a refresh replaces both: kept beside the connection that they came with, and refreshed by one caller at a time.
//
// A refresh token that rotates is good once. So the right to use each one is claimed first, by creating a parameter of its own,
// which Systems Manager lets one caller do; the others wait for what comes of it. A holder that dies leaves a claim whose time is
// up, and the next attempt has another name. Between the provider's answer and the write of it nothing can be saved: what the
// next attempt meets then is the provider's to say, which takes the token once more or ends the grant.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { setting } from '../config.ts';
import { ConnectionExpired } from '../errors.ts';
import { jsonValue } from '../json.ts';
import { deleteParameter, getParameter, putParameter } from './systems-manager.ts';

const tokenPair = z.object({ token: z.string(), refresh_token: z.string() });
/** An access token, and the refresh token with which it is replaced. */
export type TokenPair = z.output<typeof tokenPair>;

const claim = z.object({ until: z.number() });

/** Longer than asking the provider and writing its answer take together (REFRESH_MS). */
const LEASE_MS = 30_000;
const REFRESH_MS = 10_000;
const POLL_MS = 250;

/** Replaces both at the provider. @throws ConnectionExpired when it has ended the grant */
export type Ask = (refreshToken: string, signal: AbortSignal) => Promise<TokenPair>;

/** Where tokens and claims are: Systems Manager's parameters. */
export interface Parameters {
  readonly get: typeof getParameter;
  readonly put: typeof putParameter;
  readonly delete: typeof deleteParameter;
}

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

/** @param provider `notion` */
export function rotatingTokens(
  provider: string,
  parameters: Parameters = { get: getParameter, put: putParameter, delete: deleteParameter },
  now: () => number = Date.now,
  pause: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) =>
    sleep(ms, undefined, { signal }),
): RotatingTokens {
  /** What this container knows; the provider's answers also while they could not be written. */
  const known = new Map<string, { readonly pair: TokenPair; readonly saved: boolean }>();
  const refreshing = new Map<string, Promise<TokenPair>>();
  const nameOf = (grant: TokenPair) =>
    `${setting('CONNECTION_TOKENS_PATH')}/${provider}/${digest(grant.refresh_token)}`;

  async function read(grant: TokenPair, signal: AbortSignal): Promise<TokenPair> {
    const text = await parameters.get(nameOf(grant), signal);
    const pair = tokenPair.safeParse(jsonValue(text ?? '')).data ?? grant;
    known.set(nameOf(grant), { pair, saved: true });
    return pair;
  }

  async function save(grant: TokenPair, pair: TokenPair): Promise<void> {
    // The call may end meanwhile; what the provider has given must not.
    const signal = AbortSignal.timeout(REFRESH_MS);
    await parameters.put(nameOf(grant), JSON.stringify(pair), true, signal);
    known.set(nameOf(grant), { pair, saved: true });
  }

  async function current(grant: TokenPair, signal: AbortSignal): Promise<TokenPair> {
    const here = known.get(nameOf(grant));
    if (!here) return read(grant, signal);
    if (!here.saved) await save(grant, here.pair);
    return here.pair;
  }

  async function replace(
    grant: TokenPair,
    refused: TokenPair,
    ask: Ask,
    signal: AbortSignal,
  ): Promise<TokenPair> {
    const base = `${nameOf(grant)}-`;
    for (let attempt = 1; ; ) {
      const pair = await read(grant, signal);
      if (pair.token !== refused.token) return pair;
      const name = `${base}${digest(pair.refresh_token)}-${attempt}`;
      const mine = await parameters.put(name, JSON.stringify({ until: now() + LEASE_MS }), false, signal);
      if (mine) return exchange(grant, pair, ask, { base, attempt, signal });
      const text = await parameters.get(name, signal);
      const until = claim.safeParse(jsonValue(text ?? '')).data?.until;
      // Without one its holder has just ended.
      if (until !== undefined && until <= now()) attempt += 1;
      else await pause(POLL_MS, signal);
    }
  }

  async function exchange(
    grant: TokenPair,
    pair: TokenPair,
    ask: Ask,
    {
      base,
      attempt,
      signal,
    }: { readonly base: string; readonly attempt: number; readonly signal: AbortSignal },
  ): Promise<TokenPair> {
    try {
      const fresh = await ask(pair.refresh_token, AbortSignal.timeout(REFRESH_MS));
      known.set(nameOf(grant), { pair: fresh, saved: false });
      await save(grant, fresh);
      return fresh;
    } catch (error) {
      // A holder whose time was up may have had its answer all the same.
      const later = error instanceof ConnectionExpired ? await read(grant, signal) : pair;
      if (later.token === pair.token) throw error;
      return later;
    } finally {
      // Of a token that is used up nobody asks any more; what is left of its claims is of no use to anybody.
      const ending = AbortSignal.timeout(REFRESH_MS);
      for (let left = attempt; left > 0; left -= 1)
        await parameters
          .delete(`${base}${digest(pair.refresh_token)}-${left}`, ending)
          .catch(() => undefined);
    }
  }

  return {
    current,
    async refresh(grant, refused, ask, signal) {
      const name = nameOf(grant);
      const asked = refreshing.get(name) ?? replace(grant, refused, ask, signal);
      refreshing.set(name, asked);
      try {
        return await asked;
      } finally {
        refreshing.delete(name);
      }
    },
    async forget(grant, signal) {
      known.delete(nameOf(grant));
      await parameters.delete(nameOf(grant), signal);
    },
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
