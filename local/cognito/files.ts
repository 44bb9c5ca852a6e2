// The files of cognito-local: a user pool with its app client, groups and users, written before its first start.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { passwordPolicy } from './password-policy.ts';

/** The user pool, as an id that CognitoJwtVerifier accepts. */
export const userPoolId = 'us-east-1_AIOrchestra';
export const userPoolClientId = 'aiorchestralocalclient';

export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly group: 'viewer' | 'editor' | 'admin';
}

export const demoUsers: readonly DemoUser[] = [
  { username: 'demo', password: 'demo', group: 'admin' },
  { username: 'editor', password: 'editor', group: 'editor' },
  { username: 'viewer', password: 'viewer', group: 'viewer' },
];

/** Writes the missing files below `directory`; a pool that exists keeps its users. @returns their folder */
export function writeCognitoFiles(directory: string, users: readonly DemoUser[]): string {
  const database = join(directory, '.cognito', 'db');
  mkdirSync(database, { recursive: true });
  writeOnce(join(database, 'clients.json'), () => ({ Clients: { [userPoolClientId]: client() } }));
  writeOnce(join(database, `${userPoolId}.json`), () => pool(users));
  return database;
}

function client(): unknown {
  const now = new Date().toISOString();
  return {
    ClientId: userPoolClientId,
    ClientName: 'ai-orchestra-local',
    UserPoolId: userPoolId,
    CreationDate: now,
    LastModifiedDate: now,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AccessTokenValidity: 60,
    IdTokenValidity: 60,
    RefreshTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
  };
}

function pool(users: readonly DemoUser[]): unknown {
  const now = new Date().toISOString();
  const dates = { CreationDate: now, LastModifiedDate: now };
  const groups = ['viewer', 'editor', 'admin'].map((GroupName) => ({
    GroupName,
    UserPoolId: userPoolId,
    members: users.filter(({ group }) => group === GroupName).map(({ username }) => username),
    ...dates,
  }));
  const entries = users.map(({ username, password }) => ({
    Username: username,
    Password: password,
    Attributes: [
      { Name: 'sub', Value: crypto.randomUUID() },
      { Name: 'email', Value: `${username}@acme.example` },
      { Name: 'email_verified', Value: 'true' },
    ],
    Enabled: true,
    UserStatus: 'CONFIRMED',
    UserCreateDate: now,
    UserLastModifiedDate: now,
    RefreshTokens: [],
  }));
  return {
    Options: {
      Id: userPoolId,
      Name: 'ai-orchestra-local',
      UsernameAttributes: [],
      MfaConfiguration: 'OFF',
      Policies: { PasswordPolicy: passwordPolicy },
      ...dates,
    },
    Groups: Object.fromEntries(groups.map((group) => [group.GroupName, group])),
    Users: Object.fromEntries(entries.map((user) => [user.Username, user])),
  };
}

/** cognito-local overwrites its files in place: one that a kill truncated is renamed and written again. */
function writeOnce(path: string, content: () => unknown): void {
  if (existsSync(path)) {
    try {
      JSON.parse(readFileSync(path, 'utf8'));
      return;
    } catch {
      renameSync(path, `${path}.damaged`);
    }
  }
  write(path, content());
}

function write(path: string, content: unknown): void {
  writeFileSync(path, JSON.stringify(content, null, 2));
}
