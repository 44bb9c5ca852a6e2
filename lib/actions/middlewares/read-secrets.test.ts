// The secrets of a call's connection.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { actionChain, actionEventOf } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { ConnectionExpired, ConnectionInvalid, NotFound, Unauthorized } from '../../errors.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { readSecrets } from './read-secrets.ts';

const schema = z.object({ token: z.string() });

function call(
  connection: string | undefined,
  run: () => Promise<Record<string, unknown>>,
  own: AbortSignal = AbortSignal.timeout(20_000),
  reading: () => void = () => {},
) {
  const asked: unknown[] = [];
  const event = invocationValue<ActionEvent>('event');
  const signal = invocationValue<AbortSignal>('signal');
  const secrets = invocationValue<z.output<typeof schema>>('secrets');
  const context = lambdaContext();
  event.set(context, actionEventOf({ connection }));
  signal.set(context, own);
  const connections: Parameters<typeof readSecrets>[1] = {
    async read(from, id, by) {
      asked.push(['read', from.provider, id, by.signal === own, by.workflowId]);
      reading();
      if (id === 'gone') throw new ConnectionInvalid('The connection github/gone does not exist');
      return from.secrets.parse({ token: 'tok-1' });
    },
    forget: (from, id) => void asked.push(['forget', from.provider, id]),
  };
  const handler = actionChain()
    .use(
      readSecrets({ provider: 'github', secrets: schema }, connections, { event, signal }, secrets, [
        'https://x/repo',
        'all',
      ]),
    )
    .handler(run);
  return { result: handler({}, context), asked, secrets: () => secrets.find(context) };
}

test('the declared fields of the connection that the event names, read under the deadline', async () => {
  const { result, asked, secrets } = call('work', async () => ({}));
  await result;
  expect(secrets()).toEqual({ token: 'tok-1' });
  expect(asked).toEqual([['read', 'github', 'work', true, 'm']]);
});

test('a connection that cannot be read ends the call', async () => {
  const { result, secrets } = call('gone', async () => ({}));
  await expect(result).rejects.toThrow('The connection github/gone does not exist');
  expect(secrets()).toBeUndefined();
});

test('secrets that come after the deadline start no action', async () => {
  const deadline = new AbortController();
  let ran = false;
  const late = call(
    'work',
    async () => {
      ran = true;
      return {};
    },
    deadline.signal,
    () => deadline.abort(),
  );
  await expect(late.result).rejects.toThrow('This operation was aborted');
  expect([ran, late.secrets()]).toEqual([false, undefined]);
});

test('what is refused after the deadline is not forgotten', async () => {
  const deadline = new AbortController();
  const late = call(
    'work',
    () => {
      deadline.abort();
      return Promise.reject(new Unauthorized('Bad credentials'));
    },
    deadline.signal,
  );
  await expect(late.result).rejects.toThrow('Bad credentials');
  expect(late.asked).toEqual([['read', 'github', 'work', true, 'm']]);
});

test('only what the provider did not accept is forgotten', async () => {
  const refused = call(undefined, () => Promise.reject(new Unauthorized('Bad credentials')));
  await expect(refused.result).rejects.toThrow('Bad credentials');
  expect(refused.asked.at(-1)).toEqual(['forget', 'github', undefined]);
  const missing = call(undefined, () => Promise.reject(new NotFound('x')));
  await expect(missing.result).rejects.toThrow('x');
  expect(missing.asked).toHaveLength(1);
});

test('of a grant that is gone the run is told which connection, and where it is connected again', async () => {
  const gone = call('work', () => Promise.reject(new ConnectionExpired('Google says: invalid_grant')));
  await expect(gone.result).rejects.toMatchObject({
    name: 'ConnectionExpired',
    message:
      'The connection github/work has to be connected again: Google says: invalid_grant (/app/connections?connection=github/work)',
  });
  expect(gone.asked.at(-1)).toEqual(['forget', 'github', 'work']);
});

test('a scope that is missing is told with the page where it is added, and the connection is read anew', async () => {
  const { result, asked } = call('work', async () => {
    throw new Unauthorized('GitHub answered 403: no', { lacksScope: true });
  });
  await expect(result).rejects.toMatchObject({
    name: 'Unauthorized',
    message:
      'The connection github/work lacks a scope that this needs: GitHub answered 403: no (add it at /app/connections?connection=github/work&scope=https%3A%2F%2Fx%2Frepo)',
  });
  expect(asked.at(-1)).toEqual(['forget', 'github', 'work']);
});
