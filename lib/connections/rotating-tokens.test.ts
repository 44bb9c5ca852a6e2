// Refreshing tokens that rotate, by callers at the same moment, and when one of them dies.
import { beforeEach, expect, test } from 'vitest';
import { ConnectionExpired, ProviderUnavailable } from '../errors.ts';
import type { Parameters, TokenPair } from './kept-tokens.ts';
import { type Ask, rotatingTokens } from './rotating-tokens.ts';

const grant = { token: 'access-0', refresh_token: 'refresh-0' };
const { signal } = new AbortController();

let now: number;
let stored: Map<string, string>;
let isDown: boolean;
/** Refresh tokens that were used, in order. */
let used: string[];
/** The one that the provider takes; it has replaced all before. */
let good: string;

beforeEach(() => {
  [now, stored, used, good, isDown] = [0, new Map(), [], 'refresh-0', false];
  process.env['CONNECTION_TOKENS_PATH'] = '/tokens';
});

const parameters: Parameters = {
  get: async (name) => stored.get(name),
  async put(name, value, replace) {
    if (isDown) throw new Error('no network');
    if (stored.has(name) && !replace) return false;
    stored.set(name, value);
    return true;
  },
  delete: async (name) => void stored.delete(name),
};

/** The provider: a refresh token is good once. */
const provider: Ask = async (refreshToken) => {
  used.push(refreshToken);
  if (refreshToken !== good) throw new ConnectionExpired('invalid_grant');
  const number = Number(good.slice('refresh-'.length)) + 1;
  good = `refresh-${number}`;
  return { token: `access-${number}`, refresh_token: good };
};

/** One container. Where it waits, time passes. */
const container = () =>
  rotatingTokens(
    'notion',
    parameters,
    () => now,
    async (ms) => {
      now += ms;
    },
  );
const names = () => [...stored.keys()];
const kept = (): TokenPair => JSON.parse([...stored.values()][0] ?? '{}');

test('the tokens are those of the connection until they are replaced; then every container has the new ones', async () => {
  const [one, other] = [container(), container()];
  expect(await one.current(grant, signal)).toEqual(grant);
  expect(await other.current(grant, signal)).toEqual(grant);
  const fresh = { token: 'access-1', refresh_token: 'refresh-1' };
  expect(await one.refresh(grant, grant, provider, signal)).toEqual(fresh);
  expect(await one.current(grant, signal)).toEqual(fresh);
  // The other has been refused: it asks the provider for nothing.
  expect(await other.refresh(grant, grant, provider, signal)).toEqual(fresh);
  expect(await container().current(grant, signal)).toEqual(fresh);
  expect(used).toEqual(['refresh-0']);
  expect([kept(), stored.size]).toEqual([fresh, 1]);
  expect(names().join()).not.toMatch(/access|refresh/);
});

test('of ten at the same moment one asks the provider, and all have its answer', async () => {
  const first = container();
  const answers = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const shared = index < 5 ? first : container();
      return shared.refresh(grant, grant, provider, signal);
    }),
  );
  expect(new Set(answers.map(({ token }) => token))).toEqual(new Set(['access-1']));
  expect(used).toEqual(['refresh-0']);
});

test('one that dies before it asks is followed by another when its time is up', async () => {
  const dying: Ask = () => new Promise(() => {});
  void container().refresh(grant, grant, dying, signal);
  await expect.poll(() => stored.size).toBe(1);
  expect((await container().refresh(grant, grant, provider, signal)).token).toBe('access-1');
  expect(now).toBeGreaterThanOrEqual(30_000);
  expect(stored.size).toBe(1);
});

/** The provider has answered, and the container dies before it writes. */
const killed: Ask = async (refreshToken, until) => {
  await provider(refreshToken, until);
  return new Promise(() => {});
};

test('one that dies between the answer and the write loses a token that is good once: that is said, and by one alone', async () => {
  void container().refresh(grant, grant, killed, signal);
  await expect.poll(() => used.length).toBe(1);
  await expect(container().refresh(grant, grant, provider, signal)).rejects.toThrow('invalid_grant');
  expect(used).toEqual(['refresh-0', 'refresh-0']);
  expect(stored.size).toBe(0);
});

test('where the provider takes the same token once more, such a death costs nothing', async () => {
  void container().refresh(grant, grant, killed, signal);
  await expect.poll(() => used.length).toBe(1);
  good = 'refresh-0';
  expect((await container().refresh(grant, grant, provider, signal)).token).toBe('access-1');
});

test('one that was thought dead and has written meanwhile is believed, not the provider’s refusal of the used token', async () => {
  const answered = Promise.withResolvers<void>();
  const slow: Ask = async (refreshToken, until) => {
    const pair = await provider(refreshToken, until);
    await answered.promise;
    return pair;
  };
  const late = container().refresh(grant, grant, slow, signal);
  await expect.poll(() => used.length).toBe(1);
  const second: Ask = async (refreshToken, until) => {
    answered.resolve();
    await late;
    return provider(refreshToken, until);
  };
  expect((await container().refresh(grant, grant, second, signal)).token).toBe('access-1');
  expect(kept().refresh_token).toBe(good);
});

test('an answer that could not be written is not lost with it: it is written with the next call', async () => {
  const one = container();
  const failing: Ask = async (refreshToken, until) => {
    isDown = true;
    return provider(refreshToken, until);
  };
  await expect(one.refresh(grant, grant, failing, signal)).rejects.toThrow('no network');
  isDown = false;
  expect((await one.current(grant, signal)).token).toBe('access-1');
  expect(kept()).toEqual({ token: 'access-1', refresh_token: 'refresh-1' });
});

test('a provider that does not answer leaves everything as it was, and the next may ask', async () => {
  const silent: Ask = async () => {
    throw new ProviderUnavailable('Notion did not answer');
  };
  await expect(container().refresh(grant, grant, silent, signal)).rejects.toThrow('did not answer');
  expect(stored.size).toBe(0);
  expect((await container().refresh(grant, grant, provider, signal)).token).toBe('access-1');
  expect(now).toBe(0);
});
