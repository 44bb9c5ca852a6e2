// Tries credentials at their provider: whose account they are for, and what they may do.
import * as z from 'zod';
import { setting } from '../config.ts';
import { type ConnectionProvider, credentials } from '../connections/credentials.ts';
import type { Secret } from '../connections/parameters.ts';
import {
  ConnectionExpired,
  ConnectionInvalid,
  OrchestraError,
  ProviderUnavailable,
  Unauthorized,
} from '../errors.ts';
import { GITHUB_VERSION, NOTION_VERSION } from '../providers/api-versions.ts';
import { appToken, type Installation } from '../providers/github-app.ts';
import { refreshGoogleToken } from '../providers/google-token.ts';
import { failureOf } from '../providers/http/answer.ts';
import { credentialOf } from '../providers/http/credential.ts';
import { exchange } from '../providers/http/exchange.ts';
import { addressOf } from '../providers/http/request-parts.ts';
import { notionAccess } from '../providers/notion-token.ts';
import { answer } from '../providers/provider-failure.ts';
import { askProvider, isRefusal } from './ask-provider.ts';

/** What a provider tells of credentials that it takes. */
export interface Tried {
  readonly account: string | null;
  readonly scopes: readonly string[] | null;
  /** Whether the provider has said that it takes them; false where there is nothing to ask. */
  readonly taken: boolean;
}

const TIMEOUT_MS = 10_000;

/** Of a server that does not have the operation (RFC 9110, sections 15.5.5, 15.5.6 and 15.6.2). */
const UNKNOWN_OPERATION: readonly number[] = [404, 405, 501];

const trials: Readonly<Record<ConnectionProvider, (fields: Secret) => Promise<Tried>>> = {
  /** https://platform.openai.com/docs/api-reference/models/list; the header is one of "Debugging requests". */
  openai: trial(credentials.openai, async ({ api_key, base_url }) => {
    const headers = { authorization: `Bearer ${api_key}` };
    try {
      const models = await askProvider('OpenAI', `${base_url ?? setting('OPENAI_BASE_URL')}/models`, {
        headers,
        // Servers that speak OpenAI's API need not have this operation of it.
        ...(base_url !== undefined && { alsoTaken: UNKNOWN_OPERATION }),
      });
      if (UNKNOWN_OPERATION.includes(models.status)) return { account: null, scopes: null, taken: false };
      answer('OpenAI', z.object({ data: z.array(z.unknown()) }), models.body);
      return { account: models.headers.get('openai-organization'), scopes: null, taken: true };
    } catch (error) {
      // A restricted key that may not list models is a good one all the same.
      if (error instanceof Unauthorized && /missing scopes/i.test(error.message))
        return { account: null, scopes: null, taken: true };
      throw error;
    }
  }),

  /**
   * https://docs.github.com/rest/users/users#get-the-authenticated-user; `X-OAuth-Scopes` has the scopes of classic tokens
   * and of OAuth apps, other tokens have permissions that GitHub does not tell
   * (https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps).
   */
  github: trial(credentials.github, async ({ token, ...installation }) => {
    if (token === undefined) return tryInstallation(installation);
    const { headers, body } = await askProvider('GitHub', `${setting('GITHUB_API_URL')}/user`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': GITHUB_VERSION,
      },
    });
    const { login } = answer('GitHub', z.object({ login: z.string() }), body);
    const scopes = headers.get('x-oauth-scopes');
    return { account: login, scopes: scopes === null ? null : listed(scopes, ','), taken: true };
  }),

  /** https://developers.notion.com/reference/get-self: the integration's bot. Its capabilities are not told. */
  notion: trial(credentials.notion, async (secrets) => {
    const access = notionAccess(secrets, AbortSignal.timeout(TIMEOUT_MS));
    const token = await access.token();
    const ask = (bearer: string) =>
      askProvider('Notion', `${setting('NOTION_BASE_URL')}/v1/users/me`, {
        headers: { authorization: `Bearer ${bearer}`, 'notion-version': NOTION_VERSION },
      });
    const { body } = await ask(token).catch(async (error: unknown) => {
      const fresh = error instanceof Unauthorized ? await access.renew(token) : undefined;
      if (fresh === undefined) throw error;
      return ask(fresh);
    });
    const bot = z.object({
      name: z.string().nullish(),
      bot: z.object({ workspace_name: z.string().nullish() }).nullish(),
    });
    const me = answer('Notion', bot, body);
    return { account: me.bot?.workspace_name ?? me.name ?? null, scopes: null, taken: true };
  }),

  /** RFC 6749, section 6: the answer tells the scopes of the grant. */
  google: trial(credentials.google, async (secrets) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { access_token, scope } = await refreshGoogleToken(secrets, signal);
    const scopes = scope === undefined ? null : listed(scope, ' ');
    return { account: await googleAccount(access_token), scopes, taken: true };
  }),

  /** The sender alone knows it. */
  webhook: trial(credentials.webhook, async () => {
    return { account: null, scopes: null, taken: false };
  }),

  /** Where its owner says what there is to ask. A redirect leads to where people log in. */
  http: trial(credentials.http, async (secrets) => {
    const { test_path: path, test_status: status } = secrets;
    const credential = credentialOf(secrets);
    if (path === undefined) return { account: null, scopes: null, taken: false };
    const url = addressOf({ url: path }, credential);
    const headers = { accept: 'application/json, */*;q=0.5', 'user-agent': 'ai-orchestra' };
    const bounds = { signal: AbortSignal.timeout(TIMEOUT_MS), timeoutMs: TIMEOUT_MS, maxBytes: 1_000_000 };
    const answer = await exchange({ method: 'GET', url, headers }, credential, bounds);
    const isTaken = status === undefined ? isSuccess(answer.status) : answer.status === status;
    if (isTaken) return { account: null, scopes: null, taken: true };
    const failure = failureOf(answer);
    throw failure instanceof ProviderUnavailable && answer.status < 400
      ? new ConnectionInvalid(`${url.host} answered ${answer.status}, and not ${status ?? '200 to 299'}`)
      : failure;
  }),
};

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** https://docs.github.com/rest/apps/apps#get-an-installation-for-the-authenticated-app; permissions are no scopes. */
async function tryInstallation(installation: Installation): Promise<Tried> {
  const { installation_id, account } = installation.app ?? {};
  const { body } = await askProvider(
    'GitHub',
    `${setting('GITHUB_API_URL')}/app/installations/${installation_id}`,
    {
      headers: {
        authorization: `Bearer ${await appToken(installation)}`,
        accept: 'application/vnd.github+json',
      },
    },
  );
  const known = answer('GitHub', installed, body);
  const { login } = known.account;
  if (login.toLowerCase() !== account?.toLowerCase())
    throw new ConnectionInvalid(`The installation ${installation_id} is for ${login}, not for ${account}`);
  if (known.suspended_at) throw new ConnectionExpired(`The installation for ${login} is suspended at GitHub`);
  return { account: login, scopes: null, taken: true };
}

const installed = z.object({ account: z.object({ login: z.string() }), suspended_at: z.string().nullish() });

/**
 * The address of the mailbox (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users/getProfile).
 * @returns null when the scopes of the token do not reach it: gmail.send alone does not
 */
async function googleAccount(accessToken: string): Promise<string | null> {
  try {
    const { body } = await askProvider('Gmail', `${setting('GMAIL_BASE_URL')}/gmail/v1/users/me/profile`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    return answer('Gmail', z.object({ emailAddress: z.string() }), body).emailAddress;
  } catch (error) {
    // Google has taken the credentials already.
    if (error instanceof OrchestraError && isRefusal(error)) return null;
    throw error;
  }
}

function listed(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/**
 * @param fields of which those that the provider's credentials have are tried
 * @throws OrchestraError when the provider refuses them, or does not answer; ConnectionInvalid when a field is missing
 */
export async function tryCredentials(provider: ConnectionProvider, fields: Secret): Promise<Tried> {
  return trials[provider](fields);
}

function trial<Schema extends z.ZodType>(
  schema: Schema,
  run: (secrets: z.output<Schema>) => Promise<Tried>,
): (fields: Secret) => Promise<Tried> {
  return async (fields) => {
    const parsed = schema.safeParse(fields);
    if (parsed.success) return run(parsed.data);
    const missing = new Set(parsed.error.issues.map(({ path: [field = 'secret'] }) => String(field)));
    throw new ConnectionInvalid(`The connection lacks a valid value for ${[...missing].join(', ')}`);
  };
}

/** Of what was thrown while credentials were tried. */
export function asOrchestraError(error: unknown): OrchestraError {
  if (error instanceof OrchestraError) return error;
  throw error;
}
