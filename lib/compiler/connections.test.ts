// The connections that a workflow's runs read: of which calls, by which id, and where the document asks for each.
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { catalogue } from './testing/catalogue.ts';

const scopes = ['mail.read'];
const withScopes = catalogue.map((action) =>
  action.id === 'gmail.list_messages' ? { ...action, connection: { ...action.connection, scopes } } : action,
);

function used(steps: readonly object[], rest: object = {}): string[] {
  const compiled = compile(
    { id: 'w', inputs: { webhook: {} }, steps, ...rest },
    {
      catalogue: withScopes,
      functionArn: (name) => name,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'https://api',
    },
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.connections.map(
    ({ provider, id, pointer, needs }) =>
      `${provider} ${id} ${pointer}${needs ? ` ${needs.action} ${needs.scopes.join()}` : ''}`,
  );
}

const fetch = (id: string, rest: object = {}) => ({ id, action: 'gmail.list_messages', ...rest });
const page = { parent_id: 'p', title: 't' };

test('each call has one: that which it names, or the default of its provider', () => {
  expect(used([fetch('a'), fetch('b', { connection: 'work' })])).toEqual([
    'google default /steps/0/action gmail.list_messages mail.read',
    'google work /steps/1/connection gmail.list_messages mail.read',
  ]);
});

test('those of an agent are its model’s and then its tools’, each where it is named', () => {
  const agent = (rest: object) => ({
    id: 'a',
    agent: {
      goal: 'x',
      tools: [
        'gmail.list_messages',
        { action: 'notion.create_page' },
        { action: 'github.create_issue', connection: 'bot' },
      ],
    },
    ...rest,
  });
  const tools = [
    'google default /steps/0/agent/tools/0 gmail.list_messages mail.read',
    'notion default /steps/0/agent/tools/1/action',
    'github bot /steps/0/agent/tools/2/connection',
  ];
  expect(used([agent({})])).toEqual(['openai default /steps/0/agent', ...tools]);
  expect(used([agent({ connection: 'mine' })])).toEqual(['openai mine /steps/0/connection', ...tools]);
});

test('that of an approval is the one of what people are told with', () => {
  const ask = (notify?: object) => ({ id: 'a', approval: { message: 'm', ...(notify && { notify }) } });
  const notify = { action: 'notion.create_page', params: page };
  expect(used([ask()])).toEqual([]);
  expect(used([ask(notify)])).toEqual(['notion default /steps/0/approval/notify/action']);
  expect(used([ask({ ...notify, connection: 'office' })])).toEqual([
    'notion office /steps/0/approval/notify/connection',
  ]);
});

test('webhooks have one for their secret, schedules none; steps are looked at wherever they stand', () => {
  const inner = (at: string) => fetch(at, { connection: at });
  const steps = [
    { id: 'l', for_each: [1], steps: [inner('loop')], on_error: [inner('handler')] },
    { id: 'p', parallel: { one: [inner('branch')] } },
    { id: 's', switch: [{ when: '{{ inputs.webhook }}', steps: [inner('case')] }], else: [inner('other')] },
    { id: 'r', return: 1 },
    inner('never'),
  ];
  const triggers = [
    { schedule: 'rate(1 hour)', input: { webhook: 1 } },
    { webhook: { verify: 'github' } },
    { webhook: { verify: 'slack', name: 'chat', connection: 'team' } },
  ];
  expect(
    used(steps, { triggers, on_failure: [inner('failure')] }).map((one) =>
      one.split(' ').slice(0, 3).join(' '),
    ),
  ).toEqual([
    'webhook w /triggers/1/webhook',
    'webhook team /triggers/2/webhook',
    'google handler /steps/0/on_error/0/connection',
    'google loop /steps/0/steps/0/connection',
    'google branch /steps/1/parallel/one/0/connection',
    'google case /steps/2/switch/0/steps/0/connection',
    'google other /steps/2/else/0/connection',
    'google never /steps/4/connection',
    'google failure /on_failure/0/connection',
  ]);
});
