// Schemas of login.
import * as z from 'zod';
import { demoUser } from '../auth/demo-users.ts';
import { roles } from '../auth/roles.ts';

const userId = z
  .string()
  .min(1)
  .max(128)
  .meta({ examples: ['demo'] });

/** Cognito takes no other: `^[\S]+.*[\S]+$`, up to 256 characters. */
const newPassword = z
  .string()
  .max(256)
  .regex(/^\S+.*\S+$/, 'A password has two characters or more and no space at its ends')
  .meta({ format: 'password' });

const session = z
  .boolean()
  .optional()
  .describe(
    'For pages of the API’s own origin: the refresh token goes into a cookie that no script can read, and is left out of the answer',
  );

export const loginBody = z
  .strictObject({
    user_id: userId,
    password: z
      .string()
      .min(1)
      .max(256)
      .meta({ examples: ['demo'], format: 'password' }),
    session,
  })
  .meta({ id: 'Login' });

export const refreshBody = z
  .strictObject({
    refresh_token: z
      .string()
      .min(1)
      .max(8192)
      .optional()
      .describe('From `POST /auth/login`; left out, the session’s cookie is used'),
  })
  .optional()
  .meta({ id: 'RefreshToken' });

const challengeName = z.enum([
  'NEW_PASSWORD_REQUIRED',
  'SOFTWARE_TOKEN_MFA',
  'SMS_MFA',
  'EMAIL_OTP',
  'SELECT_MFA_TYPE',
]);

/** What `POST /auth/challenge` needs besides the answer. */
const challenge = {
  challenge: challengeName,
  challenge_session: z.string().min(1).max(8192).describe('Good for three minutes'),
  user_id: userId,
};

export const loginChallenge = z
  .object({
    ...challenge,
    destination: z.string().optional().describe('Where a code was sent, in part'),
    choices: z.array(challengeName).optional().describe('What may be chosen for `SELECT_MFA_TYPE`'),
  })
  .meta({ id: 'LoginChallenge' });

export const challengeBody = z
  .strictObject({
    ...challenge,
    answer: z
      .string()
      .min(1)
      .max(256)
      .describe('The new password, the code, or the choice')
      .meta({ format: 'password' }),
    session,
  })
  .meta({ id: 'ChallengeAnswer' });

export const forgotPasswordBody = z.strictObject({ user_id: userId }).meta({ id: 'ForgottenPassword' });

export const resetPasswordBody = z
  .strictObject({
    user_id: userId,
    code: z.string().min(1).max(2048).regex(/^\S+$/, 'A code has no spaces'),
    new_password: newPassword,
  })
  .meta({ id: 'PasswordReset' });

const token = {
  access_token: z.string().describe('Sent as `Authorization: Bearer <access_token>`'),
  token_type: z.literal('Bearer'),
  expires_in: z
    .int()
    .describe('Seconds')
    .meta({ examples: [900] }),
  user_id: z.string(),
  roles: z.array(z.enum(roles)),
};

export const loginAnswer = z
  .object({ ...token, refresh_token: z.string().optional().describe('Left out with `session: true`') })
  .meta({ id: 'Tokens' });
export const refreshAnswer = z.object(token).meta({ id: 'RefreshedToken' });

export const sessionAnswer = z
  .object({
    session: z.boolean().describe('Whether the browser has the cookie of a session, good or not'),
    demo_users: z.array(demoUser).describe('Users of a demonstration, for the login page'),
  })
  .meta({ id: 'Session' });
