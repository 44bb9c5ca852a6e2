// The API's logging in, refreshing and logging out.
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { apiHandler } from '../../lib/api/handler.ts';
import { authRoutes } from '../../lib/api/routes/auth.ts';
import { login, logout, refresh } from '../../lib/auth/login.ts';

const cognito = new CognitoIdentityProviderClient({});

export const handler = apiHandler('auth', authRoutes, {
  async login({ body }) {
    return { status: 200, body: await login(body.user_id, body.password, cognito) };
  },

  async refresh({ body }) {
    return { status: 200, body: await refresh(body.refresh_token, cognito) };
  },

  async logout({ body }) {
    await logout(body.refresh_token, cognito);
    return { status: 204 };
  },
});
