// The dashboard's files as a browser gets them: encoded, cached, and nothing but them.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, expect, test, vi } from 'vitest';
import { keptDashboard } from '../../infrastructure/kept-dashboard.ts';
import { accepts } from '../../lib/api/dashboard-files.ts';
import { apiEvent } from '../../test/support/api-event.ts';
import { lambdaContext } from '../../test/support/lambda-context.ts';
import { handler } from './dashboard.ts';

let folder: string;
let script: string;
let page: string;

beforeAll(async () => {
  folder = await keptDashboard();
  vi.stubEnv('DASHBOARD_FOLDER', folder);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  const assets = await readdir(path.join(folder, 'assets'));
  script = `assets/${assets.find((name) => /^index-.*\.js$/.test(name))}`;
  page = await readFile(path.join(folder, 'index.html'), 'utf8');
});

const get = (file: string, headers: Record<string, string> = {}) =>
  handler(apiEvent({ routeKey: 'GET /app/{file+}', pathParameters: { file }, headers }), lambdaContext());
const bodyOf = ({ body, isBase64Encoded }: Awaited<ReturnType<typeof get>>) =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');

test('a file comes as the browser takes it, and is kept for ever', async () => {
  const plain = await readFile(path.join(folder, script));
  const brotli = await get(script, { 'accept-encoding': 'gzip, deflate, br, zstd' });
  expect(brotli).toMatchObject({
    statusCode: 200,
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    },
  });
  expect(brotliDecompressSync(bodyOf(brotli)).equals(plain)).toBe(true);
  const gzip = await get(script, { 'accept-encoding': 'gzip;q=0.5, br;q=0' });
  expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(gunzipSync(bodyOf(gzip)).equals(plain)).toBe(true);
  const identity = await get(script);
  expect(identity.headers).not.toHaveProperty('content-encoding');
  expect(bodyOf(identity).equals(plain)).toBe(true);
  // Each is a representation of its own (RFC 9110, section 8.8.3.3).
  expect(new Set([brotli, gzip, identity].map(({ headers }) => headers?.['etag'])).size).toBe(3);
});

test.each(['runs', 'runs/triage_mail.3f2c', 'index.html', ''])(
  '%j is the page, which is always asked for',
  async (file) => {
    const answer = await get(file);
    expect(bodyOf(answer).toString()).toBe(page);
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    });
    const etag = String(answer.headers?.['etag']);
    for (const known of [`"x", W/${etag}`, '*'])
      expect(await get(file, { 'if-none-match': known })).toEqual({
        statusCode: 304,
        headers: expect.objectContaining({ etag, 'cache-control': 'no-cache' }),
      });
  },
);

test('the slash after the app, its file and the question for its headers alone lead to the page as well', async () => {
  const asked = async (routeKey: string, pathParameters?: Record<string, string>) => {
    const { statusCode, headers } = await handler(
      apiEvent({ routeKey, ...(pathParameters && { pathParameters }) }),
      lambdaContext(),
    );
    return [statusCode, headers?.['content-type'] ?? headers?.['location']];
  };
  const found = [200, 'text/html; charset=utf-8'];
  expect(await asked('GET /app/{file+}')).toEqual(found);
  expect(await asked('GET /app/{file+}', { file: '' })).toEqual(found);
  expect(await asked('HEAD /app')).toEqual(found);
  expect(await asked('HEAD /app/{file+}', { file: 'runs' })).toEqual(found);
  expect(await asked('HEAD /')).toEqual([302, '/app']);
});

test('the page may load, call and be framed by nothing but what it is', async () => {
  const { headers } = await get('runs');
  const policy = String(headers?.['content-security-policy']);
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types compiler-worker',
  ]);
  expect(headers).toMatchObject({
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
});

test('the compiler’s worker may make functions, and reaches nothing', async () => {
  const assets = await readdir(path.join(folder, 'assets'));
  const worker = assets.find((name) => /^check\.worker-.*\.js$/.test(name));
  const { headers } = await get(`assets/${worker}`);
  expect(headers?.['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'none'",
  );
  expect((await get(script)).headers).not.toHaveProperty('content-security-policy');
  const policy = String((await get('runs')).headers?.['content-security-policy']).split('; ');
  expect(policy).toEqual(expect.arrayContaining(["worker-src 'self'", 'trusted-types compiler-worker']));
});

test.each(['assets/index-gone.js', 'assets/../index.html', 'assets/%2e%2e/x.js'])(
  '%j, of no deployment or none of the files, is not found',
  async (file) => {
    expect(await get(file)).toMatchObject({ statusCode: 404 });
  },
);

test.each(['../dashboard.manifest.json', '../../package.json', '/etc/passwd', 'index.html.br'])(
  '%j leads out of the files to nothing but the page',
  async (file) => {
    expect(bodyOf(await get(file)).toString()).toBe(page);
  },
);

test('of a folder only what a page is made of is served, each as what it is', async () => {
  const own = await mkdtemp(path.join(tmpdir(), 'dashboard-'));
  for (const name of [
    'index.html',
    'font.woff2',
    'style.css',
    'icon.svg',
    'notes.json',
    'main.js.map',
    '.hidden.js',
  ])
    await writeFile(path.join(own, name), name);
  vi.stubEnv('DASHBOARD_FOLDER', own);
  const served = async (name: string) => {
    const answer = await get(name);
    return [bodyOf(answer).toString(), answer.headers?.['content-type']];
  };
  expect(await served('font.woff2')).toEqual(['font.woff2', 'font/woff2']);
  expect(await served('style.css')).toEqual(['style.css', 'text/css; charset=utf-8']);
  expect(await served('icon.svg')).toEqual(['icon.svg', 'image/svg+xml']);
  for (const name of ['notes.json', 'main.js.map', '.hidden.js'])
    expect(await served(name)).toEqual(['index.html', 'text/html; charset=utf-8']);
  vi.stubEnv('DASHBOARD_FOLDER', folder);
  await rm(own, { recursive: true });
});

test('/ leads to the dashboard, whatever parameters stand behind it', async () => {
  const root = apiEvent({ routeKey: 'GET /', queryStringParameters: { utm_source: 'x' } });
  expect(await handler(root, lambdaContext())).toMatchObject({
    statusCode: 302,
    headers: { location: '/app' },
  });
});

test('an encoding counts by its name, then by the star, and not with the weight 0', () => {
  expect(accepts('gzip, br', 'br')).toBe(true);
  expect(accepts('GZIP;Q=0.1', 'gzip')).toBe(true);
  expect(accepts('*', 'br')).toBe(true);
  expect(accepts('*;q=1, br;q=0', 'br')).toBe(false);
  expect(accepts('br;q=0.000', 'br')).toBe(false);
  expect(accepts('brotli', 'br')).toBe(false);
  expect(accepts('', 'br')).toBe(false);
});
