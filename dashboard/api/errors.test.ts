// What the errors of requests say, whoever has answered.
import { expect, test } from 'vitest';
import { ApiError, isNotThere, NetworkError, problemOf } from './errors.ts';

const error = (status: number, body: unknown) => new ApiError(status, problemOf(status, body));
const problem = (pointer: string) => ({ problems: [{ code: 'x', pointer, message: 'm' }] });

test.each([
  [error(404, {}), true],
  [error(400, problem('/path/id')), true],
  [error(400, problem('/query/limit')), false],
  [error(422, problem('/path/id')), false],
  [error(403, {}), false],
  [new NetworkError('away'), false],
  [undefined, false],
])('%s means that nothing has the id of the address: %s', (failure, isGone) => {
  expect(isNotThere(failure)).toBe(isGone);
});

test('the message is the detail, or else the title', () => {
  expect(error(409, { title: 'Taken', detail: 'There is one already' }).message).toBe('There is one already');
  expect(error(409, { title: 'Taken' }).message).toBe('Taken');
  expect(error(503, 'Service Unavailable').message).toBe('The service is busy');
  expect(error(418, null).message).toBe('The service answered 418');
});
