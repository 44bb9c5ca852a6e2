// The API's users: list, invite, role, disable and enable, reset.
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { apiHandler } from '../../lib/api/handler.ts';
import { userRoutes } from '../../lib/api/routes/users.ts';
import { inviteUser, listUsers, readUser, resetUser, setEnabled, setRole } from '../../lib/auth/users.ts';
import { awsPlace, decodeCursor, encodeCursor } from '../../lib/stores/cursor.ts';

const cognito = new CognitoIdentityProviderClient({});

export const handler = apiHandler('users', userRoutes, {
  async listUsers({ query: { limit, cursor } }) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, awsPlace);
    const { users, token } = await listUsers(limit, after, cognito);
    const next_cursor = token === undefined ? null : encodeCursor(token);
    return { status: 200, body: { items: users, next_cursor } };
  },

  async inviteUser({ body }) {
    const user = await inviteUser(body, cognito);
    return { status: 201, body: user, headers: { location: `/users/${encodeURIComponent(user.id)}` } };
  },

  async getUser({ params }) {
    return { status: 200, body: await readUser(params.id, cognito) };
  },

  async setUserRole({ params, body }) {
    return { status: 200, body: await setRole(params.id, body.role, cognito) };
  },

  async disableUser({ params }) {
    return { status: 200, body: await setEnabled(params.id, false, cognito) };
  },

  async enableUser({ params }) {
    return { status: 200, body: await setEnabled(params.id, true, cognito) };
  },

  async resetUserPassword({ params }) {
    return { status: 200, body: await resetUser(params.id, cognito) };
  },
});
