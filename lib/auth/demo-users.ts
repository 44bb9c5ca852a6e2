// The users of a demonstration, whose passwords are no secret, from the setting DEMO_USERS.
import * as z from 'zod';
import { optionalSetting } from '../config.ts';
import { ConfigurationError } from '../errors.ts';
import { jsonValue } from '../json.ts';
import { roles } from './roles.ts';

export const demoUser = z.strictObject({ user_id: z.string(), password: z.string(), role: z.enum(roles) });
export type DemoUser = z.output<typeof demoUser>;

/** @throws ConfigurationError when the setting is not a list of users */
export function demoUsers(text = optionalSetting('DEMO_USERS')): readonly DemoUser[] {
  if (text === undefined) return [];
  const parsed = z.array(demoUser).safeParse(jsonValue(text));
  if (!parsed.success)
    throw new ConfigurationError('DEMO_USERS is no JSON list of {user_id, password, role}');
  return parsed.data;
}
