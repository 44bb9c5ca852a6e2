// Routes of logging in. They need no access token: the password or the refresh token is the proof. Anybody may call them;
// how often, Cognito limits: for all together (its quotas of the category UserAuthentication) and for each user.
import {
  challengeBody,
  forgotPasswordBody,
  loginAnswer,
  loginBody,
  refreshAnswer,
  refreshBody,
  resetPasswordBody,
  sessionAnswer,
} from '../../schemas/auth.ts';
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
    cookies: true,
    answers: { 200: { description: 'The tokens', body: loginAnswer, setsCookies: true } },
    problems: [
      'login-failed',
      'challenge-required',
      'password-reset-required',
      'foreign-origin',
      'too-many-attempts',
      'too-many-requests',
    ],
  },
  {
    ...common,
    operation: 'answerChallenge',
    method: 'POST',
    path: '/auth/challenge',
    summary: 'Goes on with a login that needs a further step',
    description:
      'Takes `challenge` of the problem `challenge-required`, with the answer. Another step may follow.',
    body: challengeBody,
    cookies: true,
    answers: { 200: { description: 'The tokens', body: loginAnswer, setsCookies: true } },
    problems: [
      'code-refused',
      'challenge-expired',
      'challenge-required',
      'foreign-origin',
      'password-refused',
      'too-many-attempts',
      'too-many-requests',
    ],
  },
  {
    ...common,
    operation: 'forgotPassword',
    method: 'POST',
    path: '/auth/forgot-password',
    summary: 'Sends a code for a new password',
    description:
      'To the user’s verified address, if there is one; the answer is the same when there is none, or no such user.',
    body: forgotPasswordBody,
    answers: { 202: { description: 'Taken' } },
    problems: ['too-many-requests'],
  },
  {
    ...common,
    operation: 'resetPassword',
    method: 'POST',
    path: '/auth/reset-password',
    summary: 'Sets a new password with the code that was sent',
    body: resetPasswordBody,
    answers: { 204: { description: 'The new password is set' } },
    problems: ['code-refused', 'password-refused', 'too-many-attempts', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'refresh',
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Gives a new access token for a refresh token',
    body: refreshBody,
    cookies: true,
    answers: { 200: { description: 'The new access token', body: refreshAnswer } },
    problems: ['login-failed', 'foreign-origin', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'logout',
    method: 'POST',
    path: '/auth/logout',
    summary: 'Revokes a refresh token, and ends the session',
    description:
      'No new access tokens can be had with it. Access tokens that were given out stay good until they expire.',
    body: refreshBody,
    cookies: true,
    answers: { 204: { description: 'Revoked, or it was no longer good', setsCookies: true } },
    problems: ['foreign-origin', 'too-many-requests'],
  },
  {
    ...common,
    operation: 'getSession',
    method: 'GET',
    path: '/auth/session',
    summary: 'Says whether there is a session, for the login page',
    cookies: true,
    answers: { 200: { description: 'Whether there is one', body: sessionAnswer } },
    problems: [],
  },
] as const satisfies readonly Route[];
