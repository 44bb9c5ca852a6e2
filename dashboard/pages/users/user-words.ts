// What is said of a user.
import type { AnswerBody } from '../../api/routes.ts';

export type User = AnswerBody<'GET /users'>['items'][number];

type Role = NonNullable<User['role']>;

const roles: readonly Role[] = ['viewer', 'editor', 'admin'];

export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: reads',
  editor: 'Editor: also writes and runs',
  admin: 'Admin: also manages users',
};

export function roleOf(text: string): Role | undefined {
  return roles.find((role) => role === text);
}

/** @param role the one that the user has; one without a role can be given one, and not the other way round */
export function roleOptions(role: User['role']) {
  const all = roles.map((value) => ({ value: value as string, label: roleWords[value] }));
  return role === null ? [{ value: '', label: 'No role: may do nothing' }, ...all] : all;
}

const words: Readonly<Record<User['status'], string>> = {
  active: 'Can log in',
  invited: 'Invited, has not logged in yet',
  password_reset: 'Has to choose a new password',
  other: 'Has to be looked after in the user pool',
};

export function statusText({ enabled, status }: Pick<User, 'enabled' | 'status'>): string {
  return enabled ? words[status] : 'Disabled: cannot log in';
}
