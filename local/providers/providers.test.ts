// Which providers are emulated, and what the stack learns about them.
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Providers, startProviders } from './providers.ts';

let providers: Providers | undefined;
const directory = () => mkdtempSync(join(tmpdir(), 'providers-'));
afterEach(async () => {
  await providers?.close();
  providers = undefined;
});

test('without keys all are emulated, each at its own address, with a connection that it accepts', async () => {
  const state = directory();
  providers = await startProviders({ directory: state, keys: {} });
  const { openai, github, notion, google, http } = providers.urls;
  expect(new Set([openai, github, notion, google, http]).size).toBe(5);
  expect(providers.settings).toEqual({
    OPENAI_BASE_URL: `${openai}/v1`,
    GITHUB_API_URL: github,
    GITHUB_URL: github,
    NOTION_BASE_URL: notion,
    GMAIL_BASE_URL: google,
    GOOGLE_AUTH_URL: `${google}/o/oauth2/v2/auth`,
    GOOGLE_TOKEN_URL: `${google}/oauth2/token`,
    HTTP_PRIVATE_ORIGINS: http,
  });
  const status = async (url: string, headers: Record<string, string>) =>
    (await fetch(url, { headers })).status;
  const { connections } = providers;
  expect(
    await status(`${openai}/v1/models`, {
      authorization: `Bearer ${connections['openai/default']?.['api_key']}`,
    }),
  ).toBe(200);
  expect(
    await status(`${github}/user`, { authorization: `Bearer ${connections['github/default']?.['token']}` }),
  ).toBe(200);
  expect(
    await status(`${notion}/v1/users/me`, {
      authorization: `Bearer ${connections['notion/default']?.['token']}`,
      'notion-version': '2025-09-03',
    }),
  ).toBe(200);
  const tokens = await fetch(`${google}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', ...connections['google/default'] }),
  });
  const { access_token } = (await tokens.json()) as { access_token: string };
  expect(
    await status(`${google}/gmail/v1/users/me/labels`, { authorization: `Bearer ${access_token}` }),
  ).toBe(200);
  expect(connections['http/default']?.['base_url']).toBe(`${http}/v1`);
  expect(
    await status(`${http}/v1/me`, { authorization: `Bearer ${connections['http/default']?.['token']}` }),
  ).toBe(200);
  expect(
    readdirSync(state)
      .filter((name) => name.endsWith('.jsonl'))
      .sort(),
  ).toEqual(['github.jsonl', 'google.jsonl', 'http.jsonl', 'notion.jsonl', 'openai.jsonl']);
});

test('a provider with its keys in .env is the real one: no address, and the connection holds the keys', async () => {
  providers = await startProviders({
    directory: directory(),
    keys: {
      OPENAI_API_KEY: 'real-openai',
      GITHUB_TOKEN: 'real-github',
      GOOGLE_CLIENT_ID: 'real-id',
      GOOGLE_CLIENT_SECRET: 'real-secret',
      GOOGLE_REFRESH_TOKEN: 'real-refresh',
    },
  });
  expect(Object.keys(providers.urls)).toEqual(['notion', 'http']);
  expect(Object.keys(providers.settings)).toEqual(['NOTION_BASE_URL', 'HTTP_PRIVATE_ORIGINS']);
  expect(providers.connections).toMatchObject({
    'openai/default': { api_key: 'real-openai' },
    'github/default': { token: 'real-github' },
    'notion/default': { token: 'emulated-notion-token' },
    'google/default': { client_id: 'real-id', client_secret: 'real-secret', refresh_token: 'real-refresh' },
  });
});

test('a real provider is called where .env says, an emulated one never', async () => {
  providers = await startProviders({
    directory: directory(),
    keys: {
      OPENAI_API_KEY: 'any',
      OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
      GITHUB_TOKEN: 'real-github',
      HTTP_PRIVATE_ORIGINS: 'http://127.0.0.1:8080',
    },
  });
  expect(Object.keys(providers.urls)).toEqual(['notion', 'google', 'http']);
  expect(providers.connections['openai/default']).toEqual({
    api_key: 'any',
    base_url: 'http://127.0.0.1:11434/v1',
  });
  expect(providers.settings).toEqual({
    NOTION_BASE_URL: providers.urls.notion,
    GMAIL_BASE_URL: providers.urls.google,
    GOOGLE_AUTH_URL: `${providers.urls.google}/o/oauth2/v2/auth`,
    GOOGLE_TOKEN_URL: `${providers.urls.google}/oauth2/token`,
    HTTP_PRIVATE_ORIGINS: `${providers.urls.http} http://127.0.0.1:8080`,
  });
});

test('an address without a key is a mistake that is named', async () => {
  const keys = { OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' };
  await expect(startProviders({ directory: directory(), keys })).rejects.toMatchObject({
    name: 'ConfigurationError',
    message:
      'OPENAI_BASE_URL in .env needs OPENAI_API_KEY there too; a server that asks for no key takes any',
  });
});

test('half of the Google keys is a mistake that is named', async () => {
  await expect(
    startProviders({ directory: directory(), keys: { GOOGLE_CLIENT_ID: 'x' } }),
  ).rejects.toMatchObject({
    name: 'ConfigurationError',
    message:
      'GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GOOGLE_REFRESH_TOKEN go together in .env; ' +
      'missing: GOOGLE_CLIENT_SECRET, GOOGLE_REFRESH_TOKEN',
  });
});
