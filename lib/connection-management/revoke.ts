// Revokes what a deleted connection gave access to, where its provider lets a program do that.
import { setting } from '../config.ts';
import { type ConnectionProvider, notionCredentials } from '../connections/credentials.ts';
import type { ConnectionName, Secret } from '../connections/parameters.ts';
import { OrchestraError } from '../errors.ts';
import { revokeNotionGrant } from '../providers/notion-token.ts';
import type { ConnectionDescription } from '../stores/connections.ts';
import { askProvider } from './ask-provider.ts';
import { listConnections } from './list.ts';
import type { ManageDependencies } from './versions.ts';

export interface Revocation {
  readonly revoked: boolean | null;
  readonly revoke_at: string | null;
}

/** Where a person revokes a key or token: providers have no operation with which one could revoke itself. */
const pages: Readonly<Record<ConnectionProvider, string | null>> = {
  openai: 'https://platform.openai.com/api-keys',
  github: 'https://github.com/settings/tokens',
  notion: 'https://www.notion.so/profile/integrations',
  google: 'https://myaccount.google.com/connections',
  webhook: null,
  http: null,
};

/**
 * @param shared whether another connection holds a grant of the same account: Google revokes all that a client was granted
 *   by an account, whichever of its tokens is sent
 */
export async function revoke(
  provider: ConnectionProvider,
  secret: Secret,
  shared: boolean,
): Promise<Revocation> {
  const { refresh_token } = secret;
  const revoke_at = pages[provider];
  const notion = provider === 'notion' ? notionCredentials.safeParse(secret).data : undefined;
  if (notion?.refresh_token !== undefined)
    return attempted(revokeNotionGrant(notion, AbortSignal.timeout(10_000)), revoke_at);
  if (provider !== 'google' || typeof refresh_token !== 'string') return { revoked: null, revoke_at };
  if (shared) return { revoked: false, revoke_at };
  // https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke; beside the tokens' own address.
  const url = new URL('revoke', setting('GOOGLE_TOKEN_URL')).href;
  const form = new URLSearchParams({ token: refresh_token });
  return attempted(askProvider('Google', url, { form }), revoke_at);
}

/** The connection is deleted all the same: a person can revoke what is left. */
async function attempted(revoking: Promise<unknown>, revoke_at: string | null): Promise<Revocation> {
  try {
    await revoking;
    return { revoked: true, revoke_at: null };
  } catch (error) {
    if (error instanceof OrchestraError) return { revoked: false, revoke_at };
    throw error;
  }
}

/** Whether another connection is of the same account at Google. */
export async function isGrantShared(
  name: ConnectionName,
  { account }: ConnectionDescription,
  dependencies: ManageDependencies,
): Promise<boolean> {
  if (name.provider !== 'google' || account === null) return false;
  const { items } = await listConnections({ limit: 1000, after: undefined }, dependencies);
  return items.some(
    (other) =>
      other.name.provider === 'google' && other.name.id !== name.id && other.description.account === account,
  );
}
