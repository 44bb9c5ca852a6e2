// Webhooks over HTTP: the GitHub emulator's real deliveries, other senders, replays and refusals.
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { endedRuns, startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

describe('webhooks', () => {
  const SECRET = 'a secret of the test';
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack();
    for (const id of ['triage', 'shop', 'known', 'paused', 'talk', 'big']) await putSecret(id);
  });
  afterAll(() => stack.close());

  async function putSecret(connection: string): Promise<void> {
    const ssm = new SSMClient(stack.stack.clientConfig);
    const Name = `${stack.stack.settings.CONNECTIONS_PATH}/webhook/${connection}`;
    const Value = JSON.stringify({ secret: SECRET });
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
    ssm.destroy();
  }

  /** A workflow that gives its input back. */
  const echo = (id: string, webhooks: object[], more: object = {}) => ({
    id,
    inputs: { webhook: { type: 'object' }, label: { type: 'string', default: 'none' } },
    triggers: webhooks.map((webhook) => ({ webhook, ...more })),
    steps: [{ id: 'echo', transform: '{{ inputs }}' }],
  });
  const save = async (document: object) =>
    expect((await stack.call('POST', '/workflows', { body: document })).status).toBe(201);

  const hmac = (text: string | Buffer) => createHmac('sha256', SECRET).update(text).digest('hex');
  async function send(hook: string, body: string | Buffer, headers: Record<string, string>) {
    const response = await fetch(`${stack.stack.apiUrl}/hooks/${hook}`, { method: 'POST', body, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  async function refusalsOf(hook: string) {
    const headers = { authorization: `Bearer ${await stack.tokenOf('viewer')}` };
    const response = await fetch(`${stack.stack.apiUrl}/hooks/${hook}/refusals`, { headers });
    return { status: response.status, text: await response.text() };
  }
  const sendAsGithub = (hook: string, body: string | Buffer, delivery: string, headers = {}) =>
    send(hook, body, {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${hmac(body)}`,
      ...headers,
    });

  test('an issue opened at GitHub starts the workflow with what GitHub sent', async () => {
    await save(echo('triage', [{ verify: 'github' }], { input: { label: 'triage' } }));
    const github = new Octokit({
      auth: 'emulated-github-token',
      baseUrl: stack.stack.settings.GITHUB_API_URL ?? '',
    });
    const repository = { owner: 'acme', repo: 'handbook' };
    const config = { url: `${stack.stack.apiUrl}/hooks/triage`, content_type: 'json', secret: SECRET };
    await github.rest.repos.createWebhook({ ...repository, config, events: ['issues'] });
    const { data: issue } = await github.rest.issues.create({
      ...repository,
      title: 'Übergabe: “who” has the key?',
      body: 'Emoji too: \u{1f511}',
    });
    const [run] = await endedRuns(stack.call, 'triage', 1);
    expect(run).toMatchObject({
      status: 'succeeded',
      input: {
        label: 'triage',
        webhook: {
          delivery: expect.any(String),
          headers: { 'content-type': 'application/json', 'x-github-event': 'issues' },
          body: { action: 'opened', issue: { number: issue.number, title: issue.title, body: issue.body } },
        },
      },
    });
    expect(run?.output).toEqual(run?.input);
    expect(JSON.stringify(run)).not.toContain('signature');
  });

  test('a delivery that is sent again starts nothing again', async () => {
    await save(echo('known', [{ verify: 'github' }]));
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => sendAsGithub('known', '{"n":1}', 'the-same')),
    );
    expect(new Set(tries.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(tries[0]?.status).toBe(202);
    const [run] = await endedRuns(stack.call, 'known', 1);
    expect(JSON.parse(tries[0]?.text ?? '')).toEqual({ execution_id: run?.id });
    // Also when it has ended, and when the workflow has been saved meanwhile.
    await stack.call('PUT', '/workflows/known', {
      body: { ...echo('known', [{ verify: 'github' }]), description: 'changed' },
      headers: { 'if-match': '*' },
    });
    expect((await sendAsGithub('known', '{"n":1}', 'the-same')).text).toBe(tries[0]?.text);
    const other = await sendAsGithub('known', '{"n":1}', 'another');
    expect(other.text).not.toBe(tries[0]?.text);
    // Parameters of the sender's own, which mean nothing.
    expect((await sendAsGithub('known?source=github', '{"n":1}', 'the-same')).text).toBe(tries[0]?.text);
    expect(await endedRuns(stack.call, 'known', 2)).toHaveLength(2);
  });

  test('the signature is over the bytes, also of what is no text', async () => {
    const bytes = Buffer.from([0x7b, 0x00, 0xff, 0xfe, 0x7d]);
    const type = { 'content-type': 'application/octet-stream' };
    expect((await sendAsGithub('known', bytes, 'bytes', type)).status).toBe(202);
    expect((await sendAsGithub('known', '{"a": "ä" }\n', 'text')).status).toBe(202);
    expect((await sendAsGithub('known', '', 'empty')).status).toBe(202);
  });

  test('other senders: a token for one address, a signed time for another', async () => {
    await save(
      echo('shop', [
        {
          verify: 'token',
          name: 'orders',
          header: 'X-Token',
          delivery_header: 'X-Order',
          headers: ['X-Order'],
        },
        {
          verify: 'hmac',
          name: 'payments',
          header: 'Payment-Signature',
          prefix: 'v1=',
          timestamp: { header: 'Payment-Signature', prefix: 't=' },
        },
      ]),
    );
    const order = await send('shop.orders', 'a=1', {
      'content-type': 'application/x-www-form-urlencoded',
      'x-token': SECRET,
      'x-order': '7',
    });
    expect(order.status).toBe(202);
    const [run] = await endedRuns(stack.call, 'shop', 1);
    expect(run?.input).toEqual({
      webhook: {
        delivery: '7',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': 'node',
          'x-order': '7',
        },
        body: { a: '1' },
      },
    });
    const pay = (seconds: number) => {
      const header = `t=${seconds},v1=${hmac(`${seconds}.{}`)}`;
      return send('shop.payments', '{}', { 'payment-signature': header });
    };
    const now = Math.floor(Date.now() / 1000);
    expect((await pay(now)).status).toBe(202);
    expect((await pay(now - 3600)).status).toBe(401);
    // Each address has a way of its own to verify, and a workflow without a nameless webhook has no such address.
    expect((await send('shop.payments', '{}', { 'x-token': SECRET })).status).toBe(401);
    expect((await send('shop', '{}', { 'x-token': SECRET })).status).toBe(401);
  });

  test('handshakes are answered once their signature is right, and start nothing', async () => {
    await save(
      echo('talk', [
        { verify: 'slack' },
        { verify: 'zoom', name: 'zoom', connection: 'talk' },
        { verify: 'github', name: 'github', connection: 'talk' },
      ]),
    );
    const seconds = `${Math.floor(Date.now() / 1000)}`;
    const slack = (body: string, signed = body) =>
      send('talk', body, {
        'content-type': 'application/json',
        'x-slack-request-timestamp': seconds,
        'x-slack-signature': `v0=${hmac(`v0:${seconds}:${signed}`)}`,
      });
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'abc123' });
    const answered = await slack(challenge);
    expect([answered.status, answered.headers.get('content-type'), answered.text]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'abc123',
    ]);
    expect((await slack(challenge, 'another body')).status).toBe(401);
    const zoomBody = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'p' } });
    const zoom = await send('talk.zoom', zoomBody, {
      'x-zm-request-timestamp': seconds,
      'x-zm-signature': `v0=${hmac(`v0:${seconds}:${zoomBody}`)}`,
    });
    expect([zoom.status, zoom.headers.get('content-type'), zoom.text]).toEqual([
      200,
      'application/json',
      JSON.stringify({ plainToken: 'p', encryptedToken: hmac('p') }),
    ]);
    const ping = await sendAsGithub('talk.github', '{"zen":"x"}', 'ping', { 'x-github-event': 'ping' });
    expect([ping.status, ping.text]).toEqual([200, 'pong']);
    // Slack takes nothing but 200, and an empty answer is shown to nobody. What it tries again is one event.
    const event = (attempt: number) => JSON.stringify({ type: 'event_callback', event_id: 'Ev1', attempt });
    for (const attempt of [1, 2]) {
      const { status, text } = await slack(event(attempt));
      expect([status, text]).toEqual([200, '']);
    }
    const runs = await endedRuns(stack.call, 'talk', 1);
    expect(runs.map(({ input }) => input)).toEqual([
      {
        webhook: {
          delivery: 'Ev1',
          headers: { 'content-type': 'application/json', 'user-agent': 'node' },
          body: { type: 'event_callback', event_id: 'Ev1', attempt: 1 },
        },
      },
    ]);
  });

  test('a form of GitHub is the JSON in it, and large numbers keep their digits', async () => {
    await save(echo('big', [{ verify: 'github' }]));
    const json = '{"action":"opened","id":8202522731445525542}';
    const form = new URLSearchParams({ payload: json }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await sendAsGithub('big', form, 'form', type)).status).toBe(202);
    const [run] = await endedRuns(stack.call, 'big', 1);
    expect(run?.input).toMatchObject({ webhook: { body: { action: 'opened' } } });
    const url = `${stack.stack.apiUrl}/executions/${run?.id}`;
    const text = async (path = '') =>
      (
        await fetch(`${url}${path}`, {
          headers: { authorization: `Bearer ${await stack.tokenOf('viewer')}` },
        })
      ).text();
    expect(JSON.parse(await text()).input.webhook.body.action).toBe('opened');
    expect(await text()).toContain('"id":8202522731445525542');
    expect(await text('/log')).toContain('"id":8202522731445525542');
  });

  test('whatever is refused is refused in one way', async () => {
    await save(echo('paused', [{ verify: 'github' }], { enabled: false }));
    await save(echo('secretless', [{ verify: 'github' }]));
    const body = '{}';
    const refused = {
      'no such workflow': await sendAsGithub('nothing', body, 'x'),
      'no such webhook of a workflow': await sendAsGithub('known.other', body, 'x'),
      'no secret yet': await sendAsGithub('secretless', body, 'x'),
      'a disabled trigger': await sendAsGithub('paused', body, 'x'),
      'no signature': await send('known', body, {}),
      'a wrong signature': await send('known', body, { 'x-hub-signature-256': `sha256=${hmac('other')}` }),
      'no signature for what does not exist': await send('nothing', body, {}),
    };
    for (const [what, { status, headers, text }] of Object.entries(refused)) {
      expect([what, status, JSON.parse(text)]).toEqual([
        what,
        401,
        {
          type: '/docs#delivery-refused',
          title: 'The delivery was refused',
          status: 401,
          detail: 'The delivery was not accepted',
        },
      ]);
      const names = [...headers.keys()].filter((name) => !['date', 'apigw-requestid'].includes(name));
      const expected = [...refused['a wrong signature'].headers.keys()];
      expect([what, names]).toEqual([
        what,
        expected.filter((name) => !['date', 'apigw-requestid'].includes(name)),
      ]);
    }
    await putSecret('secretless');
    expect((await sendAsGithub('secretless', body, 'x')).status).toBe(202);
    await stack.call('DELETE', '/workflows/secretless', { headers: { 'if-match': '*' } });
    expect((await sendAsGithub('secretless', body, 'y')).status).toBe(401);
  });

  test('the log says why a delivery was refused, which the sender is not told', async () => {
    await save(
      echo('logged', [
        { verify: 'slack', connection: 'talk' },
        { verify: 'github', name: 'none' },
      ]),
    );
    const late = String(Math.floor(Date.now() / 1000) - 1000);
    const signed = (body: string) => ({
      'content-type': 'application/json',
      'x-slack-request-timestamp': late,
      'x-slack-signature': `v0=${hmac(`v0:${late}:${body}`)}`,
    });
    for (const [hook, headers] of [
      ['logged', signed('{}')],
      ['logged', signed('other')],
      ['logged.none', {}],
      ['logged.other', {}],
      ['nowhere', {}],
    ] as const)
      expect([hook, (await send(hook, '{}', headers)).status]).toEqual([hook, 401]);
    const refusals = async () =>
      [
        ...(await readFile(join(stack.home, 'lambda.log'), 'utf8')).matchAll(
          /\{.*"A delivery was refused".*\}/g,
        ),
      ]
        .map(([line]) => z.looseObject({ webhook: z.string(), why: z.string() }).parse(JSON.parse(line)))
        .filter(({ webhook }) => webhook.startsWith('logged') || webhook === 'nowhere');
    const logged = await until(async () => {
      const found = await refusals();
      expect(found).toHaveLength(5);
      return found;
    });
    expect(logged.map(({ webhook, why }) => [webhook, why])).toEqual([
      ['logged', 'the time of sending is too far from now'],
      ['logged', 'the signature, or the token, is wrong or was not sent'],
      ['logged.none', 'its connection does not exist, or holds no secret'],
      ['logged.other', 'there is no such workflow, or it has no such webhook'],
      ['nowhere', 'there is no such workflow, or it has no such webhook'],
    ]);
    const listed = async (hook: string) => {
      const { status, text } = await refusalsOf(hook);
      expect([status, text.includes('v0='), text.includes(SECRET)]).toEqual([200, false, false]);
      return z.looseObject({ items: z.array(z.looseObject({ reason: z.string() })) }).parse(JSON.parse(text))
        .items;
    };
    expect((await listed('logged')).map(({ reason }) => reason)).toEqual(['wrong_signature', 'too_late']);
    expect(await listed('logged.none')).toMatchObject([
      { reason: 'no_secret', delivery: null, received_at: expect.any(String) },
    ]);
  });

  test('bytes that are no UTF-8 are refused by name where they were replaced on the way, and kept where not', async () => {
    await save(echo('bytes', [{ verify: 'github', connection: 'known' }]));
    const latin1 = Buffer.from('{"name":"M\u00fcller"}', 'latin1');
    const json = await sendAsGithub('bytes', latin1, 'latin1');
    expect([json.status, JSON.parse(json.text).type]).toEqual([415, '/docs#delivery-not-utf8']);
    // Of what does not exist no more is told.
    expect((await sendAsGithub('nothing', latin1, 'latin1')).status).toBe(415);
    expect((await sendAsGithub('bytes', '{"name":"M\u{fffd}ller"}', 'a real one')).status).toBe(202);
    const type = { 'content-type': 'text/plain; charset=iso-8859-1' };
    expect((await sendAsGithub('bytes', latin1, 'text', type)).status).toBe(415);
    expect(
      (await sendAsGithub('bytes', latin1, 'binary', { 'content-type': 'application/octet-stream' })).status,
    ).toBe(202);
    const runs = await endedRuns(stack.call, 'bytes', 2);
    expect(runs.map(({ input }) => Object(input).webhook.body)).toEqual(
      expect.arrayContaining([{ name: 'M\u{fffd}ller' }]),
    );
  });

  test('what does not fit the input of an execution is refused', async () => {
    const text = (length: number) => JSON.stringify('x'.repeat(length));
    expect((await sendAsGithub('known', text(262_143), 'large')).status).toBe(413);
    // The body alone would fit.
    expect((await sendAsGithub('known', text(262_142), 'with headers')).status).toBe(413);
    expect((await sendAsGithub('known', text(261_000), 'fits')).status).toBe(202);
    const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    for (const levels of [999, 130_000]) {
      const { status, text: answer } = await sendAsGithub('known', lists(levels), `${levels} levels`);
      expect(status).toBe(400);
      expect(JSON.parse(answer)).toMatchObject({
        type: '/docs#invalid-json',
        detail: 'The delivery is nested deeper than 998 levels',
      });
    }
    expect((await sendAsGithub('known', lists(998), 'levels that fit')).status).toBe(202);
    // What is no JSON is a text.
    expect((await sendAsGithub('known', '['.repeat(2000), 'no levels')).status).toBe(202);
  });
});
