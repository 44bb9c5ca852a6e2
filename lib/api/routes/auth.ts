// Routes of logging in. They need no access token: the password or the refresh token is the proof.
import { loginAnswer, loginBody, refreshAnswer, refreshBody } from '../../schemas/auth.ts';
import type { Route } from './route.ts';

const common = { function: 'auth', role: null, tag: 'auth' } as const;

export const authRoutes = [
  {
    ...common,
    operation: 'login',
    method: 'POST',
    path: '/auth/login',
    summary: 'Logs a user in',
    description: 'A wrong password and an unknown user get the same answer.',
    body: loginBody,
    answers: { 200: { description: 'The tokens', body: loginAnswer } },
    problems: ['login-failed', 'challenge-required', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'refresh',
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Gives a new access token for a refresh token',
    body: refreshBody,
    answers: { 200: { description: 'The new access token', body: refreshAnswer } },
    problems: ['login-failed', 'challenge-required', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'logout',
    method: 'POST',
    path: '/auth/logout',
    summary: 'Revokes a refresh token',
    description:
      'No new access tokens can be had with it. Access tokens that were given out stay good until they expire.',
    body: refreshBody,
    answers: { 204: { description: 'Revoked, or it was no longer good' } },
    problems: ['too-many-requests'],
  },
] as const satisfies readonly Route[];
