// The filters of the list of runs, as the API is asked.
import { expect, test } from 'vitest';
import { readSearch, writeSearch } from '../../frame/search.ts';
import { countFilters, filterShape, isoTime, localTime, noFilters, queryOf } from './filters.ts';

const NOW = Date.UTC(2026, 2, 8, 12);
const asked = (search: string) => queryOf(readSearch(filterShape, search), NOW);

test('each filter becomes one of the API, and what is not chosen is not asked for', () => {
  expect(asked('')).toEqual({});
  expect(
    asked('?workflow=triage_mail&status=failed&trigger=webhook&error=Not+Found&step=issue&id=3f'),
  ).toEqual({
    workflow_id: 'triage_mail',
    status: 'failed',
    trigger: 'webhook',
    error: 'Not Found',
    step: 'issue',
    id: '3f',
  });
  expect(asked('?status=lost&trigger=none&time=year&id=%20%20')).toEqual({});
});

test('a span ends now, and one of one’s own is taken as far as it is a time', () => {
  expect(asked('?time=hour')).toEqual({ since: '2026-03-08T11:00:00.000Z' });
  expect(asked('?time=week')).toEqual({ since: '2026-03-01T12:00:00.000Z' });
  expect(asked('?time=custom&since=2026-03-01T00:00:00.000Z&until=never')).toEqual({
    since: '2026-03-01T00:00:00.000Z',
  });
  // Without the span they mean nothing.
  expect(asked('?since=2026-03-01T00:00:00.000Z')).toEqual({});
});

test('a field of a date and a time has the local time, and gives it back', () => {
  const iso = '2026-03-08T12:34:00.000Z';
  expect(isoTime(localTime(iso))).toBe(iso);
  expect([localTime('never'), isoTime('')]).toEqual(['', undefined]);
});

test('clearing leaves no filter in the address, and the two ends of a time count as one', () => {
  const search =
    '?status=failed&time=custom&since=2026-03-01T00%3A00%3A00.000Z&until=2026-03-02T00%3A00%3A00.000Z';
  expect(countFilters(readSearch(filterShape, search))).toBe(2);
  expect(writeSearch(filterShape, search, noFilters)).toBe('');
});
