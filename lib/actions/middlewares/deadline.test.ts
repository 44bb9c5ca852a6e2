// A call ends before its Lambda is ended.
import { expect, test } from 'vitest';
import { actionChain } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { NotFound, ProviderUnavailable } from '../../errors.ts';
import { deadline, earlyTimeout } from './deadline.ts';

const MARGIN_MS = 20;

const chain = () => actionChain(earlyTimeout(MARGIN_MS)).use(deadline(MARGIN_MS));
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('the signal aborts and the call fails, with the time that it had, also when nobody heeds the signal', async () => {
  const signals: AbortSignal[] = [];
  const handler = chain().handler((_event, _context, { signal }) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  const call = handler({}, lambdaContext({ remainingMs: 120 }));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  await expect(call).rejects.toEqual(new ProviderUnavailable('The provider did not answer in time (0.1 s)'));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test('the deadline wins over what the aborted work throws', async () => {
  const handler = chain().handler(async (_event, _context, { signal }) => {
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new NotFound('cut off')));
    });
    return {};
  });
  await expect(handler({}, lambdaContext({ remainingMs: 30 }))).rejects.toThrow(ProviderUnavailable);
});

test('with less time left than the margin it fails at once', async () => {
  const handler = chain().handler(() => new Promise(() => {}));
  await expect(handler({}, lambdaContext({ remainingMs: 5 }))).rejects.toThrow(
    'The provider did not answer in time (0 s)',
  );
});

test('an error of the work itself stays what it is', async () => {
  const error = new NotFound('x');
  const handler = chain().handler(() => Promise.reject(error));
  await expect(handler({}, lambdaContext())).rejects.toBe(error);
});

test.each([
  ['succeeded', 20_000, async () => ({})],
  ['failed', 20_000, () => Promise.reject(new NotFound('x'))],
  ['run out of time', 30, () => new Promise<never>(() => {})],
])('no timer is left when the call has %s', async (_, remainingMs, run) => {
  const before = timers();
  const call = chain()
    .handler(run)({}, lambdaContext({ remainingMs }))
    .catch(() => undefined);
  await call;
  expect(timers()).toBe(before);
});
