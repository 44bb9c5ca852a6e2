// The users of the pool, as its administrators see and change them. Roles are groups.
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminResetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { isoTime } from '../aws-values.ts';
import { setting } from '../config.ts';
import { ApiProblem } from '../problem.ts';
import { type Role, roles } from './roles.ts';
import { isNamed, usersProblem } from './users-problems.ts';

export interface User {
  readonly id: string;
  readonly email: string | null;
  /** Null: no role, so that the user may log in and do nothing. */
  readonly role: Role | null;
  readonly enabled: boolean;
  readonly status: 'active' | 'invited' | 'password_reset' | 'other';
  readonly created_at: string;
  readonly updated_at: string;
}

type Client = Pick<CognitoIdentityProviderClient, 'send'>;

/** What Cognito gives in one page at most (API reference, ListUsers). */
export const MAX_USERS = 60;

const statuses: Readonly<Record<string, User['status']>> = {
  CONFIRMED: 'active',
  FORCE_CHANGE_PASSWORD: 'invited',
  RESET_REQUIRED: 'password_reset',
};

const pool = () => ({ UserPoolId: setting('USER_POOL_ID') });

/** Of how many users the groups are asked for at the same time. */
const AT_ONCE = 8;

/**
 * The first page of each group says the roles of small pools in three calls; where a group has more, the users of the page
 * are asked for theirs, so that a page takes a bounded number of calls, however many users there are.
 * @throws ApiProblem invalid-request when the cursor is not one of this list; too-many-requests
 */
export async function listUsers(
  limit: number,
  token: string | undefined,
  client: Client,
): Promise<{ readonly users: readonly User[]; readonly token: string | undefined }> {
  try {
    const page = { ...pool(), Limit: limit, ...(token !== undefined && { PaginationToken: token }) };
    const [{ Users = [], PaginationToken }, ...members] = await Promise.all([
      client.send(new ListUsersCommand(page)),
      ...roles.map((role) => membersPage(role, undefined, client)),
    ]);
    const areWhole = members.every(({ next }) => next === undefined);
    const roleOf = (id: string) => roles.findLast((_, index) => members[index]?.users.has(id)) ?? null;
    const users: User[] = [];
    for (let at = 0; at < Users.length; at += AT_ONCE) {
      const some = Users.slice(at, at + AT_ONCE).map(async (user) => {
        const id = user.Username ?? '';
        return userOf(user, user.Attributes, areWhole ? roleOf(id) : await roleIn(id, client));
      });
      users.push(...(await Promise.all(some)));
    }
    return { users, token: PaginationToken };
  } catch (error) {
    throw usersProblem(error);
  }
}

/** @throws ApiProblem not-found, too-many-requests */
export async function readUser(id: string, client: Client): Promise<User> {
  try {
    const [user, role] = await Promise.all([
      client.send(new AdminGetUserCommand({ ...pool(), Username: id })),
      roleIn(id, client),
    ]);
    return userOf(user, user.UserAttributes, role);
  } catch (error) {
    throw usersProblem(error, id);
  }
}

/** Of several groups the highest role counts. */
async function roleIn(id: string, client: Client): Promise<Role | null> {
  const { Groups = [] } = await client.send(new AdminListGroupsForUserCommand({ ...pool(), Username: id }));
  return roles.findLast((one) => Groups.some(({ GroupName }) => GroupName === one)) ?? null;
}

/**
 * Cognito mails a temporary password, which the first login replaces. An invitation that was stopped between its two calls
 * is finished by the same one again.
 * @throws ApiProblem already-exists, too-many-requests
 */
export async function inviteUser(
  { id, email, role }: { readonly id: string; readonly email: string; readonly role: Role },
  client: Client,
): Promise<User> {
  try {
    await create(id, email, client);
    await client.send(new AdminAddUserToGroupCommand({ ...pool(), Username: id, GroupName: role }));
  } catch (error) {
    throw usersProblem(error, id);
  }
  return readUser(id, client);
}

async function create(id: string, email: string, client: Client): Promise<void> {
  try {
    await client.send(
      new AdminCreateUserCommand({
        ...pool(),
        Username: id,
        // Verified: whoever gets the mail can log in, and can have a forgotten password sent.
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ],
        DesiredDeliveryMediums: ['EMAIL'],
      }),
    );
  } catch (error) {
    if (!isNamed(error, 'UsernameExistsException')) throw error;
    const user = await readUser(id, client);
    const isUnfinished = user.status === 'invited' && user.role === null && user.email === email;
    if (!isUnfinished) throw error;
  }
}

/** @throws ApiProblem not-found, last-admin, too-many-requests */
export async function setRole(id: string, role: Role, client: Client): Promise<User> {
  const { id: known, role: before } = await readUser(id, client);
  const change = async (to: Role | null) => {
    // The new role first: nobody is without one meanwhile.
    if (to !== null) await client.send(new AdminAddUserToGroupCommand(group(id, to)));
    const others = roles.filter((other) => other !== to);
    await Promise.all(
      others.map((other) => client.send(new AdminRemoveUserFromGroupCommand({ ...group(id, other) }))),
    );
  };
  await keepingAnAdmin(
    known,
    before === 'admin' && role !== 'admin',
    { make: () => change(role), undo: () => change(before) },
    client,
  );
  return readUser(id, client);
}

const group = (id: string, role: Role) => ({ ...pool(), Username: id, GroupName: role });

/**
 * Access tokens that were given out stay good until they expire, a quarter of an hour at most (infrastructure/stack/users.yml).
 * @throws ApiProblem not-found, last-admin, too-many-requests
 */
export async function setEnabled(id: string, enabled: boolean, client: Client): Promise<User> {
  const { id: known, role, enabled: before } = await readUser(id, client);
  const name = { ...pool(), Username: id };
  const enable = () => client.send(new AdminEnableUserCommand(name));
  const disable = () => client.send(new AdminDisableUserCommand(name));
  await keepingAnAdmin(
    known,
    before && !enabled && role === 'admin',
    enabled ? { make: enable, undo: disable } : { make: disable, undo: enable },
    client,
  );
  if (!enabled) await signOut(id, client);
  return readUser(id, client);
}

/**
 * Ends the user's sessions and mails a code for a new password; to a user who has never logged in another invitation.
 * @throws ApiProblem not-found, not-resettable, too-many-requests
 */
export async function resetUser(id: string, client: Client): Promise<User> {
  const { status, enabled } = await readUser(id, client);
  if (!enabled) throw notResettable(`${id} is disabled`);
  const name = { ...pool(), Username: id };
  try {
    if (status === 'invited') {
      await client.send(
        new AdminCreateUserCommand({ ...name, MessageAction: 'RESEND', DesiredDeliveryMediums: ['EMAIL'] }),
      );
    } else {
      await client.send(new AdminResetUserPasswordCommand(name));
      await signOut(id, client);
    }
  } catch (error) {
    // Cognito gives neither an error of its own: no verified address, or a state without a password.
    if (isNamed(error, 'InvalidParameterException', 'NotAuthorizedException'))
      throw notResettable(`The password of ${id} cannot be reset: ${error.message}`);
    throw usersProblem(error, id);
  }
  return readUser(id, client);
}

const notResettable = (detail: string) => new ApiProblem('not-resettable', detail);

async function signOut(id: string, client: Client): Promise<void> {
  try {
    await client.send(new AdminUserGlobalSignOutCommand({ ...pool(), Username: id }));
  } catch (error) {
    throw usersProblem(error, id);
  }
}

/**
 * Cognito writes under no condition, so that two admins may take each other's role at the same moment. Each looks after its
 * own write whether an admin is left, and otherwise undoes it: of two at once the later one sees both. A crash between the
 * two may leave none; docs/deploy.md says how to make one.
 * @param id as the pool has it: it finds a user by an id in capitals too (infrastructure/stack/users.yml)
 * @throws ApiProblem last-admin
 */
async function keepingAnAdmin(
  id: string,
  takesAdmin: boolean,
  { make, undo }: { make(): Promise<unknown>; undo(): Promise<unknown> },
  client: Client,
): Promise<void> {
  try {
    if (takesAdmin && !(await hasAdmin(id, client))) throw lastAdmin(id);
    await make();
    if (!takesAdmin || (await hasAdmin(undefined, client))) return;
    await undo();
  } catch (error) {
    throw usersProblem(error, id);
  }
  throw lastAdmin(id);
}

function lastAdmin(id: string): ApiProblem {
  return new ApiProblem(
    'last-admin',
    `${id} is the last admin who can log in: make somebody else an admin first, and have them log in`,
  );
}

/** Whether there is an admin who can log in, besides the one with this id. Who was only invited may never come. */
async function hasAdmin(besides: string | undefined, client: Client): Promise<boolean> {
  for (const [id, user] of await membersOf('admin', client))
    if (id !== besides && user.Enabled && user.UserStatus !== 'FORCE_CHANGE_PASSWORD') return true;
  return false;
}

async function membersOf(role: Role, client: Client): Promise<ReadonlyMap<string, UserType>> {
  const found = new Map<string, UserType>();
  let token: string | undefined;
  do {
    const { users, next } = await membersPage(role, token, client);
    for (const [id, user] of users) found.set(id, user);
    token = next;
  } while (token !== undefined);
  return found;
}

async function membersPage(
  role: Role,
  token: string | undefined,
  client: Client,
): Promise<{ readonly users: ReadonlyMap<string, UserType>; readonly next: string | undefined }> {
  const { Users = [], NextToken } = await client.send(
    new ListUsersInGroupCommand({
      ...pool(),
      GroupName: role,
      Limit: MAX_USERS,
      ...(token !== undefined && { NextToken: token }),
    }),
  );
  return { users: new Map(Users.map((user) => [user.Username ?? '', user])), next: NextToken };
}

function userOf(
  user: Pick<UserType, 'Username' | 'Enabled' | 'UserStatus' | 'UserCreateDate' | 'UserLastModifiedDate'>,
  attributes: readonly AttributeType[] = [],
  role: Role | null,
): User {
  return {
    id: user.Username ?? '',
    email: attributes.find(({ Name }) => Name === 'email')?.Value ?? null,
    role,
    enabled: user.Enabled ?? true,
    status: statuses[user.UserStatus ?? ''] ?? 'other',
    created_at: isoTime(user.UserCreateDate),
    updated_at: isoTime(user.UserLastModifiedDate),
  };
}
