// The keys of the lines that a request logs.
import { afterEach, expect, test, vi } from 'vitest';
import { apiChain, apiEvent } from '../../../test/support/api-event.ts';
import { CapturedLogger } from '../../../test/support/captured-logger.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { loggerContext } from './logger-context.ts';

afterEach(() => vi.unstubAllEnvs());

function logging(during: (logger: CapturedLogger) => void) {
  const logger = new CapturedLogger({ serviceName: 'api-test' });
  const handler = apiChain()
    .use(loggerContext(logger))
    .handler(async () => {
      during(logger);
      return { statusCode: 204 };
    });
  return { logger, handler };
}

test('a line names the request, the route and the user beside what Lambda says', async () => {
  const { logger, handler } = logging((own) => own.info('served'));
  await handler(apiEvent({}, { user: 'ada', roles: 'viewer' }), lambdaContext());
  expect(logger.lines).toEqual([
    expect.objectContaining({
      message: 'served',
      service: 'api-test',
      request_id: 'id/1',
      route: 'GET /health',
      user: 'ada',
      function_request_id: '6f0c2c5e-0000-4000-8000-000000000000',
      function_name: 'ai-orchestra-test-action',
    }),
  ]);
});

test('without a caller there is no user', async () => {
  const { logger, handler } = logging((own) => own.info('served'));
  await handler(apiEvent(), lambdaContext());
  expect(logger.lines[0]).not.toHaveProperty('user');
});

test.each([
  ['has been answered', () => {}],
  [
    'has failed',
    () => {
      throw new Error('x');
    },
  ],
])('the keys are gone when the request %s', async (_, during) => {
  const { logger, handler } = logging(during);
  await handler(apiEvent({}, { user: 'ada', roles: '' }), lambdaContext()).catch(() => undefined);
  logger.info('between requests');
  expect(logger.lines[0]).not.toHaveProperty('user');
  expect(logger.lines[0]).not.toHaveProperty('route');
});

test('the event, which holds the token, is not logged when the environment asks for it', async () => {
  vi.stubEnv('POWERTOOLS_LOGGER_LOG_EVENT', 'true');
  const { logger, handler } = logging(() => {});
  await handler(apiEvent({ headers: { authorization: 'Bearer hush' } }), lambdaContext());
  expect(logger.lines).toEqual([]);
});
