// How often the parameter of an OAuth client is read.
import { ParameterNotFound } from '@aws-sdk/client-ssm';
import { beforeEach, expect, test } from 'vitest';
import { KnownOAuthClients } from './oauth-clients.ts';

let value: string | undefined;
let asked: number;
let now: number;
beforeEach(() => {
  [value, asked, now] = ['{"client_id":"id","client_secret":"one"}', 0, 0];
  process.env['OAUTH_CLIENTS_PATH'] = '/clients';
});
const ssm = {
  async send() {
    asked += 1;
    if (value === undefined) throw new ParameterNotFound({ message: '', $metadata: {} });
    return { $metadata: {}, Parameter: { Value: value } };
  },
};

test('for ten seconds it is read once, also by those who ask at the same moment and when there is none', async () => {
  const clients = new KnownOAuthClients(ssm, () => now);
  const many = await Promise.all([1, 2, 3].map(() => clients.read('google')));
  expect(many).toEqual(Array(3).fill({ client_id: 'id', client_secret: 'one' }));
  value = undefined;
  now = 9_999;
  expect((await clients.read('google')).client_secret).toBe('one');
  expect(asked).toBe(1);
  now = 10_000;
  for (let index = 0; index < 3; index += 1)
    await expect(clients.read('google')).rejects.toMatchObject({ type: 'oauth-client-missing' });
  expect(asked).toBe(2);
});
