// The API's logging in, refreshing and logging out.
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { apiHandler } from '../../lib/api/handler.ts';
import { authRoutes } from '../../lib/api/routes/auth.ts';
import { loginFailed } from '../../lib/auth/cognito-problems.ts';
import type { Sender } from '../../lib/auth/cookies.ts';
import { demoUsers } from '../../lib/auth/demo-users.ts';
import { resetPassword, sendResetCode } from '../../lib/auth/forgotten-password.ts';
import { answerChallenge, login, logout, refresh, type Tokens } from '../../lib/auth/login.ts';
import {
  endedSessionCookie,
  hasSession,
  readSession,
  requireOwnOrigin,
  sessionCookie,
} from '../../lib/auth/session-cookie.ts';

const cognito = new CognitoIdentityProviderClient({});

export const handler = apiHandler('auth', authRoutes, {
  async login({ body: { user_id, password, session }, sender }) {
    return loggedIn(session, sender, () => login(user_id, password, cognito));
  },

  async answerChallenge({ body: { session, ...answer }, sender }) {
    return loggedIn(session, sender, () => answerChallenge(answer, cognito));
  },

  async forgotPassword({ body }) {
    await sendResetCode(body.user_id, cognito);
    return { status: 202 };
  },

  async resetPassword({ body }) {
    await resetPassword(body, cognito);
    return { status: 204 };
  },

  async refresh({ body, sender }) {
    const token = body?.refresh_token ?? readSession(sender);
    if (token === undefined) throw loginFailed('There is no session, and no refresh token in the body');
    return { status: 200, body: await refresh(token, cognito) };
  },

  async logout({ body, sender }) {
    if (body?.refresh_token !== undefined) {
      await logout(body.refresh_token, cognito);
      return { status: 204 };
    }
    const token = readSession(sender);
    if (token === undefined) return { status: 204 };
    await logout(token, cognito);
    return { status: 204, cookies: [endedSessionCookie(sender)] };
  },

  async getSession({ sender }) {
    return { status: 200, body: { session: hasSession(sender), demo_users: demoUsers() } };
  },
});

/** @param authenticate not called for a page that may have no session */
async function loggedIn(session: boolean | undefined, sender: Sender, authenticate: () => Promise<Tokens>) {
  if (!session) return { status: 200 as const, body: await authenticate() };
  requireOwnOrigin(sender);
  const { refresh_token, ...body } = await authenticate();
  return { status: 200 as const, body, cookies: [sessionCookie(sender, refresh_token)] };
}
