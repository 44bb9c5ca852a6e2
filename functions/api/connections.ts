// The API's connections: list, connect, read, replace, test, delete.
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { apiHandler } from '../../lib/api/handler.ts';
import { validated } from '../../lib/api/request/validate.ts';
import { connectionRoutes } from '../../lib/api/routes/connections.ts';
import type { Sender } from '../../lib/auth/cookies.ts';
import { s3Client } from '../../lib/aws-clients.ts';
import { beginAuthorization } from '../../lib/connection-management/authorization/begin.ts';
import { completeAuthorization } from '../../lib/connection-management/authorization/complete.ts';
import { GOOGLE_SCOPES } from '../../lib/connection-management/authorization/google.ts';
import type { CallbackQuery } from '../../lib/connection-management/authorization/grant.ts';
import {
  connectionView,
  type Managed,
  type ManagedName,
} from '../../lib/connection-management/description.ts';
import { listConnections } from '../../lib/connection-management/list.ts';
import {
  createConnection,
  deleteConnection,
  etagOf,
  readConnection,
  replaceConnection,
  testConnection,
} from '../../lib/connection-management/manage.ts';
import { isGrantShared, revoke } from '../../lib/connection-management/revoke.ts';
import { connectionUses } from '../../lib/connection-management/used-by.ts';
import { credentials } from '../../lib/connections/credentials.ts';
import { KnownOAuthClients, type OAuthProvider } from '../../lib/connections/oauth-clients.ts';
import { ConnectionParameters } from '../../lib/connections/parameters.ts';
import { ApiProblem } from '../../lib/problem.ts';
import { connectionStore } from '../../lib/stores/connections.ts';
import { decodeCursor, encodeCursor } from '../../lib/stores/cursor.ts';
import {
  alreadyExists,
  deleteCondition,
  existsDespiteIfNoneMatch,
  putCondition,
} from '../../lib/stores/preconditions.ts';
import { usedStates } from '../../lib/stores/used-states.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';

const s3 = s3Client();
const ssm = new SSMClient({});
const clients = new KnownOAuthClients(ssm);

const dependencies = () => ({ parameters: new ConnectionParameters(ssm), store: connectionStore(s3) });
const uses = () => connectionUses(workflowStore(s3));
const textOf = ({ provider, id }: ManagedName) => `${provider}/${id}`;

/** The query of any provider's `authorize`. */
interface AuthorizeQuery {
  readonly id: string;
  readonly label?: string | undefined;
  readonly workflows?: readonly string[] | undefined;
  readonly scope?: string | undefined;
  readonly account?: string | undefined;
}

async function begin(
  provider: OAuthProvider,
  { workflows, scope, ...query }: AuthorizeQuery,
  user: string,
  sender: Sender,
) {
  const before = await existing({ provider, id: query.id });
  const wished = {
    ...query,
    user,
    workflows: workflows && [...workflows],
    scope: scope === undefined ? undefined : knownScopes(scope),
    knownAccount: before?.description.account ?? undefined,
  };
  const { authorizeUrl, expires, cookie } = await beginAuthorization(provider, wished, sender, { ssm });
  const body = { authorize_url: authorizeUrl, expires_at: expires.toISOString() };
  return { status: 200 as const, body, cookies: [cookie] };
}

async function complete(provider: OAuthProvider, query: CallbackQuery, sender: Sender) {
  const completed = await completeAuthorization(provider, query, sender, {
    ...dependencies(),
    clients,
    states: usedStates(s3),
  });
  const location =
    'next' in completed
      ? completed.next
      : `/app/connections?connection=${textOf(completed.connection.name)}&connected=true`;
  return { status: 303 as const, headers: { location }, cookies: completed.cookies };
}

async function existing(name: ManagedName): Promise<Managed | undefined> {
  try {
    return await readConnection(name, dependencies());
  } catch (error) {
    if (error instanceof ApiProblem && error.type === 'not-found') return undefined;
    throw error;
  }
}

/** @throws ApiProblem invalid-request */
function knownScopes(text: string): string[] {
  const scopes = z.object({ scope: z.array(z.enum(GOOGLE_SCOPES)).min(1) });
  return validated(scopes, { scope: text.split(' ').filter(Boolean) }, 'query').scope;
}

export const handler = apiHandler('connections', connectionRoutes, {
  async listConnections({ query: { limit, cursor } }) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, z.string().max(200));
    const [{ items, next }, catalogue, used] = await Promise.all([
      listConnections({ limit, after }, dependencies()),
      readCatalogue(),
      uses(),
    ]);
    const views = items.map((managed) =>
      connectionView(managed, catalogue, used.get(textOf(managed.name)) ?? []),
    );
    return {
      status: 200,
      body: { items: views, next_cursor: next === undefined ? null : encodeCursor(next) },
    };
  },

  async createConnection({ body, user = '' }) {
    const name = { provider: body.provider, id: body.id };
    const wanted = { ...body, credentials: parsed(name, body.credentials) };
    const managed = await createConnection(name, wanted, user, dependencies());
    if (!managed) throw alreadyExists(`connection ${textOf(name)}`, `/connections/${textOf(name)}`);
    return { status: 201, ...(await createdAnswer(managed)) };
  },

  async getConnection({ params }) {
    return { status: 200, ...(await answerOf(await readConnection(params, dependencies()))) };
  },

  async putConnection({ params, headers, body, user = '' }) {
    const condition = putCondition(headers);
    const sent = body.credentials && parsed(params, body.credentials);
    const wanted = { ...body, credentials: sent };
    if (condition !== 'create') {
      const managed = await replaceConnection(params, wanted, user, condition.ifMatch, dependencies());
      return { status: 200, ...(await answerOf(managed)) };
    }
    const managed = await createConnection(
      params,
      { ...body, credentials: sent ?? parsed(params, {}) },
      user,
      dependencies(),
    );
    if (!managed) throw existsDespiteIfNoneMatch(`connection ${textOf(params)}`);
    return { status: 201, ...(await createdAnswer(managed)) };
  },

  async deleteConnection({ params, headers, query: { force } }) {
    const ifMatch = deleteCondition(headers);
    const { description } = await readConnection(params, dependencies());
    const workflows = (await uses()).get(textOf(params)) ?? [];
    if (workflows.length > 0 && force !== 'true') throw inUse(params, workflows);
    const shared = await isGrantShared(params, description, dependencies());
    const secret = await deleteConnection(params, ifMatch, dependencies());
    return { status: 200, body: await revoke(params.provider, secret, shared) };
  },

  authorizeGoogle: ({ query, user = '', sender }) => begin('google', query, user, sender),
  completeGoogle: ({ query, sender }) => complete('google', query, sender),
  authorizeNotion: ({ query, user = '', sender }) => begin('notion', query, user, sender),
  completeNotion: ({ query, sender }) => complete('notion', query, sender),
  authorizeGitHub: ({ query, user = '', sender }) => begin('github', query, user, sender),
  completeGitHub: ({ query, sender }) => complete('github', query, sender),

  async testConnection({ params }) {
    return { status: 200, ...(await answerOf(await testConnection(params, dependencies()))) };
  },
});

/** @throws ApiProblem invalid-body, with no value in it */
function parsed({ provider }: ManagedName, sent: Readonly<Record<string, unknown>>) {
  const schema = z.object({ credentials: credentials[provider].strict() });
  return validated(schema, { credentials: sent }, 'body').credentials;
}

async function answerOf(managed: Managed) {
  const [catalogue, used] = await Promise.all([readCatalogue(), uses()]);
  const body = connectionView(managed, catalogue, used.get(textOf(managed.name)) ?? []);
  return { body, headers: { etag: etagOf(managed) } };
}

async function createdAnswer(managed: Managed) {
  const { body, headers } = await answerOf(managed);
  return { body, headers: { ...headers, location: `/connections/${textOf(managed.name)}` } };
}

function inUse(name: ManagedName, workflows: readonly string[]): ApiProblem {
  const count = workflows.length === 1 ? 'One workflow names' : `${workflows.length} workflows name`;
  return new ApiProblem(
    'connection-in-use',
    `${count} the connection ${textOf(name)}: ${workflows.join(', ')}`,
    {
      extensions: { workflows },
    },
  );
}
