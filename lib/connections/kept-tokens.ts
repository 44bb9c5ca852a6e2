// The newest tokens of grants whose tokens are replaced together: in Systems Manager, and in this container.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { setting } from '../config.ts';
import { jsonValue } from '../json.ts';
import type { deleteParameter, getParameter, putParameter } from './systems-manager.ts';

const tokenPair = z.object({ token: z.string(), refresh_token: z.string() });
/** An access token, and the refresh token with which it is replaced. */
export type TokenPair = z.output<typeof tokenPair>;

/** Where tokens and claims are: Systems Manager's parameters. */
export interface Parameters {
  readonly get: typeof getParameter;
  readonly put: typeof putParameter;
  readonly delete: typeof deleteParameter;
}

/** Asking the provider for tokens and writing them may each take so long. */
export const REFRESH_MS = 10_000;

export class KeptTokens {
  readonly #provider: string;
  readonly #parameters: Parameters;
  /** What this container knows; the provider's answers also while they could not be written. */
  readonly #known = new Map<string, { readonly pair: TokenPair; readonly saved: boolean }>();

  /** @param provider `notion` */
  constructor(provider: string, parameters: Parameters) {
    this.#provider = provider;
    this.#parameters = parameters;
  }

  /** The name of the parameter that holds them. */
  nameOf({ refresh_token }: TokenPair): string {
    return `${setting('CONNECTION_TOKENS_PATH')}/${this.#provider}/${digest(refresh_token)}`;
  }

  async read(grant: TokenPair, signal: AbortSignal): Promise<TokenPair> {
    const name = this.nameOf(grant);
    const text = await this.#parameters.get(name, signal);
    const pair = tokenPair.safeParse(jsonValue(text ?? '')).data ?? grant;
    this.#known.set(name, { pair, saved: true });
    return pair;
  }

  /** Writes what the provider has given, and keeps it also where that fails. */
  async save(grant: TokenPair, pair: TokenPair): Promise<void> {
    const name = this.nameOf(grant);
    this.#known.set(name, { pair, saved: false });
    // The call may end meanwhile; what the provider has given must not.
    await this.#parameters.put(name, JSON.stringify(pair), true, AbortSignal.timeout(REFRESH_MS));
    this.#known.set(name, { pair, saved: true });
  }

  async current(grant: TokenPair, signal: AbortSignal): Promise<TokenPair> {
    const here = this.#known.get(this.nameOf(grant));
    if (!here) return this.read(grant, signal);
    if (!here.saved) await this.save(grant, here.pair);
    return here.pair;
  }

  async forget(grant: TokenPair, signal: AbortSignal): Promise<void> {
    const name = this.nameOf(grant);
    this.#known.delete(name);
    await this.#parameters.delete(name, signal);
  }
}

/** What stands for a token in names. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
