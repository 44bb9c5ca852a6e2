// Addresses of requests.
import { expect, test } from 'vitest';
import { target } from './target.ts';

test('parameters of the path and the query are encoded, what is not given is left out', () => {
  expect(
    target('GET /executions/{id}/log', {
      params: { id: 'a.b+c/d' },
      query: { limit: 3, cursor: undefined, q: 'ü&=' },
    }),
  ).toEqual({ method: 'GET', address: '/executions/a.b%2Bc%2Fd/log?limit=3&q=%C3%BC%26%3D' });
});

test('a parameter that is missing is no request to another address', () => {
  expect(() => target('GET /executions/{id}', { params: { id: '' } })).toThrow('needs the parameter id');
});
