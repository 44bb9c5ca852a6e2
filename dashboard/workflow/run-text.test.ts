// Runs in words.
import { expect, test } from 'vitest';
import { errorText, inputText, startedBy } from './run-text.ts';

test.each([
  [null, ''],
  ['{}', ''],
  ['{"query":"is:unread","limit":20,"tags":["a"]}', 'query: is:unread, limit: 20, tags: ["a"]'],
  // What was cut is no JSON any more.
  ['{"query":"is:unread","body":"Dear…', 'query: is:unread, body: Dear…'],
  [
    '{"items":[{"title":"CSV \\"export\\"","repo":"acme/…',
    'items: [{"title":"CSV \\"export\\"","repo":"acme/"}]…',
  ],
  ['{"a":1,"b…', 'a: 1…'],
  ['{"a":1,"b":…', 'a: 1…'],
  ['{"a":1,…', 'a: 1…'],
  ['{"a":1,"b":tr…', 'a: 1…'],
  ['{"text":"half a \\u00…', 'text: half a …'],
  ['{"key…', '…'],
  ['{"id":9223372036854775807}', '{"id":9223372036854775807}'],
  ['"text"', '"text"'],
  ['{"a":"<img src=x onerror=alert(1)>"}', 'a: <img src=x onerror=alert(1)>'],
])('the inputs %s are shown as %s', (preview, text) => {
  expect(inputText({ input_preview: preview })).toBe(text);
});

test('what started a run is named as far as it is known', () => {
  const by = (trigger: Parameters<typeof startedBy>[0]['trigger']) => startedBy({ trigger });
  expect(by({ type: 'api', user: 'ada' })).toBe('ada');
  expect(by({ type: 'api', user: null })).toBe('A person');
  expect([by({ type: 'rerun', user: 'ada' }), by({ type: 'rerun', user: null })]).toEqual([
    'ada, again',
    'Rerun',
  ]);
  expect(by({ type: 'schedule' })).toBe('Schedule');
  expect(by({ type: 'webhook', delivery: 'x' })).toBe('Webhook');
  expect(by({ type: 'workflow', execution_id: 'triage_mail.1.2' })).toBe('triage_mail');
  expect(by(null)).toBeUndefined();
});

test('an error is told with its step', () => {
  expect(errorText({ error: { name: 'NotFound', step_id: 'issue', message: 'no such repository' } })).toEqual(
    {
      what: 'NotFound in issue',
      says: 'no such repository',
    },
  );
  expect(errorText({ error: { name: 'Stopped', step_id: null, message: '' } })?.what).toBe('Stopped');
  expect(errorText({ error: null })).toBeUndefined();
});
