// GitHub's grant: an installation of the App of this installation, which the person who connects it can reach.
import * as z from 'zod';
import { setting } from '../../config.ts';
import { Unauthorized } from '../../errors.ts';
import { GITHUB_VERSION } from '../../providers/api-versions.ts';
import { answer } from '../../providers/provider-failure.ts';
import { askProvider } from '../ask-provider.ts';
import { failed, type Grant, withParameters } from './grant.ts';
import { type Authorization, invalid } from './state.ts';

const tokens = z.union([
  z.object({ access_token: z.string().min(1) }),
  z.object({ error: z.string(), error_description: z.string().optional() }),
]);

const installation = z.object({
  id: z.int(),
  account: z.object({ login: z.string() }),
  suspended_at: z.string().nullish(),
});
type Installation = z.output<typeof installation>;

/**
 * The installation acts for itself, by the App's key: the user's own tokens rotate and end with the user. They serve here
 * to find the installations that the user can reach, since anybody can send another's `installation_id`
 * (https://docs.github.com/apps/creating-github-apps/registering-a-github-app/about-the-setup-url).
 */
export const githubGrant: Grant<'github'> = {
  name: 'GitHub',

  /** https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app */
  authorizeUrl({ client, state, challenge, redirectUri }) {
    return withParameters(`${setting('GITHUB_URL')}/login/oauth/authorize`, {
      client_id: client.client_id,
      redirect_uri: redirectUri,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
  },

  async exchange({ client, code, verifier, redirectUri, authorization }) {
    const { client_id, client_secret, private_key } = client;
    const { body } = await askProvider('GitHub', `${setting('GITHUB_URL')}/login/oauth/access_token`, {
      form: new URLSearchParams({
        client_id,
        client_secret,
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
      }),
    });
    const granted = answer('GitHub', tokens, body);
    // GitHub answers these with 200.
    if ('error' in granted)
      throw new Unauthorized(`GitHub answered ${granted.error}: ${granted.error_description ?? ''}`);
    const { access_token } = granted;
    const all = await installationsOf(access_token);
    await forget(access_token, client);
    const chosen = choose(all, authorization);
    if (!chosen) return { before: (state) => installationUrl(client.slug, state) };
    if (chosen.suspended_at)
      throw failed(`The installation for ${chosen.account.login} is suspended at GitHub`);
    const app = { client_id, installation_id: chosen.id, account: chosen.account.login };
    return { credentials: { app, private_key } };
  },

  /** The answer to an installation: whether it is the user's is found out with the authorization that follows. */
  interim({ installation_id, setup_action }) {
    if (setup_action === undefined && installation_id === undefined) return undefined;
    if (setup_action === 'request')
      throw failed('An owner of the organization has to approve the App first. Connect again afterwards');
    if (!/^[1-9]\d{0,14}$/.test(installation_id ?? '')) throw invalid('GitHub named no installation');
    return { installation: Number(installation_id) };
  },
};

/** Where the App is installed; GitHub leads from there to the callback. */
function installationUrl(slug: string, state: string): URL {
  return withParameters(`${setting('GITHUB_URL')}/apps/${slug}/installations/new`, { state });
}

/** https://docs.github.com/rest/apps/installations#list-app-installations-accessible-to-the-user-access-token; one page of 100. */
async function installationsOf(token: string): Promise<readonly Installation[]> {
  const { body } = await askProvider(
    'GitHub',
    `${setting('GITHUB_API_URL')}/user/installations?per_page=100`,
    {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': GITHUB_VERSION,
      },
    },
  );
  return answer('GitHub', z.object({ installations: z.array(installation) }), body).installations;
}

/** @throws ApiProblem when the person has to say which, or the named one is not the user's */
function choose(
  all: readonly Installation[],
  { installation: id, account }: Authorization,
): Installation | undefined {
  if (id !== undefined) {
    const named = all.find((one) => one.id === id);
    if (!named) throw invalid('The installation that was named is none of this GitHub user’s');
    return named;
  }
  if (account !== undefined)
    return all.find(({ account: { login } }) => login.toLowerCase() === account.toLowerCase());
  if (all.length > 1)
    throw failed(
      `The App is installed for ${all.map(({ account: { login } }) => login).join(', ')}: say which one under “Account at GitHub”`,
    );
  return all[0];
}

/** The user's token has served; when GitHub does not delete it, it ends by itself. */
async function forget(
  access_token: string,
  { client_id, client_secret }: { readonly client_id: string; readonly client_secret: string },
): Promise<void> {
  const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
  const url = `${setting('GITHUB_API_URL')}/applications/${encodeURIComponent(client_id)}/token`;
  await askProvider('GitHub', url, {
    method: 'DELETE',
    headers: { authorization: `Basic ${basic}`, 'x-github-api-version': GITHUB_VERSION },
    json: { access_token },
  }).catch(() => undefined);
}
