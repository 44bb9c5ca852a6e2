// What a step asks: how it is stored, and what holds of an earlier decision when the step is tried again.
import { createHash } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { ApprovalStore } from '../stores/approvals.ts';
import { requestApproval } from './request.ts';
import { decision, ID, NOW, now, overtaken, startApprovalBench, waiting } from './testing/approvals.ts';

const bench = await startApprovalBench();
let store: ApprovalStore;
beforeEach(async () => {
  store = await bench.renew();
});
afterAll(() => bench.close());

const question = { message: 'Go?', role: 'editor', on_timeout: 'fail' };
const ask = (more: object = {}, other: Partial<ApprovalStore> = {}) =>
  requestApproval(
    {
      input: question,
      ...{ approval_id: ID, task_token: 'token', timeout_seconds: 90, execution: { id: 'arn:run' } },
      ...more,
    },
    { store: { ...store, ...other }, sfn: bench.sfn, now },
  );
const asked = { ...waiting, requested_at: NOW, expires_at: '2026-01-01T12:01:30.000Z' };

test('is stored with when it expires, and with a digest of what it is about', async () => {
  expect(await ask()).toEqual({ approval_id: ID });
  expect([await bench.stored(), await bench.openIds()]).toEqual([asked, [ID]]);
  await ask({ about: [{ a: 1 }] });
  const about = createHash('sha256').update('[{"a":1}]').digest('hex');
  expect([await bench.stored(), bench.asked]).toEqual([{ ...asked, about }, []]);
});

test.each<[string, object, boolean]>([
  ['the same question', {}, true],
  ['another message', { input: { ...question, message: 'Now?' } }, false],
  ['other details', { input: { ...question, details: 1 } }, false],
  ['another role', { input: { ...question, role: 'admin' } }, false],
  ['another item', { about: [2] }, false],
  ['something else to do when nobody answers', { input: { ...question, on_timeout: 'approve' } }, true],
])('a step that was decided is tried again with %s', async (_, more, isKept) => {
  await ask();
  await bench.replace({ ...asked, decision });
  await ask({ ...more, task_token: 'second' });
  expect(await bench.stored()).toMatchObject(
    isKept ? { task_token: null, decision } : { task_token: 'second', decision: null },
  );
  expect(bench.asked.map(([, input]) => input)).toMatchObject(isKept ? [{ taskToken: 'second' }] : []);
  expect(await bench.openIds()).toEqual(isKept ? [] : [ID]);
});

test('one that was decided at that moment keeps the decision', async () => {
  await ask();
  const late = overtaken(store, 1, () => bench.replace({ ...asked, decision }));
  await ask({ task_token: 'second' }, late);
  expect(await bench.stored()).toEqual({ ...asked, task_token: null, decision });
});

test('what the compiler does not emit is refused with its place, and without its value', async () => {
  const wrong = ask({ timeout_seconds: 0, approval_id: 'secret', task_token: '', execution: {} });
  await expect(wrong).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringMatching(
      /^The approval cannot be asked for: \/approval_id: [^;]+; \/task_token: [^;]+; \/timeout_seconds: [^;]+; \/execution\/id: [^;]+$/,
    ),
  });
  await expect(wrong).rejects.not.toThrow(/secret/);
  expect(await bench.openIds()).toEqual([]);
});
