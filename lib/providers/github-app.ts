// Installations of GitHub Apps: how a client authenticates as one, by the App's key.
import { createAppAuth } from '@octokit/auth-app';
import type * as z from 'zod';
import type { githubCredentials } from '../connections/credentials.ts';
import { ConnectionInvalid } from '../errors.ts';

type Secrets = z.output<typeof githubCredentials>;
export type Installation = Pick<Secrets, 'app' | 'private_key'>;

/** A minute less than a token lives (https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app). */
const KEEP_MS = 59 * 60_000;

// One for the container: a token is valid for an hour.
const tokens = new Map<string, { readonly value: string; readonly until: number }>();

const cache = {
  get(key: string): string {
    const known = tokens.get(key);
    return known && known.until > Date.now() ? known.value : '';
  },
  set(key: string, value: string): void {
    tokens.set(key, { value, until: Date.now() + KEEP_MS });
  },
};

/** Drops the tokens, after GitHub has refused one: the App may have been installed anew. */
export function forgetInstallationTokens(): void {
  tokens.clear();
}

/** Options of Octokit's. The client ID serves as the App's id (https://github.blog/changelog/2024-05-01-github-apps-can-now-use-the-client-id-to-fetch-installation-tokens). */
export function installationAuth(installation: Installation) {
  return { authStrategy: createAppAuth, auth: { ...identity(installation), cache } };
}

/**
 * A token of the App itself, for what is asked about its installation.
 * @throws ConnectionInvalid when the key is none
 */
export async function appToken(installation: Installation): Promise<string> {
  try {
    const { token } = await createAppAuth(identity(installation))({ type: 'app' });
    return token;
  } catch (cause) {
    // Of OpenSSL; it says nothing of the key, and nothing that helps.
    throw new ConnectionInvalid('`private_key` is not an RSA key that can be read', { cause });
  }
}

function identity({ app, private_key: privateKey }: Installation) {
  if (!app || privateKey === undefined)
    throw new ConnectionInvalid('The connection lacks a valid value for token');
  return { appId: app.client_id, installationId: app.installation_id, privateKey };
}
