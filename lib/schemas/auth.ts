// Schemas of login.
import * as z from 'zod';

export const loginBody = z
  .strictObject({
    user_id: z
      .string()
      .min(1)
      .max(128)
      .meta({ examples: ['demo'] }),
    password: z
      .string()
      .min(1)
      .max(256)
      .meta({ examples: ['demo'], format: 'password' }),
  })
  .meta({ id: 'Login' });

export const refreshBody = z
  .strictObject({ refresh_token: z.string().min(1).max(8192).describe('From `POST /auth/login`') })
  .meta({ id: 'RefreshToken' });

const token = {
  access_token: z.string().describe('Sent as `Authorization: Bearer <access_token>`'),
  token_type: z.literal('Bearer'),
  expires_in: z
    .int()
    .describe('Seconds')
    .meta({ examples: [3600] }),
};

export const loginAnswer = z.object({ ...token, refresh_token: z.string() }).meta({ id: 'Tokens' });
export const refreshAnswer = z
  .object({
    ...token,
    refresh_token: z
      .string()
      .optional()
      .describe('Only when the user pool rotates refresh tokens: it replaces the one sent'),
  })
  .meta({ id: 'RefreshedTokens' });
