// Ends an authorization: the provider's answer, once it is known to be that to what this browser began, becomes a connection.
import * as z from 'zod';
import { cookieValue, type Sender, setCookie } from '../../auth/cookies.ts';
import { credentials } from '../../connections/credentials.ts';
import type { KnownOAuthClients, OAuthProvider } from '../../connections/oauth-clients.ts';
import type { Secret } from '../../connections/parameters.ts';
import { OrchestraError } from '../../errors.ts';
import { ApiProblem } from '../../problem.ts';
import type { UsedStates } from '../../stores/used-states.ts';
import { isRefusal, notTried, refusalOf } from '../ask-provider.ts';
import type { Managed } from '../description.ts';
import { createConnection, etagOf, readConnection, replaceConnection } from '../manage.ts';
import type { ManageDependencies } from '../versions.ts';
import { challengeOf, cookieOf, grants, newState, redirectUri } from './begin.ts';
import { type CallbackQuery, failed, type Grant } from './grant.ts';
import { type Authorization, invalid, readState } from './state.ts';

export interface CompleteDependencies extends ManageDependencies {
  readonly clients: Pick<KnownOAuthClients, 'read'>;
  readonly states: UsedStates;
}

/** A connection; or where the person is sent next. Either way cookies are set. */
export type Completed =
  | { readonly connection: Managed; readonly cookies: readonly string[] }
  | { readonly next: string; readonly cookies: readonly string[] };

/**
 * @throws ApiProblem authorization-invalid (it was not begun here, by another browser, too long ago, or is answered already),
 *   authorization-failed (the person or the provider gave no access), unavailable. Nothing is saved then.
 */
export async function completeAuthorization<Provider extends OAuthProvider>(
  provider: Provider,
  query: CallbackQuery,
  sender: Sender,
  dependencies: CompleteDependencies,
): Promise<Completed> {
  const { clients, states, now = () => new Date() } = dependencies;
  const client = await clients.read(provider);
  const authorization = readState(query.state, provider, client.client_secret, now());
  const verifier = cookieValue(sender, cookieOf(authorization.nonce));
  if (verifier === undefined || challengeOf(verifier) !== authorization.challenge)
    throw invalid('It was begun in another browser, or by somebody else');
  // Whatever comes of it: a code that has leaked is of no use with it a second time.
  if (!(await states.use(authorization.nonce))) throw invalid('It was answered already');
  const used = setCookie(sender, {
    ...{ name: cookieOf(authorization.nonce), value: '', maxAge: 0 },
    sameSite: 'Lax',
  });
  if (query.error !== undefined) throw refusedBy(grants[provider].name, query.error);
  const grant: Grant<Provider> = grants[provider];
  const interim = grant.interim?.(query);
  if (interim) {
    const wished = { ...authorization, ...interim };
    const { state, challenge, cookie } = newState(provider, wished, client.client_secret, sender, now());
    const request = { client, state, challenge, redirectUri: redirectUri(provider) };
    const url = grant.authorizeUrl({ ...request, scope: undefined, knownAccount: undefined });
    return { next: url.href, cookies: [used, cookie] };
  }
  if (query.code === undefined) throw invalid('The provider sent neither a code nor an error');
  const exchange = { client, code: query.code, verifier, redirectUri: redirectUri(provider), authorization };
  const granted = await grant.exchange(exchange).catch((error: unknown) => {
    throw toldOf(error, grant.name, [client.client_secret, query.code, verifier]);
  });
  if ('before' in granted) {
    const { state, cookie } = newState(provider, authorization, client.client_secret, sender, now());
    return { next: granted.before(state).href, cookies: [used, cookie] };
  }
  return { connection: await save(authorization, granted.credentials, dependencies), cookies: [used] };
}

/** RFC 6749, section 4.1.2.1, and GitHub's own. Its description is the provider's to word, and not repeated. */
function refusedBy(provider: string, error: string): ApiProblem {
  if (error === 'access_denied') return failed(`No access to ${provider} was given. Nothing was saved`);
  const code = /^[a-z_]{1,64}$/.test(error) ? error : 'an unknown error';
  return failed(`${provider} refused the authorization: ${code}. Nothing was saved`);
}

/** What is told of an exchange that failed: the provider's words, with no secret in them. */
function toldOf(error: unknown, provider: string, secrets: readonly unknown[]): unknown {
  if (error instanceof ApiProblem || !(error instanceof OrchestraError)) return error;
  if (!isRefusal(error)) return notTried(error, secrets);
  return failed(`${provider} gave no access. ${refusalOf(error, secrets)}. Nothing was saved`);
}

function restrictionOf(secret: Secret | undefined): string[] | null {
  return z.array(z.string()).safeParse(secret?.['restricted_to']).data ?? null;
}

/** Creates the connection, or gives one that there is the new credentials; what else is known of it stays. */
async function save(
  { provider, id, user, label, workflows }: Authorization,
  granted: Secret,
  dependencies: CompleteDependencies,
): Promise<Managed> {
  const name = { provider, id };
  const fields: Secret = credentials[provider].parse(granted);
  for (let attempt = 1; ; attempt++) {
    const current = await dependencies.parameters.read(name);
    const before = current && (await readConnection(name, dependencies));
    const wanted = {
      label: label === undefined ? (before?.description.label ?? null) : label,
      workflows: workflows === undefined ? restrictionOf(current?.secret) : workflows,
      credentials: fields,
      source: 'oauth' as const,
    };
    try {
      const saved = current
        ? await replaceConnection(name, wanted, user, etagOf(current), dependencies)
        : await createConnection(name, wanted, user, dependencies);
      if (saved) return saved;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.type === 'credentials-refused') throw failed(error.message);
      if (error.type !== 'precondition-failed' || attempt === 5) throw error;
    }
    if (attempt === 5) throw failed('Somebody else was connecting it at the same moment');
  }
}
