// Routes of users. Those of other identity providers (TRUSTED_ISSUERS) are not among them.
import * as z from 'zod';
import { inviteBody, roleBody, user, userId, userPage, usersQuery } from '../../schemas/users.ts';
import type { Route } from './route.ts';

const common = { function: 'users', tag: 'users', role: 'admin' } as const;
const params = z.object({ id: userId });
const changed = { 200: { description: 'The user as it is now', body: user } };

export const userRoutes = [
  {
    ...common,
    operation: 'listUsers',
    method: 'GET',
    path: '/users',
    summary: 'Lists the users of the pool',
    query: usersQuery,
    answers: { 200: { description: 'A page of users', body: userPage } },
    problems: ['too-many-requests'],
  },
  {
    ...common,
    operation: 'inviteUser',
    method: 'POST',
    path: '/users',
    summary: 'Invites a user: a temporary password is mailed',
    body: inviteBody,
    answers: {
      201: { description: 'Invited', body: user, headers: { location: 'Path of the user' } },
    },
    problems: ['already-exists', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'getUser',
    method: 'GET',
    path: '/users/{id}',
    summary: 'Gives a user',
    params,
    answers: { 200: { description: 'The user', body: user } },
    problems: ['not-found', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'setUserRole',
    method: 'PUT',
    path: '/users/{id}/role',
    summary: 'Gives a user another role',
    description:
      'Good from the next access token on, after a quarter of an hour at most. The last admin who can log in keeps the role.',
    params,
    body: roleBody,
    answers: changed,
    problems: ['not-found', 'last-admin', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'disableUser',
    method: 'POST',
    path: '/users/{id}/disable',
    summary: 'Keeps a user from logging in, and ends the user’s sessions',
    description:
      'Access tokens that were given out stay good until they expire, a quarter of an hour at most. The last admin who can log in cannot be disabled.',
    params,
    answers: changed,
    problems: ['not-found', 'last-admin', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'enableUser',
    method: 'POST',
    path: '/users/{id}/enable',
    summary: 'Lets a user log in again',
    params,
    answers: changed,
    problems: ['not-found', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'resetUserPassword',
    method: 'POST',
    path: '/users/{id}/reset-password',
    summary: 'Ends a user’s sessions and mails a code for a new password',
    description: 'A user who has never logged in gets another invitation, with a new temporary password.',
    params,
    answers: changed,
    problems: ['not-found', 'not-resettable', 'too-many-requests'],
  },
] as const satisfies readonly Route[];
