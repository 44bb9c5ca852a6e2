// Schemas of users.
import * as z from 'zod';
import { roles } from '../auth/roles.ts';
import { pageLimit, pageOf, pageQuery } from './common.ts';

/**
 * As Cognito takes the name of a user (API reference, AdminCreateUser), where a path can lead to it: HTTP APIs decode a path
 * before they look for its route, so that `%2F` parts it (developer guide, "Create routes for HTTP APIs").
 */
export const userId = z
  .string()
  .regex(
    // No path leads to `.` and `..` (RFC 3986, section 5.2.4).
    /^(?!\.{1,2}$)(?!.*\/)[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u,
    'a user’s id has 1 to 128 letters, digits, signs, no blanks and no `/`, and is not `.` or `..`',
  )
  .meta({ examples: ['ada'] });

const role = z.enum(roles);

export const user = z
  .object({
    id: z.string(),
    email: z.string().nullable(),
    role: role.nullable().describe('null: may log in, and do nothing'),
    enabled: z.boolean(),
    status: z
      .enum(['active', 'invited', 'password_reset', 'other'])
      .describe('`invited`: has not logged in yet; `password_reset`: has to choose a new password'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'User' });

export const userPage = pageOf(user).meta({ id: 'UserPage' });

/** Cognito gives 60 at most. */
export const usersQuery = pageQuery.extend({ limit: pageLimit(60, 50) });

export const inviteBody = z
  .strictObject({
    id: userId,
    email: z.email().max(2048).describe('Where the temporary password goes'),
    role,
  })
  .meta({ id: 'InviteUser', examples: [{ id: 'ada', email: 'ada@acme.example', role: 'editor' }] });

export const roleBody = z.strictObject({ role }).meta({ id: 'SetRole', examples: [{ role: 'viewer' }] });
