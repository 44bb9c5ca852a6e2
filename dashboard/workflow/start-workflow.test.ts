// Whether a start that failed is sent again with the same key.
import { expect, test } from 'vitest';
import { ApiError, NetworkError, problemOf } from '../api/errors.ts';
import { isExpress, mayHaveStarted } from './start-workflow.ts';

const refused = (status: number) => new ApiError(status, problemOf(status, undefined));

test.each([
  [new NetworkError('No answer came'), true],
  [refused(500), true],
  [refused(503), true],
  [refused(429), false],
  [refused(422), false],
  [refused(400), false],
])('after %s a run may have started: %s', (error, may) => expect(mayHaveStarted(error)).toBe(may));

test('only an Express workflow is started without a key', () => {
  expect([
    isExpress({ id: 'w', type: 'express' }),
    isExpress({ id: 'w', type: 'standard' }),
    isExpress({ id: 'w' }),
  ]).toEqual([true, false, false]);
});
