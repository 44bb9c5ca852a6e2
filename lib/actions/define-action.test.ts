// The handler that defineAction makes: parsing, secrets, deadline, size, errors, log.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { invoke } from '../../test/support/provider-server.ts';
import { ConnectionInvalid, RateLimited, Unauthorized } from '../errors.ts';
import { type ActionContext, type ActionDefinition, defineAction } from './define-action.ts';
import { largeValueStore } from './large-values/store.ts';

const secrets = z.object({ token: z.string() });
const input = z.strictObject({ name: z.string().min(2), tags: z.array(z.string()).default([]) });
const output = z.object({ text: z.string(), more: z.array(z.string()).optional() });
type Run = ActionDefinition<typeof input, typeof output, typeof secrets>['run'];

/** An action around the given run, with what it logged and which connections it asked for. */
function action(run: Run, onLog = () => {}) {
  const logged: { level: string; entry: Record<string, unknown> }[] = [];
  const connections: string[] = [];
  const log = (level: string) => (_message: string, entry: Record<string, unknown>) => {
    onLog();
    logged.push({ level, entry });
  };
  const handler = defineAction(
    {
      title: 'Test',
      summary: 'A test.',
      connection: { provider: 'github', secrets },
      effect: 'read',
      timeoutSeconds: 5,
      input,
      output,
      example: { input: { name: 'Ada' }, output: { text: 'x' } },
      run,
    },
    {
      connections: {
        async read(connection, id = 'default') {
          connections.push(`read ${connection.provider}/${id}`);
          if (id === 'missing') throw new ConnectionInvalid('The connection github/missing does not exist');
          return connection.secrets.parse({ token: 'tok-1234567890' });
        },
        forget(connection, id = 'default') {
          connections.push(`forget ${connection.provider}/${id}`);
        },
      },
      logger: { info: log('info'), warn: log('warn'), error: log('error') },
      largeValues: largeValueStore,
      marginMs: 10,
    },
  );
  return { handler, logged, connections };
}

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('did not fail');
};

test('null for an optional parameter means that it is left out, and for a required one that it is missing', async () => {
  const { handler } = action(async ({ name, tags }) => ({ text: `${name} ${tags.length}` }));
  expect(await invoke(handler, { name: 'Ada', tags: null })).toEqual({ text: 'Ada 0' });
  expect(await failure(invoke(handler, { name: null }))).toMatchObject({
    name: 'InvalidInput',
    message: 'The input is invalid. /name: must be a string',
  });
});

test('run gets the parsed input and the secrets; what the output schema does not have is left out', async () => {
  const seen: unknown[] = [];
  const { handler, logged, connections } = action(
    async (value, context: ActionContext<{ token: string }>) => {
      seen.push(value, context.secrets, context.callKey);
      const result = { text: 'done', internal: 1 };
      return result;
    },
  );
  expect(await invoke(handler, { name: 'Ada' }, { connection: 'work' })).toEqual({ text: 'done' });
  expect(seen).toEqual([
    { name: 'Ada', tags: [] },
    { token: 'tok-1234567890' },
    expect.stringMatching(/^[0-9a-f]{32}$/),
  ]);
  expect(connections).toEqual(['read github/work']);
  expect(logged).toEqual([
    {
      level: 'info',
      entry: {
        action: 'action',
        step: 'step',
        execution_id: 'arn:aws:states:us-east-1:000000000000:execution:m:e',
        request_id: '6f0c2c5e-0000-4000-8000-000000000000',
        duration_ms: expect.any(Number),
        outcome: 'succeeded',
        failed: 0,
        _aws: expect.any(Object),
      },
    },
  ]);
});

test('an input that does not fit names every place with a JSON pointer, and no value', async () => {
  const { handler } = action(async () => ({ text: '' }));
  const error = await failure(invoke(handler, { name: 'A', tags: [1, 'b'], 'a/b': 'hush' }));
  expect(error.name).toBe('InvalidInput');
  expect(error.message).toBe(
    'The input is invalid. /name: must have at least 2 characters; ' +
      '/tags/0: must be a string; /a~1b: is not known here',
  );
});

test('an event that is none is InvalidInput', async () => {
  const { handler } = action(async () => ({ text: '' }));
  const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 1000 };
  const error = await failure(handler({ input: {} }, context));
  expect([error.name, error.message]).toEqual([
    'InvalidInput',
    'The event is invalid. /execution: must be an object',
  ]);
});

test('a connection that is missing is ConnectionInvalid', async () => {
  const { handler } = action(async () => ({ text: '' }));
  const error = await failure(invoke(handler, { name: 'Ada' }, { connection: 'missing' }));
  expect([error.name, error.message]).toEqual([
    'ConnectionInvalid',
    'The connection github/missing does not exist',
  ]);
});

test('a known error keeps name and message, without the secret, its stack and its cause', async () => {
  const { handler, logged } = action(async () => {
    throw new RateLimited('Slow down, tok-1234567890', 7, { cause: new Error('inside') });
  });
  const error = await failure(invoke(handler, { name: 'Ada' }));
  expect(error.name).toBe('RateLimited');
  expect(error.message).toBe('Slow down, [redacted] (retry_after_seconds: 7)');
  expect(error.stack).toBe('RateLimited: Slow down, [redacted] (retry_after_seconds: 7)');
  expect(error.cause).toBeUndefined();
  expect(logged.map(({ level, entry }) => [level, entry['outcome']])).toEqual([['warn', 'RateLimited']]);
});

const LIMITED = 'Slow down (retry_after_seconds: 7)';

test.each([
  ['tries are left', { attempt: 3, max_attempts: 4 }, 7, 'RetryAfter', '7'],
  ['a part of a second counts as one', { attempt: 1, max_attempts: 2 }, 6.2, 'RetryAfter', '7'],
  [
    'the provider did not say: a time up to the interval',
    { attempt: 1, max_attempts: 2 },
    undefined,
    'RetryAfter',
    '1',
  ],
  ['no try is left', { attempt: 4, max_attempts: 4 }, 7, 'RateLimited', LIMITED],
  [
    'it would take too long',
    { attempt: 1, max_attempts: 4, max_interval_seconds: 6 },
    7,
    'RateLimited',
    LIMITED,
  ],
  ['nobody calls again', undefined, 7, 'RateLimited', LIMITED],
])('a rate limit when %s', async (_, retry, seconds, name, message) => {
  const { handler, logged } = action(async () => {
    throw new RateLimited('Slow down', seconds);
  });
  const error = await failure(invoke(handler, { name: 'Ada' }, retry && { retry }));
  expect([error.name, error.message]).toEqual([name, message]);
  // The log tells what the provider said, whatever the state machine is told.
  expect(logged.map(({ entry }) => entry['outcome'])).toEqual(['RateLimited']);
});

test('credentials that the provider refused are read anew next time', async () => {
  const { handler, connections } = action(async () => {
    throw new Unauthorized('Bad credentials');
  });
  await failure(invoke(handler, { name: 'Ada' }));
  expect(connections).toEqual(['read github/default', 'forget github/default']);
});

test('an unknown error says nothing of itself; the log has its frames but not its message', async () => {
  const { handler, logged } = action(async ({ name }) => {
    throw new TypeError(`cannot read ${name}`);
  });
  const error = await failure(invoke(handler, { name: 'Ada private' }));
  expect(error.name).toBe('Error');
  expect(error.message).toBe(
    'The action failed unexpectedly; see its log, request 6f0c2c5e-0000-4000-8000-000000000000',
  );
  expect(logged[0]?.level).toBe('error');
  expect(logged[0]?.entry['outcome']).toBe('failed unexpectedly');
  expect(logged[0]?.entry['frames']).toContain('TypeError');
  expect(JSON.stringify(logged)).toContain('define-action.test.ts');
  expect(JSON.stringify(logged)).not.toContain('Ada private');
});

test('an output that does not fit its own schema is an unknown error; the log names the place', async () => {
  // A value that only at run time is not what its type says, as from a provider.
  const { handler, logged } = action(async () => ({ text: JSON.parse('5') }));
  const error = await failure(invoke(handler, { name: 'Ada' }));
  expect(error.name).toBe('Error');
  expect(logged[0]?.entry['frames']).toContain('invalid_type at /text');
});

test('the deadline aborts the signal and is ProviderUnavailable, also when run does not heed it', async () => {
  let aborted = false;
  const { handler } = action(
    (_input, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      }),
  );
  const error = await failure(invoke(handler, { name: 'Ada' }, { remainingMs: 60 }));
  expect([error.name, error.message]).toEqual([
    'ProviderUnavailable',
    'The provider did not answer in time (0.1 s)',
  ]);
  expect(aborted).toBe(true);
});

test('an output of exactly the most bytes passes, one more is OutputTooLarge', async () => {
  const { handler } = action(async ({ name }) => ({ text: '', more: ['x'.repeat(Number(name))] }));
  const most = 262_144 - 4096 - '{"text":"","more":[""]}'.length;
  expect(await invoke(handler, { name: String(most) })).toEqual({ text: '', more: ['x'.repeat(most)] });
  const error = await failure(invoke(handler, { name: String(most + 1) }));
  expect([error.name, error.message]).toEqual([
    'OutputTooLarge',
    "The output has 258049 bytes as JSON; a step's output may have 258048 (its field more alone has 258030). " +
      'Ask for less: fewer items, a narrower query, a lower max_tokens',
  ]);
});

test("a provider's endless message is cut", async () => {
  const { handler } = action(async () => {
    throw new RateLimited('x'.repeat(100_000));
  });
  const error = await failure(invoke(handler, { name: 'Ada' }));
  expect(error.message).toBe(`${'x'.repeat(4000)}… (cut)`);
});

test.each([undefined, 7])(
  'a message of exactly the most characters is whole, with the time to wait: %s',
  async (seconds) => {
    const message = async (length: number) => {
      const { handler } = action(async () => {
        throw new RateLimited('x'.repeat(length), seconds);
      });
      return (await failure(invoke(handler, { name: 'Ada' }))).message;
    };
    const wait = seconds === undefined ? '' : ' (retry_after_seconds: 7)';
    expect(await message(4000)).toBe(`${'x'.repeat(4000)}${wait}`);
    expect(await message(4001)).toBe(`${'x'.repeat(4000)}… (cut)${wait}`);
  },
);

test('a cut message keeps the time to wait, and shows no part of a secret that stands at the cut', async () => {
  for (let length = 3980; length <= 4000; length++) {
    const { handler } = action(async () => {
      throw new RateLimited(`${'x'.repeat(length)}tok-1234567890${'y'.repeat(5000)}`, 7);
    });
    const { message } = await failure(invoke(handler, { name: 'Ada' }));
    expect(message).toMatch(/^x+[[redacted\]]*y*… \(cut\) \(retry_after_seconds: 7\)$/);
    expect(message).not.toContain('tok');
  }
});

test("the connection's secrets do not come out with the output", async () => {
  const { handler } = action(async () => ({
    text: 'your key tok-1234567890, not ghp_16C7e42F292c6912E7710c8',
  }));
  expect(await invoke(handler, { name: 'Ada' })).toEqual({
    text: 'your key [redacted], not ghp_16C7e42F292c6912E7710c8',
  });
});

test('half of a surrogate pair in the input is InvalidInput, at any depth; whole pairs pass', async () => {
  const { handler } = action(async ({ name }) => ({ text: name }));
  const error = await failure(invoke(handler, { name: 'Ada', tags: ['b', 'a\ud800b'] }));
  expect([error.name, error.message]).toEqual([
    'InvalidInput',
    'The input is invalid. /tags/1: must be Unicode text, and holds half of a surrogate pair',
  ]);
  expect(await invoke(handler, { name: 'a\ud83d\ude00b' })).toEqual({ text: 'a\ud83d\ude00b' });
});

test('a log that cannot be written takes no result away, and an error is redacted all the same', async () => {
  const broken = () => {
    throw new Error('The log is broken');
  };
  const { handler } = action(async () => ({ text: 'done' }), broken);
  expect(await invoke(handler, { name: 'Ada' })).toEqual({ text: 'done' });
  const failing = action(async () => {
    throw new Unauthorized('tok-1234567890 was refused', { cause: new Error('tok-1234567890') });
  }, broken);
  const error = await failure(invoke(failing.handler, { name: 'Ada' }));
  expect(error).toMatchObject({ name: 'Unauthorized', message: '[redacted] was refused' });
  expect(inspect(error, { depth: 9 })).not.toContain('tok-1234567890');
});
