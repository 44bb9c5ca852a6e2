// Calls in the background: what OpenAI is asked by each invocation, and what the state machine is told.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ActionEvent } from '../../../lib/actions/invocation/action-event.ts';
import {
  invoke,
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: chat } = await import('./chat.ts');
const { handler: generate } = await import('./generate-completion.ts');

type Ongoing = NonNullable<ActionEvent['background']>['ongoing'];

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  const path = '/ai-orchestra/test/connections/openai';
  server.stored.set(`${path}/default`, JSON.stringify({ api_key: 'sk-test' }));
  server.stored.set(`${path}/own`, JSON.stringify({ api_key: 'k', base_url: 'http://127.0.0.1:9/v1' }));
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
const response = (id: string, status: string, rest: object = {}): Reply => ({
  body: { id, object: 'response', model: 'gpt-5.4-mini', status, output: [], error: null, ...rest },
});
const answer = (id: string, text: string) =>
  response(id, 'completed', {
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }],
    usage,
  });
const failed = (id: string, code: string) => response(id, 'failed', { error: { code, message: 'no' } });
const deleted: Reply = { body: { deleted: true } };
const asked = () => server.asked.map(({ method, path }) => `${method} ${path.replace('/v1', '')}`);
const soon = () => Date.now() + 600_000;

interface Options {
  readonly input?: object;
  readonly handler?: typeof chat;
  readonly until?: number;
  readonly retry?: { readonly attempt: number; readonly max_attempts: number; readonly on: string[] };
  readonly connection?: string;
}

/** The output, what is ongoing, or the name of the error and its message. */
async function called(
  ongoing: Ongoing,
  { input = { prompt: 'Hi' }, handler = generate, until = soon(), ...rest }: Options = {},
) {
  const background = { until, ongoing };
  return invoke(handler, input, { background, ...rest }).then(
    (output): { output?: Record<string, unknown>; ongoing?: Ongoing; seconds?: number; error?: string } => ({
      output,
    }),
    (error: Error) =>
      error.name === 'StillRunning'
        ? JSON.parse(error.message)
        : { error: `${error.name}: ${error.message}` },
  );
}

test('a response is begun, looked at until it is completed, and deleted', async () => {
  server.answer(
    response('resp_1', 'queued'),
    response('resp_1', 'in_progress'),
    answer('resp_1', 'Hello.'),
    deleted,
  );
  const begun = await called(null);
  expect(begun).toEqual({
    seconds: 2,
    ongoing: { since: expect.any(Number), calls: [{ of: 'gpt-5.4-mini', id: 'resp_1' }] },
  });
  const looked = await called(begun.ongoing ?? null);
  expect(looked).toEqual(begun);
  const { output } = await called(begun.ongoing ?? null);
  expect(output).toMatchObject({
    text: 'Hello.',
    finish_reason: 'stop',
    usage: { prompt_tokens: 10, completion_tokens: 5, cost_usd: 0.00003 },
  });
  expect(asked()).toEqual([
    'POST /responses',
    'GET /responses/resp_1',
    'GET /responses/resp_1',
    'DELETE /responses/resp_1',
  ]);
  const { background, ...body } = Object(server.asked[0]?.json);
  expect([background, body.store]).toEqual([true, undefined]);
});

test('an answer that breaks its schema goes back once, in the background too; both are billed and deleted', async () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer' } },
    required: ['a'],
    additionalProperties: false,
  };
  const input = {
    messages: [{ role: 'user', content: 'Hi' }],
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  };
  const options = { handler: chat, input };
  server.answer(response('resp_1', 'queued'));
  const first = await called(null, options);
  server.answer(answer('resp_1', '{"a":"b"}'), response('resp_2', 'queued'));
  const second = await called(first.ongoing ?? null, options);
  expect(second.ongoing?.calls.map(({ id }: { id: string }) => id)).toEqual(['resp_1', 'resp_2']);
  server.answer(answer('resp_1', '{"a":"b"}'), answer('resp_2', '{"a":1}'), deleted, deleted);
  const { output } = await called(second.ongoing ?? null, options);
  expect(output).toMatchObject({ json: { a: 1 }, usage: { total_tokens: 30 } });
  expect(asked().slice(-2).toSorted()).toEqual(['DELETE /responses/resp_1', 'DELETE /responses/resp_2']);
  expect(JSON.stringify(server.asked[2]?.json)).toContain('This answer does not fit');
});

test('a model that is limited, at the start or in its answer, makes room for the next one, which is found again', async () => {
  const input = { prompt: 'Hi', models: ['gpt-5.4', 'gpt-5.4-mini', 'gpt-5.4-nano'] };
  const limit: Reply = {
    status: 429,
    body: { error: { message: 'slow down', code: 'rate_limit_exceeded' } },
  };
  server.answer(limit, response('resp_b', 'queued'));
  const begun = await called(null, { input });
  expect(begun.ongoing?.calls).toEqual([{ of: 'gpt-5.4-mini', id: 'resp_b' }]);
  server.answer(failed('resp_b', 'rate_limit_exceeded'), response('resp_c', 'queued'));
  const next = await called(begun.ongoing ?? null, { input });
  expect(next.ongoing?.calls.map(({ of }: { of: string }) => of)).toEqual(['gpt-5.4-mini', 'gpt-5.4-nano']);
  server.answer(failed('resp_b', 'rate_limit_exceeded'), answer('resp_c', 'Hi!'), deleted, deleted);
  expect((await called(next.ongoing ?? null, { input })).output).toMatchObject({ text: 'Hi!' });
});

test.each<[string, Reply]>([
  ['a server error', { status: 500, body: {} }],
  ['a rate limit', { status: 429, body: { error: { message: 'slow down' } } }],
  ['no answer', 'drop'],
])('a look that meets %s is made again later: the response goes on', async (_, reply) => {
  const ongoing = { since: Date.now(), calls: [{ of: 'gpt-5.4-mini', id: 'resp_1' }] };
  server.answer(reply);
  expect((await called(ongoing)).ongoing).toEqual(ongoing);
});

test.each<[string, Reply, string]>([
  ['failed', failed('resp_1', 'server_error'), 'ProviderUnavailable: OpenAI'],
  ['failed by its prompt', failed('resp_1', 'invalid_prompt'), 'InvalidInput: '],
  ['cancelled', response('resp_1', 'cancelled'), 'ProviderUnavailable: '],
  [
    'gone',
    { status: 404, body: { error: { message: 'not found' } } },
    'ProviderUnavailable: OpenAI no longer has',
  ],
  ['not for this key', { status: 401, body: { error: { message: 'no' } } }, 'Unauthorized: '],
  [
    'incomplete with nothing said',
    response('resp_1', 'incomplete', { incomplete_details: { reason: 'max_output_tokens' } }),
    'InvalidInput: The limit of tokens',
  ],
])('a response that is %s is an error', async (_, reply, error) => {
  server.answer(reply, deleted);
  const { error: told } = await called({ since: Date.now(), calls: [{ of: 'gpt-5.4-mini', id: 'resp_1' }] });
  expect(told).toContain(error);
});

test('of the errors those are tried again that the step names, as often as it says, and nothing else', async () => {
  const ongoing = { since: Date.now(), calls: [{ of: 'gpt-5.4-mini', id: 'resp_1' }] };
  const told = async (on: string[], attempt: number) => {
    server.answer(failed('resp_1', 'server_error'), deleted);
    const retry = { attempt, max_attempts: 3, on };
    return (await called(ongoing, { retry })).error?.replace(/ \d+ /, ' ');
  };
  expect([
    await told(['ProviderUnavailable'], 1),
    await told(['States.ALL'], 2),
    await told(['ProviderUnavailable'], 3),
    await told(['RateLimited'], 1),
  ]).toEqual([
    'RetryAfter: ProviderUnavailable: OpenAI answered 500: no',
    'RetryAfter: ProviderUnavailable: OpenAI answered 500: no',
    'ProviderUnavailable: OpenAI answered 500: no',
    'ProviderUnavailable: OpenAI answered 500: no',
  ]);
  server.answer(response('resp_1', 'in_progress'));
  expect(
    (await called(ongoing, { retry: { attempt: 1, max_attempts: 3, on: ['States.ALL'] } })).ongoing,
  ).toEqual(ongoing);
});

test('what still runs when the time is over is cancelled and deleted; an answer of that moment is taken', async () => {
  const ongoing = { since: Date.now(), calls: [{ of: 'gpt-5.4-mini', id: 'resp_1' }] };
  const until = Date.now() + 2000;
  server.answer(response('resp_1', 'in_progress'), response('resp_1', 'cancelled'), deleted);
  expect(await called(ongoing, { until })).toEqual({ seconds: 3, ongoing });
  expect(asked()).toEqual([
    'GET /responses/resp_1',
    'POST /responses/resp_1/cancel',
    'DELETE /responses/resp_1',
  ]);
  server.answer(response('resp_1', 'in_progress'), answer('resp_1', 'Just in time.'), deleted);
  expect((await called(ongoing, { until })).output).toMatchObject({ text: 'Just in time.' });
});

test('a server of Chat Completions has no background', async () => {
  expect((await called(null, { connection: 'own' })).error).toMatch(/^InvalidInput: .*has no background/);
});
