// The API's connections: list, connect, read, replace, test, delete.
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { apiHandler } from '../../lib/api/handler.ts';
import { validated } from '../../lib/api/request/validate.ts';
import { connectionRoutes } from '../../lib/api/routes/connections.ts';
import { s3Client } from '../../lib/aws-clients.ts';
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
import { workflowStore } from '../../lib/stores/workflows.ts';

const s3 = s3Client();
const ssm = new SSMClient({});

const dependencies = () => ({ parameters: new ConnectionParameters(ssm), store: connectionStore(s3) });
const uses = () => connectionUses(workflowStore(s3));
const textOf = ({ provider, id }: ManagedName) => `${provider}/${id}`;

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
