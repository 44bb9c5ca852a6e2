// The secrets of a call's connection.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { actionChain, actionEventOf } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { ConnectionInvalid, NotFound, Unauthorized } from '../../errors.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { readSecrets } from './read-secrets.ts';

const schema = z.object({ token: z.string() });

function call(connection: string | undefined, run: () => Promise<Record<string, unknown>>) {
  const asked: unknown[] = [];
  const event = invocationValue<ActionEvent>('event');
  const signal = invocationValue<AbortSignal>('signal');
  const secrets = invocationValue<z.output<typeof schema>>('secrets');
  const context = lambdaContext();
  const own = AbortSignal.timeout(20_000);
  event.set(context, actionEventOf({ connection }));
  signal.set(context, own);
  const connections: Parameters<typeof readSecrets>[1] = {
    async read(from, id, by) {
      asked.push(['read', from.provider, id, by === own]);
      if (id === 'gone') throw new ConnectionInvalid('The connection github/gone does not exist');
      return from.secrets.parse({ token: 'tok-1' });
    },
    forget: (from, id) => void asked.push(['forget', from.provider, id]),
  };
  const handler = actionChain()
    .use(readSecrets({ provider: 'github', secrets: schema }, connections, { event, signal }, secrets))
    .handler(run);
  return { result: handler({}, context), asked, secrets: () => secrets.find(context) };
}

test('the declared fields of the connection that the event names, read under the deadline', async () => {
  const { result, asked, secrets } = call('work', async () => ({}));
  await result;
  expect(secrets()).toEqual({ token: 'tok-1' });
  expect(asked).toEqual([['read', 'github', 'work', true]]);
});

test('a connection that cannot be read ends the call', async () => {
  const { result, secrets } = call('gone', async () => ({}));
  await expect(result).rejects.toThrow('The connection github/gone does not exist');
  expect(secrets()).toBeUndefined();
});

test('only what the provider did not accept is forgotten', async () => {
  const refused = call(undefined, () => Promise.reject(new Unauthorized('Bad credentials')));
  await expect(refused.result).rejects.toThrow('Bad credentials');
  expect(refused.asked.at(-1)).toEqual(['forget', 'github', undefined]);
  const missing = call(undefined, () => Promise.reject(new NotFound('x')));
  await expect(missing.result).rejects.toThrow('x');
  expect(missing.asked).toHaveLength(1);
});
