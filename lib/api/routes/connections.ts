// Routes of connections. No answer of any of them holds a credential.

import * as z from 'zod';
import { ifMatch, ifNoneMatch } from '../../schemas/common.ts';
import {
  begunAuthorization,
  callbackQuery,
  connection,
  connectionBody,
  connectionPage,
  connectionParams,
  connectionsQuery,
  deleteConnectionQuery,
  deletedConnection,
  documentedConnectionBody,
  githubAuthorizeQuery,
  googleAuthorizeQuery,
  notionAuthorizeQuery,
  replaceConnectionBody,
} from '../../schemas/connections.ts';
import type { Route } from './route.ts';

const common = { function: 'connections', tag: 'connections' } as const;
const path = '/connections/{provider}/{id}';
const etag = { etag: 'Send it as `If-Match` to replace or delete this version' };
const created = {
  description: 'Connected',
  body: connection,
  headers: { ...etag, location: 'Path of the connection' },
};

/** With a path of its own for each provider, which is the redirect URI that is registered there. */
const authorize = {
  ...common,
  method: 'GET',
  role: 'admin',
  cookies: true,
  summary: 'Begins an authorization at the provider',
  description:
    'For pages of this origin: the answer sets a cookie with which this browser alone, within ten minutes and once, can end it. Of a connection that there is, the credentials are replaced. Without `label` and `workflows` these stay as they are.',
  answers: {
    200: { description: 'Where the person is sent', body: begunAuthorization, setsCookies: true },
  },
  problems: ['oauth-client-missing', 'foreign-origin'],
} as const;

const callback = {
  ...common,
  method: 'GET',
  // The state that an admin’s authorization was given, and the cookie of the browser.
  role: null,
  cookies: true,
  page: true,
  summary: 'Takes the provider’s answer to an authorization',
  description: 'The person’s browser is sent here by the provider. A browser gets a problem as a page.',
  query: callbackQuery,
  answers: {
    303: {
      description: 'Connected, or sent on to the provider',
      headers: { location: 'The page Connections, or the provider’s' },
      setsCookies: true,
    },
  },
  problems: ['authorization-invalid', 'authorization-failed', 'oauth-client-missing'],
} as const;

export const connectionRoutes = [
  {
    ...authorize,
    operation: 'authorizeGoogle',
    path: '/connections/google/authorize',
    query: googleAuthorizeQuery,
  },
  { ...callback, operation: 'completeGoogle', path: '/connections/google/callback' },
  {
    ...authorize,
    operation: 'authorizeNotion',
    path: '/connections/notion/authorize',
    query: notionAuthorizeQuery,
  },
  { ...callback, operation: 'completeNotion', path: '/connections/notion/callback' },
  {
    ...authorize,
    operation: 'authorizeGitHub',
    path: '/connections/github/authorize',
    query: githubAuthorizeQuery,
  },
  { ...callback, operation: 'completeGitHub', path: '/connections/github/callback' },
  {
    ...common,
    operation: 'listConnections',
    method: 'GET',
    path: '/connections',
    role: 'editor',
    summary: 'Lists the connections by provider and id',
    query: connectionsQuery,
    answers: { 200: { description: 'A page of connections', body: connectionPage } },
    problems: [],
  },
  {
    ...common,
    operation: 'createConnection',
    method: 'POST',
    path: '/connections',
    role: 'admin',
    summary: 'Connects an account',
    description:
      'The credentials are tried at the provider before they are saved; the answer tells whose account it is, its scopes and what is missing.',
    body: connectionBody,
    documentedBody: documentedConnectionBody,
    answers: { 201: created },
    problems: ['already-exists', 'credentials-refused'],
  },
  {
    ...common,
    operation: 'getConnection',
    method: 'GET',
    path,
    role: 'editor',
    summary: 'Gives what is known of a connection',
    params: connectionParams,
    answers: { 200: { description: 'The connection', body: connection, headers: etag } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'putConnection',
    method: 'PUT',
    path,
    role: 'admin',
    summary: 'Replaces a connection, or creates it',
    description:
      'Needs `If-Match` with the ETag that was read, or `If-None-Match: *` to create. Without `credentials` those that there are stay. Runs read new ones within a minute.',
    params: connectionParams,
    headers: z.object({ 'if-match': ifMatch, 'if-none-match': ifNoneMatch }),
    body: replaceConnectionBody,
    answers: { 200: { description: 'Replaced', body: connection, headers: etag }, 201: created },
    problems: ['precondition-failed', 'precondition-required', 'credentials-refused'],
  },
  {
    ...common,
    operation: 'deleteConnection',
    method: 'DELETE',
    path,
    role: 'admin',
    summary: 'Deletes a connection, and revokes it where the provider lets that be done',
    description:
      'Needs `If-Match` with the ETag that was read, or `*`. When workflows name it, their ids are the answer, unless `force` is `true`.',
    params: connectionParams,
    query: deleteConnectionQuery,
    headers: z.object({ 'if-match': ifMatch }),
    answers: { 200: { description: 'Deleted', body: deletedConnection } },
    problems: ['not-found', 'connection-in-use', 'precondition-failed', 'precondition-required'],
  },
  {
    ...common,
    operation: 'testConnection',
    method: 'POST',
    path: `${path}/test`,
    role: 'editor',
    summary: 'Tries the credentials of a connection at its provider, and keeps what that says',
    params: connectionParams,
    answers: { 200: { description: 'The connection as it is now known', body: connection, headers: etag } },
    problems: ['not-found'],
  },
] as const satisfies readonly Route[];
