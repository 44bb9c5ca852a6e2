// http.request, against servers of every kind: what it sends, what it gives, what it refuses.
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActionHandler } from '../../../lib/actions/define-action.ts';
import { credentialOf } from '../../../lib/providers/http/credential.ts';
import { exchange } from '../../../lib/providers/http/exchange.ts';
import { isPublicAddress, type Resolve } from '../../../lib/providers/http/public-address.ts';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = readonly [status: number, headers?: Record<string, string>, body?: string | Buffer];

/** A server whose answers each test gives. */
class Site {
  readonly seen: Seen[] = [];
  answer: RequestListener = (_request, response) => response.end();
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method, url, headers } = request;
      this.seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') });
      this.answer(request, response);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // a listening TCP server has a port
  }

  /** Answers each with the next. */
  next(...answers: readonly Answer[]) {
    const left = [...answers];
    this.answer = (_request, response) => {
      const [status, headers = {}, body = ''] = left.shift() ?? [599];
      response.writeHead(status, headers).end(body);
    };
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const site = new Site();
const other = new Site();
/** Not among those that may be reached. */
const hidden = new Site();
let server: ProviderServer;
let handler: ActionHandler;

beforeAll(async () => {
  ({ handler } = await import('./request.ts'));
  server = await startProviderServer();
  await Promise.all([site, other, hidden].map((one) => one.listen()));
  const connection = (id: string, fields: object) =>
    server.stored.set(`/ai-orchestra/test/connections/http/${id}`, JSON.stringify(fields));
  const base_url = `${site.url}/v1`;
  connection('bearer', { kind: 'bearer', token: 'secret-of-bearer', base_url });
  connection('basic', { kind: 'basic', username: 'ada', password: 'secret:of basic', base_url });
  connection('headers', { kind: 'headers', headers: { 'X-Api-Key': 'secret-of-header' }, base_url });
  connection('key', { kind: 'query_key', name: 'api_key', value: 'secret/of+key', base_url });
  connection('plain', { kind: 'bearer', token: 'secret-of-plain', base_url: 'http://api.acme.example' });
});
beforeEach(() => {
  run += 1;
  process.env['HTTP_PRIVATE_ORIGINS'] = `${site.url} ${other.url}`;
});
afterEach(() => {
  for (const one of [site, other, hidden]) {
    one.seen.length = 0;
    one.answer = (_request, response) => response.end();
  }
});
afterAll(async () => {
  for (const one of [site, other, hidden]) one.close();
  await server.close();
});

type Options = Parameters<typeof invoke>[2];
const json = { 'content-type': 'application/json' };

/** Each test makes calls of its own. */
let run = 0;
const call = (input: object, { execution, ...options }: Options = {}) =>
  invoke(handler, input, { ...options, execution: { step_id: `step-${run}`, ...execution } });
/** `Name: message`, or that it did not fail. */
const failure = (input: object, options?: Options): Promise<string> =>
  call(input, options).then(
    () => 'it did not fail',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('what is sent', () => {
  test('a GET with its query and headers, without a connection', async () => {
    site.next([200, json, '{"orders":[{"id":12345678901234567890}]}']);
    const query = { status: ['open', 'new'], page: 2, none: null, text: 'a b&c' };
    const output = await call({
      url: `${site.url}/orders?x=1`,
      query,
      headers: { 'X-Trace': 'a', accept: null },
    });
    expect(JSON.stringify(output['json'])).toBe('{"orders":[{"id":12345678901234567890}]}');
    expect(output).toMatchObject({
      status: 200,
      url: `${site.url}/orders?x=1&status=open&status=new&page=2&text=a+b%26c`,
      content_type: 'application/json',
      size_bytes: 40,
      text: null,
      content: null,
    });
    const [{ method, url, headers }] = site.seen as [Seen];
    expect([method, url]).toEqual(['GET', '/orders?x=1&status=open&status=new&page=2&text=a+b%26c']);
    expect(headers).toMatchObject({
      'x-trace': 'a',
      'user-agent': 'ai-orchestra',
      host: new URL(site.url).host,
    });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('idempotency-key');
  });

  test.each([
    [{ type: 'json', json: { a: ['ü'] } }, 'application/json', '{"a":["ü"]}'],
    [{ type: 'json', json: null }, 'application/json', 'null'],
    [
      { type: 'form', fields: { a: ['1', 2], b: 'ü &' } },
      'application/x-www-form-urlencoded',
      'a=1&a=2&b=%C3%BC+%26',
    ],
    [{ type: 'text', text: '<a>ü</a>', content_type: 'application/xml' }, 'application/xml', '<a>ü</a>'],
    [{ type: 'file', content: 'AP8=' }, 'application/octet-stream', '\0\xff'],
  ])('a body: %j', async (body, type, sent) => {
    await call({ method: 'POST', url: site.url, body });
    const [{ headers, body: received }] = site.seen as [Seen];
    expect(headers['content-type']).toBe(type);
    const text = body.type === 'file' ? received : Buffer.from(received, 'latin1').toString();
    expect(text).toBe(sent);
    expect(headers['content-length']).toBe(String(received.length));
  });

  test('the parts of a form with a file, whose names cannot become another part', async () => {
    const parts = [
      { name: 'note', value: 'Hello' },
      { name: 'a"\r\nb', content: 'SGk=', filename: 'x"y.txt', content_type: 'text/plain' },
    ];
    await call({ method: 'POST', url: site.url, body: { type: 'multipart', parts } });
    const [{ headers, body }] = site.seen as [Seen];
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
    expect(body.split(`--${boundary}`).map((part) => part.trim())).toEqual([
      '',
      'Content-Disposition: form-data; name="note"\r\n\r\nHello',
      'Content-Disposition: form-data; name="a%22%0D%0Ab"; filename="x%22y.txt"\r\nContent-Type: text/plain\r\n\r\nHi',
      '--',
    ]);
  });

  test.each([
    ['bearer', { authorization: 'Bearer secret-of-bearer' }, '/v1/me'],
    ['basic', { authorization: `Basic ${Buffer.from('ada:secret:of basic').toString('base64')}` }, '/v1/me'],
    ['headers', { 'x-api-key': 'secret-of-header' }, '/v1/me'],
    ['key', {}, '/v1/me?api_key=secret%2Fof%2Bkey'],
  ])(
    'the credentials of the connection %s, which nothing that comes back holds',
    async (connection, headers, path) => {
      site.answer = (request, response) => {
        const echo = { url: request.url, headers: request.headers, plain: 'secret/of+key secret:of basic' };
        const key = 'x-echo-secret/of+key';
        response.writeHead(200, { ...json, 'x-echo': JSON.stringify([echo, key]) }).end(JSON.stringify(echo));
      };
      const output = await call({ url: '/me' }, { connection });
      expect([site.seen[0]?.url, site.seen[0]?.headers]).toMatchObject([path, headers]);
      expect(output['url']).toBe(`${site.url}/v1/me`);
      expect(output['json']).toMatchObject({ plain: expect.stringContaining('secret') });
      const file = await call({ url: '/me', response: 'file' }, { connection });
      const bytes = Buffer.from(String(file['content']), 'base64').toString();
      const [, secret = ''] = Object.values(headers)[0]?.split(' ') ?? ['', path.split('=')[1]];
      for (const text of [JSON.stringify(output), bytes]) {
        expect(text).toContain('[redacted]');
        expect(text).not.toContain(secret || 'secret-of-header');
      }
      site.answer = (request, response) => {
        response
          .writeHead(400, json)
          .end(JSON.stringify({ message: JSON.stringify([request.url, request.headers]) }));
      };
      const told = await failure({ url: '/me' }, { connection });
      expect(told).toContain('InvalidInput: 127.0.0.1');
      expect(told).not.toContain(secret || 'secret-of-header');
    },
  );

  test('a path is below the base URL, whatever it looks like', async () => {
    for (const url of [
      'orders',
      '/orders',
      '//evil.example/x',
      '\\\\evil.example\\x',
      '@evil.example',
      '?a=1',
      'orders:search',
    ])
      await call({ url }, { connection: 'bearer' });
    expect(site.seen.map(({ url }) => url)).toEqual([
      '/v1/orders',
      '/v1/orders',
      '/v1/evil.example/x',
      '/v1/evil.example/x',
      '/v1/@evil.example',
      '/v1/?a=1',
      '/v1/orders:search',
    ]);
  });

  test('a write has the key of its call, the same for each try, unless it has one of its own', async () => {
    const input = { method: 'PUT', url: site.url };
    await call(input, { execution: { step_id: 'a' } });
    await call(input, { execution: { step_id: 'a', first_try: false } });
    await call(input, { execution: { step_id: 'b' } });
    await call({ ...input, headers: { 'Idempotency-Key': 'mine' } }, { execution: { step_id: 'c' } });
    const keys = site.seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
    expect([keys[1], keys[2] === keys[0], keys[3]]).toEqual([keys[0], false, 'mine']);
  });
});

describe('what is refused before anything is sent', () => {
  const refused: [string, object, RegExp, string?][] = [
    ['another scheme', { url: 'ftp://example.com/x' }, /scheme ftp: and must have https or http/],
    ['a file', { url: 'file:///etc/passwd' }, /scheme file:/],
    ['a script', { url: 'javascript:alert(1)' }, /scheme javascript:/],
    ['a host without a scheme', { url: 'example.com/x' }, /\/url: must be a whole address, with https/],
    ['a user in the address', { url: 'https://ada:pw@example.com/' }, /credentials belong into a connection/],
    ['an empty user', { url: 'https://:pw@example.com/' }, /credentials belong into a connection/],
    ['no address', { url: 'https://exa mple.com/' }, /\/url: is no address/],
    ['a NUL', { url: 'https://example.com/\0' }, /\/url: must have no control character/],
    ['a line break', { url: 'https://example.com/\r\nX: y' }, /\/url: must have no control character/],
    ['a port of another protocol', { url: 'http://example.com:25/' }, /its port is of another protocol/],
    ['port 0', { url: 'http://example.com:0/' }, /its port is of another protocol/],
    ['Host', { headers: { Host: 'x' } }, /\/headers\/Host: is set by whoever sends the request/],
    ['Content-Length', { headers: { 'content-length': '1' } }, /is set by whoever sends/],
    ['Transfer-Encoding', { headers: { 'Transfer-Encoding': 'chunked' } }, /is set by whoever sends/],
    ['Connection', { headers: { Connection: 'upgrade' } }, /is set by whoever sends/],
    ['Proxy-Authorization', { headers: { 'Proxy-Authorization': 'x' } }, /is set by whoever sends/],
    [
      'a header in the value',
      { headers: { 'X-A': 'a\r\nX-B: secret' } },
      /\/headers\/X-A: must be ASCII in one line$/,
    ],
    ['a header in the name', { headers: { 'X-A: b\r\nX-B': 'c' } }, /must be the name of a header/],
    ['an empty name', { headers: { '': 'c' } }, /must be the name of a header/],
    ['NUL in a header', { headers: { 'X-A': 'a\0b' } }, /must be ASCII in one line/],
    ['other letters in a header', { headers: { 'X-A': 'ü' } }, /must be ASCII in one line/],
    ['a header twice', { headers: { 'X-A': 'a', 'x-a': 'b' } }, /stands there twice/],
    [
      'the connection’s header',
      { headers: { Authorization: 'x' }, url: '/x' },
      /is set by the connection/,
      'bearer',
    ],
    [
      'another origin',
      { url: 'https://evil.example/' },
      /the connection’s credentials are sent nowhere else/,
      'bearer',
    ],
    [
      'a path that leads out of the base URL',
      { url: '/orders/../../echo?a=1' },
      /\/url: leads out of /,
      'bearer',
    ],
    ['the same, encoded', { url: '%2e%2e/echo' }, /\/url: leads out of /, 'bearer'],
    ['a folder that begins like the base URL’s', { url: '../v10/x' }, /\/url: leads out of /, 'bearer'],
    ['a base URL without TLS', { url: '/x' }, /^ConnectionInvalid: The base URL .* must have https/, 'plain'],
    ['a body of a GET', { body: { type: 'text', text: 'x' } }, /\/body: does not go with GET/],
    [
      'no base64',
      { method: 'POST', body: { type: 'file', content: '!' } },
      /\/body\/content: must be base64/,
    ],
    ['pages of a POST', { method: 'POST', paging: { type: 'link' } }, /\/paging: asks several times/],
    ['pages as text', { response: 'text', paging: { type: 'link' } }, /\/response: pages are JSON/],
  ];

  test.each(refused)('%s', async (_what, input, message, connection) => {
    const told = await failure({ url: site.url, ...input }, connection === undefined ? {} : { connection });
    expect(told).toMatch(/^(InvalidInput|ConnectionInvalid): /);
    expect(told).toMatch(message);
    expect(site.seen).toEqual([]);
  });

  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://0/',
    'http://127。0。0。1/',
    'http://①②⑦.0.0.1/',
    'http://10.0.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.170.2/',
    'http://168.63.129.16/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b:1::a00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::7f00:1]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[ff02::1]/',
    'http://localhost/',
    'http://localhost:9001/2018-06-01/runtime/invocation/next',
  ])('the address %s', async (url) => {
    expect(await failure({ url })).toMatch(
      /^InvalidInput: \S+ is not on the public internet, and nothing else is called$/,
    );
  });

  test.each(['8.8.8.8', '192.31.196.1', '::ffff:8.8.8.8', '64:ff9b::808:808', '2606:4700::1111'])(
    '%s is on the public internet',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test('a name that leads elsewhere from one question to the next', async () => {
    const answers = ['8.8.8.8', '127.0.0.1'];
    const asked: string[] = [];
    const resolve: Resolve = (hostname, _options, callback) => {
      asked.push(hostname);
      callback(null, [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]);
    };
    // Whoever asks before has been given the public address.
    resolve('rebound.example', { all: true }, () => {});
    const { port } = new URL(hidden.url);
    const bounds = { signal: AbortSignal.timeout(5000), timeoutMs: 5000, maxBytes: 1000, resolve };
    const request = { method: 'GET', url: new URL(`http://rebound.example:${port}/`), headers: {} };
    await expect(exchange(request, credentialOf({ kind: 'none' }), bounds)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'rebound.example is not on the public internet, and nothing else is called',
    });
    expect([asked.length, hidden.seen]).toEqual([2, []]);
  });

  test('a name of which one address is public, and another is not', async () => {
    const resolve: Resolve = (_hostname, _options, callback) =>
      callback(null, [
        { address: '8.8.8.8', family: 4 },
        { address: '::1', family: 6 },
      ]);
    const bounds = { signal: AbortSignal.timeout(5000), timeoutMs: 5000, maxBytes: 1000, resolve };
    const request = { method: 'GET', url: new URL('https://both.example/'), headers: {} };
    await expect(exchange(request, credentialOf({ kind: 'none' }), bounds)).rejects.toThrow(
      /not on the public/,
    );
  });
});

describe('redirects', () => {
  const to = (location: string, status = 302): [number, Record<string, string>] => [status, { location }];

  test('are followed at the same server, with the credentials', async () => {
    site.next(to('/v1/b?api_key=secret%2Fof%2Bkey'), [200, json, '1']);
    const output = await call({ url: 'a' }, { connection: 'key' });
    expect(output).toMatchObject({ url: `${site.url}/v1/b`, json: 1 });
    expect(site.seen.map(({ url }) => url)).toEqual([
      '/v1/a?api_key=secret%2Fof%2Bkey',
      '/v1/b?api_key=secret%2Fof%2Bkey',
    ]);
  });

  test('go to another server without the credentials, and without headers that may be some', async () => {
    for (const connection of ['bearer', 'basic', 'headers', 'key']) {
      site.next(to(`${other.url}/file`));
      other.next([200, json, '2']);
      const headers = { 'X-Session': 'mine', Cookie: 'a=b', Range: 'bytes=0-9' };
      expect(await call({ url: 'a', headers }, { connection })).toMatchObject({ json: 2 });
    }
    expect(other.seen.length).toBe(4);
    for (const { headers, url } of other.seen) {
      const { host: _, connection: __, ...sent } = headers;
      expect(Object.keys(sent).sort()).toEqual(['accept', 'accept-encoding', 'range', 'user-agent']);
      expect(url).toBe('/file');
    }
  });

  test.each([
    ['a private address', () => hidden.url],
    ['another form of it', () => hidden.url.replace('127.0.0.1', '0x7f000001')],
    ['metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a name for this machine', () => hidden.url.replace('127.0.0.1', 'localhost')],
    ['a file', () => 'file:///etc/passwd'],
    ['an address with a password', () => 'https://a:b@example.com/'],
  ])('to %s are refused', async (_what, location) => {
    site.next(to(location()));
    expect(await failure({ url: site.url })).toMatch(/^InvalidInput: /);
    expect([site.seen.length, hidden.seen]).toEqual([1, []]);
  });

  test('end after as many as are allowed', async () => {
    site.answer = (_request, response) => response.writeHead(302, { location: '/' }).end();
    expect(await failure({ url: site.url })).toMatch(/redirects once more than max_redirects \(5\) allows$/);
    expect(site.seen.length).toBe(6);
    expect(await failure({ url: site.url, max_redirects: 0 })).toMatch(/max_redirects \(0\)/);
  });

  test('are answers where they are expected', async () => {
    site.next(to('/x', 301));
    expect(await call({ url: site.url, expected_statuses: [301] })).toMatchObject({
      status: 301,
      headers: { location: '/x' },
    });
  });

  test.each([
    [308, 'POST', true, 'goes on'],
    [307, 'DELETE', true, 'goes on'],
    [307, 'POST', false, 'InvalidInput'],
    [301, 'POST', true, 'InvalidInput'],
    [302, 'POST', true, 'OutcomeUnknown'],
    [302, 'PUT', true, 'InvalidInput'],
    [303, 'POST', true, 'goes on'],
  ])('%i after a %s, same server %j: %s', async (status, method, isSame, outcome) => {
    site.next(to(isSame ? '/b' : `${other.url}/b`, status), [200]);
    const body = method === 'DELETE' ? undefined : { type: 'text', text: 'data' };
    const told = await failure({ method, url: site.url, ...(body && { body }) });
    expect(told).toMatch(outcome === 'goes on' ? /^it did not fail$/ : new RegExp(`^${outcome}: `));
    expect(other.seen).toEqual([]);
    const isAgain = outcome === 'goes on' && status !== 303;
    expect(site.seen.map((one) => [one.method, one.body])).toEqual(
      Array.from({ length: isAgain ? 2 : 1 }, () => [method, body ? 'data' : '']),
    );
  });
});

describe('answers', () => {
  test.each<[string, Record<string, string>, string | Buffer, object, object]>([
    ['JSON', json, '\uFEFF{"a":1}', {}, { json: { a: 1 } }],
    [
      'JSON by another name',
      { 'content-type': 'text/plain' },
      '{"a":1}',
      { response: 'json' },
      { json: { a: 1 } },
    ],
    ['no body', json, '', { response: 'json' }, { json: null }],
    [
      'a text',
      { 'content-type': 'text/csv; charset=iso-8859-1' },
      Buffer.from('Z\xfcrich', 'latin1'),
      {},
      { text: 'Zürich' },
    ],
    ['a wrong charset', { 'content-type': 'text/plain; charset=us-ascii' }, 'Zürich', {}, { text: 'Zürich' }],
    [
      'an unknown charset',
      { 'content-type': 'text/plain; charset=x-nonsense' },
      'Zürich',
      {},
      { text: 'Zürich' },
    ],
    [
      'a file',
      { 'content-type': 'image/png' },
      Buffer.of(0, 255),
      {},
      { content: 'AP8=', content_type: 'image/png' },
    ],
    ['no type', {}, Buffer.of(0, 255), {}, { content: 'AP8=', content_type: '' }],
    [
      'gzip',
      { ...json, 'content-encoding': 'gzip' },
      gzipSync('{"a":2}'),
      {},
      { json: { a: 2 }, size_bytes: 7 },
    ],
    ['half a surrogate pair', json, '{"a":"\\ud800"}', {}, { json: { a: '\ufffd' } }],
    [
      'a key of every object',
      json,
      '{"__proto__":{"a":1}}',
      {},
      { json: JSON.parse('{"__proto__":{"a":1}}') },
    ],
  ])('%s', async (_what, headers, body, input, expected) => {
    site.next([200, headers, body]);
    expect(await call({ url: site.url, ...input })).toMatchObject(expected);
  });

  test('cookies are credentials, and are not given', async () => {
    site.next([200, { 'set-cookie': 'session=abc', 'x-a': 'b' }]);
    expect(await call({ url: site.url })).toMatchObject({ headers: { 'x-a': 'b' } });
    site.next([200, { 'set-cookie': 'session=abc' }]);
    expect(JSON.stringify(await call({ url: site.url }))).not.toContain('session');
  });

  test.each<[string, Record<string, string>, string | Buffer, RegExp]>([
    [
      'HTML for JSON',
      json,
      '<html>Welcome</html>',
      /^ProviderUnavailable: \S+ answered something that is not JSON$/,
    ],
    [
      'a bomb',
      { ...json, 'content-encoding': 'gzip' },
      gzipSync(Buffer.alloc(30_000_000)),
      /^OutputTooLarge: .* more than 5000000 bytes/,
    ],
    [
      'half of gzip',
      { 'content-encoding': 'gzip' },
      gzipSync('a'.repeat(1000)).subarray(0, 20),
      /^ProviderUnavailable: .* cannot be read$/,
    ],
    ['no gzip', { 'content-encoding': 'gzip' }, 'plain', /^ProviderUnavailable: .* cannot be read$/],
    [
      'an encoding by no name',
      { 'content-encoding': 'x-own' },
      'x',
      /^ProviderUnavailable: .* encoding that was not asked for$/,
    ],
    [
      '10 MB',
      {},
      Buffer.alloc(10_000_000),
      /^OutputTooLarge: .* more than 5000000 bytes, which max_bytes allows$/,
    ],
    ['deep JSON', json, '['.repeat(100_000), /^ProviderUnavailable: .* nested deeper than 1000$/],
  ])('%s is an error', async (_what, headers, body, told) => {
    site.next([200, headers, body]);
    expect(await failure({ url: site.url })).toMatch(told);
  });

  test('a body without an end, and one that does not go on', async () => {
    site.answer = (_request, response) => {
      const more = () => response.write(Buffer.alloc(65_536), more);
      more();
    };
    expect(await failure({ url: site.url, max_bytes: 200_000 })).toMatch(/^OutputTooLarge: /);
    site.answer = (_request, response) => void response.write('{');
    const started = performance.now();
    expect(await failure({ url: site.url, timeout_seconds: 1 })).toMatch(
      /^ProviderUnavailable: \S+ did not answer in time$/,
    );
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('a server that speaks no HTTP, and headers without an end', async () => {
    site.answer = (_request, response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n');
    expect(await failure({ url: site.url })).toMatch(/^ProviderUnavailable: \S+ could not be reached \(HPE_/);
    site.answer = (_request, response) =>
      void response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`);
    expect(await failure({ url: site.url })).toMatch(
      /^ProviderUnavailable: \S+ could not be reached \(HPE_HEADER_OVERFLOW\)$/,
    );
  });

  test.each<[number, Record<string, string>, string, RegExp]>([
    [
      400,
      json,
      '{"type":"about:blank","title":"Bad","detail":"No such field"}',
      /^InvalidInput: \S+ answered 400: Bad: No such field$/,
    ],
    [401, json, '{"error":{"message":"Who?"}}', /^Unauthorized: \S+ answered 401: Who\?$/],
    [404, {}, '', /^NotFound: \S+ answered 404: no message$/],
    [409, json, '{"errors":[{"message":"Taken"}]}', /^Conflict: \S+ answered 409: Taken$/],
    [
      429,
      { 'retry-after': '17' },
      '',
      /^RateLimited: \S+ answered 429: no message \(retry_after_seconds: 17\)$/,
    ],
    [
      500,
      { 'content-type': 'text/html' },
      '<html>',
      /^ProviderUnavailable: \S+ answered 500: a page of HTML$/,
    ],
    [202, {}, '', /^ProviderUnavailable: \S+ answered 202: no message$/],
  ])('%i is an error where it is not expected', async (status, headers, body, told) => {
    site.next([status, headers, body]);
    expect(await failure({ url: site.url, expected_statuses: [200] })).toMatch(told);
    site.next([status, headers, body]);
    expect(await call({ url: site.url, expected_statuses: [200, status] })).toMatchObject({ status });
  });

  test('a large text becomes a large value, JSON that is too large an error', async () => {
    site.next([200, { 'content-type': 'text/plain' }, 'a'.repeat(300_000)]);
    expect(await call({ url: site.url })).toMatchObject({ text: { size_bytes: 300_000 } });
    site.next([200, { 'content-type': 'image/png' }, Buffer.alloc(300_000)]);
    expect(await call({ url: site.url })).toMatchObject({
      content: { content_type: 'image/png', size_bytes: 300_000 },
    });
    site.next([200, json, JSON.stringify(['a'.repeat(300_000)])]);
    expect(await failure({ url: site.url })).toMatch(/^OutputTooLarge: .*json/);
  });
});

describe('pages', () => {
  const list = (...items: number[]) => JSON.stringify(items);

  test('by the header Link, at the same server alone', async () => {
    const link = (url: string) => ({
      ...json,
      link: `<${site.url}/?page=1>; rel="prev", <${url}>; rel="next last"`,
    });
    site.next(
      [200, link('/?page=2'), list(1, 2)],
      [200, link(`${site.url}/?page=3`), list(3)],
      [200, json, list(4)],
    );
    expect(await call({ url: site.url, paging: { type: 'link' } })).toMatchObject({
      items: [1, 2, 3, 4],
      pages: 3,
      next: null,
      url: `${site.url}/?page=3`,
    });
    site.next([200, link('/?page=2'), list(1)]);
    expect(await call({ url: site.url, paging: { type: 'link', max_pages: 1 } })).toMatchObject({
      next: `${site.url}/?page=2`,
    });
    site.next([200, link(`${other.url}/`), list(1)]);
    expect(await failure({ url: site.url, paging: { type: 'link' } })).toMatch(
      /^ProviderUnavailable: .* at another server/,
    );
    expect(other.seen).toEqual([]);
  });

  test('by an address in the answer, in which the key is not repeated', async () => {
    const page = (next: string | null, ...data: number[]) => JSON.stringify({ data, links: { next } });
    site.next(
      [200, json, page(`${site.url}/v1/list?p=2&api_key=secret%2fof%2bkey`, 1)],
      [200, json, page(null, 2)],
    );
    const paging = { type: 'next_url', next: '/links/next', items: '/data' };
    expect(await call({ url: 'list', paging }, { connection: 'key' })).toMatchObject({
      items: [1, 2],
      url: `${site.url}/v1/list?p=2`,
    });
    expect(site.seen[1]?.url).toBe('/v1/list?p=2&api_key=secret%2Fof%2Bkey');
  });

  test('by a cursor, in the query or in the body', async () => {
    const page = (cursor: string, ...data: number[]): Answer => [200, json, JSON.stringify({ data, cursor })];
    const answers = [page('b&c', 1), page('', 2)];
    site.next(...answers);
    const paging = { type: 'cursor', next: '/cursor', parameter: 'after', items: '/data' };
    expect(await call({ url: `${site.url}/?a=1`, paging })).toMatchObject({
      items: [1, 2],
      pages: 2,
      next: null,
    });
    expect(site.seen.map(({ url }) => url)).toEqual(['/?a=1', '/?a=1&after=b%26c']);
    site.next(...answers);
    const body = { type: 'json', json: { size: 1 } };
    await call({ method: 'POST', url: site.url, body, idempotent: true, paging: { ...paging, in: 'body' } });
    expect(site.seen.slice(2).map((one) => one.body)).toEqual(['{"size":1}', '{"size":1,"after":"b&c"}']);
  });

  test('by numbers, until one is empty or enough were read', async () => {
    site.answer = (request, response) => {
      const page = Number(new URL(request.url ?? '', site.url).searchParams.get('p'));
      response.writeHead(200, json).end(page < 4 ? list(page) : '[]');
    };
    const paging = { type: 'page', parameter: 'p' };
    expect(await call({ url: site.url, paging })).toMatchObject({ items: [1, 2, 3], pages: 4, next: null });
    expect(await call({ url: site.url, paging: { ...paging, max_pages: 2 } })).toMatchObject({
      items: [1, 2],
      next: '3',
    });
    expect(await call({ url: site.url, paging: { ...paging, first: 3 } })).toMatchObject({
      items: [3],
      pages: 2,
    });
  });

  test('that do not fit an output are left for another call', async () => {
    site.answer = (request, response) => {
      const page = Number(new URL(request.url ?? '', site.url).searchParams.get('page'));
      response.writeHead(200, json).end(JSON.stringify([page, 'a'.repeat(80_000)]));
    };
    const output = await call({ url: site.url, paging: { type: 'page' } });
    expect(output).toMatchObject({ pages: 2, next: '3' });
    expect(output['items']).toHaveLength(4);
  });

  test('that lead in a circle, or are no list, are errors', async () => {
    site.answer = (_request, response) =>
      response.writeHead(200, { ...json, link: '</>; rel=next' }).end('[1]');
    expect(await failure({ url: site.url, paging: { type: 'link' } })).toMatch(
      /^ProviderUnavailable: .* lead back/,
    );
    site.next([200, json, '{"data":[]}']);
    expect(await failure({ url: site.url, paging: { type: 'link', items: '/list' } })).toMatch(
      /^InvalidInput: .* has no list at \/list/,
    );
  });
});

describe('a POST takes effect once', () => {
  const post = (input: object = {}, options: Options = {}) =>
    failure({ method: 'POST', url: site.url, body: { type: 'json', json: {} }, ...input }, options);
  const again = { execution: { first_try: false } };

  test('a further try is given the answer of the first', async () => {
    site.next([201, json, '{"id":1}']);
    expect(await post()).toBe('it did not fail');
    expect(await post({}, again)).toBe('it did not fail');
    expect(site.seen.length).toBe(1);
  });

  test.each<[string, RequestListener]>([
    ['no answer', (_request, response) => void response.socket?.destroy()],
    ['503', (_request, response) => response.writeHead(503).end()],
    ['no JSON', (_request, response) => response.writeHead(200, json).end('<html>')],
    ['another status', (_request, response) => response.writeHead(304).end()],
  ])('%s: its outcome is unknown, and it is made again only when the step says so', async (_what, answer) => {
    site.answer = answer;
    expect(await post()).toMatch(/^OutcomeUnknown: The request may have taken effect or not: /);
    expect(await post({}, again)).toMatch(/^OutcomeUnknown: .*say idempotent: true$/);
    expect(site.seen.length).toBe(1);
    site.next([200]);
    expect(await post({}, { ...again, on_unknown: 'retry' })).toBe('it did not fail');
    expect(site.seen.length).toBe(2);
  });

  test.each([429, 400, 401, 404, 409])('%i: it had no effect, and is made again', async (status) => {
    site.next([status], [200]);
    expect(await post()).not.toBe('it did not fail');
    expect(await post({}, again)).toBe('it did not fail');
    expect(site.seen.length).toBe(2);
  });

  test('what is idempotent is sent again with the same key, and nothing is recorded', async () => {
    const before = new Set(server.stored.keys());
    site.next([503], [200]);
    expect(await post({ idempotent: true })).toMatch(/^ProviderUnavailable: /);
    expect(await post({ idempotent: true }, again)).toBe('it did not fail');
    const keys = site.seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
    expect([...server.stored.keys()].filter((key) => key.includes('/calls/') && !before.has(key))).toEqual(
      [],
    );
  });

  test('what a DELETE does not find any more was deleted by the try before', async () => {
    site.next([503], [404]);
    expect(await post({ method: 'DELETE', body: null })).toMatch(/^ProviderUnavailable: /);
    expect(await post({ method: 'DELETE', body: null }, again)).toBe('it did not fail');
    site.next([404]);
    expect(await post({ method: 'DELETE', body: null }, { execution: { first_try: true } })).toMatch(
      /^NotFound: /,
    );
  });
});
