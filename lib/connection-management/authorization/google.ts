// Google's grant: a refresh token, for the scopes that were asked for and those that were granted before.
import * as z from 'zod';
import { setting } from '../../config.ts';
import { gmailScopes } from '../../connections/scopes.ts';
import { Unauthorized } from '../../errors.ts';
import { answer } from '../../providers/provider-failure.ts';
import { askProvider } from '../ask-provider.ts';
import { type Grant, withParameters } from './grant.ts';

/** The scopes that the actions can do with. */
export const GOOGLE_SCOPES = [...new Set(Object.values(gmailScopes).flat())];

/** With it every action works, and nothing is deleted for good. */
const EVERY_ACTION = 'https://www.googleapis.com/auth/gmail.modify';

const tokens = z.object({ refresh_token: z.string().min(1).optional() });

/** https://developers.google.com/identity/protocols/oauth2/web-server */
export const googleGrant: Grant<'google'> = {
  name: 'Google',

  authorizeUrl({ client, state, challenge, redirectUri, scope = [EVERY_ACTION], knownAccount }) {
    return withParameters(setting('GOOGLE_AUTH_URL'), {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: redirectUri,
      scope: scope.join(' '),
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      // "Incremental authorization": the new grant covers what was granted before too.
      include_granted_scopes: 'true',
      access_type: 'offline',
      // Without it Google gives a refresh token for the first consent alone, and a wider grant has one of its own.
      prompt: 'consent',
      login_hint: knownAccount,
    });
  },

  async exchange({ client: { client_id, client_secret }, code, verifier, redirectUri }) {
    const { body } = await askProvider('Google', setting('GOOGLE_TOKEN_URL'), {
      form: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
        client_id,
        client_secret,
      }),
    });
    const { refresh_token } = answer('Google', tokens, body);
    if (refresh_token === undefined)
      throw new Unauthorized(
        'Google gave no refresh token. Remove the access at https://myaccount.google.com/connections and connect again',
      );
    return { credentials: { client_id, client_secret, refresh_token } };
  },
};
