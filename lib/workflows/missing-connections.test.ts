// What a save says of connections that do not exist, over the API and against a Systems Manager that fails.
import { createServer } from 'node:http';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { close, listen } from '../../local/shared/http-server.ts';
import { type ApiStack, echo, putConnection, startApiStack } from '../../test/support/api-stack.ts';
import { descriptionOf } from '../connection-management/description.ts';
import type { RequestProblem } from '../problem.ts';
import { missingConnections } from './missing-connections.ts';

let api: ApiStack;
beforeAll(async () => {
  const notify = { ...echo, id: 'mail.send', provider: 'mail', connection: { provider: 'mail', fields: [] } };
  const turn = {
    ...echo,
    id: 'openai.agent_turn',
    connection: { provider: 'openai', fields: [] },
    input: { properties: { goal: {}, tools: {}, max_turns: {} } },
  };
  api = await startApiStack({ actions: [echo, notify, turn] });
});
afterAll(() => api.close());

const call = (id: string, connection?: string) => ({
  id,
  action: 'test.echo',
  ...(connection && { connection }),
  params: { text: 'x' },
});
const missing = (pointer: string, name: string) => ({
  code: 'connection-missing',
  pointer,
  message: `There is no connection ${name}`,
  hint: 'Connect the account under Connections, or name another connection.',
});
const workflow = { id: 'mail' };
const told = (warnings: readonly RequestProblem[]) =>
  warnings.filter(({ code }) => code === 'connection-missing');

test('a connection that does not exist is a warning where it is first asked for, until it is created', async () => {
  const document = {
    id: 'connected',
    triggers: [{ webhook: { verify: 'github' } }, { schedule: 'rate(1 hour)' }],
    inputs: { webhook: { type: 'object', required: false } },
    steps: [
      call('own'),
      call('work', 'work'),
      call('again', 'work'),
      { id: 'each', for_each: [1], steps: [call('inner', 'inner')], on_error: [call('handled', 'handled')] },
      {
        id: 'asked',
        approval: {
          message: 'Go on?',
          notify: { action: 'mail.send', params: { text: 'x' }, connection: 'team' },
        },
      },
      {
        id: 'helper',
        agent: {
          goal: 'x',
          tools: ['test.echo', { action: 'mail.send', connection: 'tool' }],
        },
        connection: 'models',
      },
    ],
    on_failure: [call('tell', 'failure')],
  };
  const created = await api.request('POST', '/workflows', { body: document });
  expect(created.body.problems).toBeUndefined();
  const expected = [
    missing('/triggers/0/webhook', 'webhook/connected'),
    missing('/steps/1/connection', 'test/work'),
    missing('/steps/3/steps/0/connection', 'test/inner'),
    missing('/steps/3/on_error/0/connection', 'test/handled'),
    missing('/steps/4/approval/notify/connection', 'mail/team'),
    missing('/steps/5/connection', 'openai/models'),
    missing('/steps/5/agent/tools/1/connection', 'mail/tool'),
    missing('/on_failure/0/connection', 'test/failure'),
  ];
  const byPointer = (a: RequestProblem, b: RequestProblem) => (a.pointer < b.pointer ? -1 : 1);
  expect(told(created.body.warnings).toSorted(byPointer)).toEqual(expected.toSorted(byPointer));
  const validated = await api.request('POST', '/workflows/validate', { body: document });
  expect(told(validated.body.warnings)).toEqual(told(created.body.warnings));

  await putConnection('test/work');
  const headers = { 'if-match': '*' };
  const saved = await api.request('PUT', '/workflows/connected', { body: document, headers });
  const messages = told(saved.body.warnings).map(({ message }) => message);
  expect(messages).toHaveLength(7);
  expect(messages).not.toContain('There is no connection test/work');
});

test('of default connections the place of the action is told, and one that there is not at all', async () => {
  const connections = [
    { provider: 'test', id: 'default', pointer: '/steps/0/action' },
    { provider: 'nowhere', id: 'default', pointer: '/steps/1/action' },
  ];
  const client = new SSMClient({});
  expect(await missingConnections({ workflow, connections }, client)).toEqual([
    missing('/steps/1/action', 'nowhere/default'),
  ]);
  client.destroy();
});

test('only names are asked for, in one request, and none where no connection is read', async () => {
  const client = new SSMClient({});
  const sent: object[] = [];
  client.middlewareStack.add((next) => (args) => {
    sent.push(args.input);
    return next(args);
  });
  const used = (id: string) => ({ provider: 'test', id, pointer: '' });
  await missingConnections({ workflow, connections: ['a', 'b', 'a'].map(used) }, client);
  await missingConnections({ workflow, connections: [] }, client);
  const { input } = new DescribeParametersCommand({
    MaxResults: 50,
    ParameterFilters: [
      {
        Key: 'Name',
        Option: 'Equals',
        Values: ['a', 'b'].map((id) => `/ai-orchestra/local/connections/test/${id}`),
      },
    ],
  });
  expect(sent).toEqual([input]);
  client.destroy();
});

test('a connection that lacks a scope, or is for other workflows, is told where it is asked for', async () => {
  await putConnection('mail/scoped');
  const described = (fields: object) => ({
    id: '',
    etag: '',
    lastModified: new Date(),
    metadata: {},
    document: {
      versions: {
        1: { ...descriptionOf({ version: 1, modified: new Date() }, undefined), ...fields },
      },
    },
  });
  const client = new SSMClient({});
  const warnings = (fields: object) =>
    missingConnections(
      {
        workflow,
        connections: [
          {
            provider: 'mail',
            id: 'scoped',
            pointer: '/steps/0',
            needs: { action: 'mail.read', scopes: ['a'] },
          },
          {
            provider: 'mail',
            id: 'scoped',
            pointer: '/steps/1',
            needs: { action: 'mail.send', scopes: ['b', 'c'] },
          },
          { provider: 'mail', id: 'scoped', pointer: '/steps/2' },
        ],
      },
      client,
      { read: async () => described(fields) },
    );
  expect(await warnings({ scopes: null, workflows: ['mail'] })).toEqual([]);
  expect(await warnings({ scopes: ['a', 'x'] })).toEqual([
    {
      code: 'connection-scope',
      pointer: '/steps/1',
      message: 'The connection mail/scoped lacks a scope that mail.send needs',
      hint: 'Connect the account again with b or c, at /app/connections?connection=mail/scoped&scope=b.',
    },
  ]);
  expect(await warnings({ scopes: [], workflows: ['other'] })).toEqual([
    {
      code: 'connection-restricted',
      pointer: '/steps/0',
      message: 'The connection mail/scoped may not be used by the workflow mail',
      hint: 'Let an admin add the workflow to those that may use it, or name another connection.',
    },
  ]);
  client.destroy();
});

test.each([403, 500])('a Systems Manager that answers %i is no warning and no failure', async (status) => {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}');
  });
  const client = new SSMClient({ endpoint: await listen(server, 0), maxAttempts: 1 });
  const connections = [{ provider: 'test', id: 'x', pointer: '/steps/0/connection' }];
  expect(await missingConnections({ workflow, connections }, client)).toEqual([]);
  client.destroy();
  await close(server);
});
