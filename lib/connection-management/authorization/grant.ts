// What each provider's authorization has of its own.
import type { OAuthClient, OAuthProvider } from '../../connections/oauth-clients.ts';
import type { Secret } from '../../connections/parameters.ts';
import { ApiProblem } from '../../problem.ts';
import type { Authorization } from './state.ts';

export interface AuthorizationRequest<Provider extends OAuthProvider> {
  readonly client: OAuthClient<Provider>;
  readonly state: string;
  /** S256 (RFC 7636, section 4.2). */
  readonly challenge: string;
  readonly redirectUri: string;
  readonly scope: readonly string[] | undefined;
  /** The account that the connection has, where there is one. */
  readonly knownAccount: string | undefined;
}

export interface CodeExchange<Provider extends OAuthProvider> {
  readonly client: OAuthClient<Provider>;
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly authorization: Authorization;
}

/** The parameters of the callback that are read. */
export interface CallbackQuery {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  readonly installation_id?: string | undefined;
  readonly setup_action?: string | undefined;
}

/** The fields of the connection; or where the person is sent, with a new state, for what has to be done before. */
export type Granted = { readonly credentials: Secret } | { before(state: string): URL };

/** One provider's part of the authorization code grant. */
export interface Grant<Provider extends OAuthProvider> {
  /** Its name as people write it. */
  readonly name: string;
  /** Where the person is sent (RFC 6749, section 4.1.1). */
  authorizeUrl(request: AuthorizationRequest<Provider>): URL;
  /**
   * Exchanges the code for what is kept (RFC 6749, section 4.1.3).
   * @throws OrchestraError when the provider refuses or does not answer; ApiProblem where the person has to choose
   */
  exchange(exchange: CodeExchange<Provider>): Promise<Granted>;
  /**
   * What is learnt from an answer that is not the last: the authorization is asked for (once more) with it.
   * @throws ApiProblem
   */
  interim?(query: CallbackQuery): Partial<Authorization> | undefined;
}

export function withParameters(url: string, parameters: Readonly<Record<string, string | undefined>>): URL {
  const address = new URL(url);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) address.searchParams.set(name, value);
  return address;
}

export function failed(why: string): ApiProblem {
  return new ApiProblem('authorization-failed', why);
}
