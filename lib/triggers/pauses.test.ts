// Pauses of schedules, over saves that keep, change, move, remove and bring back their triggers.
import { expect, test } from 'vitest';
import type { WorkflowDocument } from '../stores/workflows.ts';
import type { Trigger } from '../workflow-format/triggers.ts';
import { scheduleNames } from './desired-schedules.ts';
import { keepPauses, pauseOf, withoutPauses, withPause } from './pauses.ts';

const DAILY: Trigger = { schedule: 'cron(0 9 * * ? *)', timezone: 'Europe/Berlin' };
const HOURLY: Trigger = { schedule: 'rate(1 hour)' };
const WEEKLY: Trigger = { schedule: 'rate(7 days)' };
const BY_ADA = { paused_by: 'ada', paused_at: '2026-01-02T00:00:00.000Z' };
const HOOK: Trigger = { webhook: { verify: 'github' } };

const workflow = (...triggers: Trigger[]) => ({ id: 'w', triggers, steps: [] });
const document = (...triggers: Trigger[]): WorkflowDocument => ({
  workflow: workflow(...triggers),
  version: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  updated_by: 'ada',
  state_machine_version_arn: 'arn:1',
});
/** `enabled` of each trigger after a save of the triggers, as an author writes them. */
const saved = (before: WorkflowDocument, ...triggers: Trigger[]) => {
  const kept = keepPauses(before, workflow(...triggers));
  return { ...before, workflow: kept.workflow, paused_schedules: kept.paused_schedules };
};
const enabled = ({ workflow: { triggers = [] } }: WorkflowDocument) =>
  triggers.map((trigger) => trigger.enabled);

test('a paused schedule is paused after a save that says nothing of it, or that it is enabled', () => {
  const paused = withPause(document(DAILY, HOURLY), 1, BY_ADA);
  expect(enabled(paused)).toEqual([undefined, false]);
  expect(enabled(saved(paused, DAILY, HOURLY))).toEqual([undefined, false]);
  expect(enabled(saved(paused, DAILY, { ...HOURLY, enabled: true }))).toEqual([undefined, false]);
  expect(enabled(saved(saved(paused, DAILY, HOURLY), DAILY, HOURLY))).toEqual([undefined, false]);
  expect(enabled(saved(paused, DAILY, { ...HOURLY, input: { a: 1 } }))).toEqual([undefined, false]);
});

test('a second pause, and the end of it, leave the first one', () => {
  const both = withPause(withPause(document(DAILY, HOURLY), 0, BY_ADA), 1, BY_ADA);
  expect(enabled(both)).toEqual([false, false]);
  expect(enabled(saved(both, DAILY, HOURLY))).toEqual([false, false]);
  const resumed = withPause(both, 1, undefined);
  expect(enabled(saved(resumed, DAILY, HOURLY))).toEqual([false, undefined]);
});

test('the document says who paused which schedule, once each, and nothing of what is no schedule', () => {
  const [daily = ''] = scheduleNames(workflow(DAILY)).values();
  const [hourly = ''] = scheduleNames(workflow(HOURLY)).values();
  const BY_BO = { paused_by: 'bo', paused_at: '2026-01-03T00:00:00.000Z' };
  const both = withPause(withPause(document(DAILY, HOURLY), 0, BY_ADA), 1, BY_BO);
  expect(both.paused_schedules).toEqual([
    { name: daily, ...BY_ADA },
    { name: hourly, ...BY_BO },
  ]);
  expect(withPause(both, 0, BY_BO).paused_schedules).toEqual([
    { name: hourly, ...BY_BO },
    { name: daily, ...BY_BO },
  ]);
  expect(withPause(both, 1, undefined).paused_schedules).toEqual([{ name: daily, ...BY_ADA }]);
  const hooked = document(HOOK, DAILY);
  expect(withPause(hooked, 0, BY_ADA)).toEqual({ ...hooked, paused_schedules: [] });
});

test('the workflow as its author wrote it is enabled where somebody paused it, and there alone', () => {
  const disabled: Trigger = { ...WEEKLY, enabled: false };
  const paused = withPause(document(DAILY, HOOK, disabled, { ...HOURLY, enabled: true }), 0, BY_ADA);
  const { workflow: stored, paused_schedules = [] } = paused;
  expect(withoutPauses({ workflow: stored, paused_schedules })).toEqual(
    workflow(DAILY, HOOK, disabled, { ...HOURLY, enabled: true }),
  );
  expect(withoutPauses({ workflow: stored, paused_schedules: [] })).toBe(stored);
  const { triggers: _, ...untriggered } = stored;
  expect(withoutPauses({ workflow: untriggered, paused_schedules })).toBe(untriggered);
});

test('the save says which schedules stay paused', () => {
  const paused = withPause(document(DAILY, HOURLY), 1, BY_ADA);
  expect(keepPauses(paused, workflow(DAILY, HOURLY)).warnings).toEqual([
    {
      code: 'schedule-paused',
      pointer: '/triggers/1',
      message: 'The schedule was paused and stays so: saving a workflow resumes none',
      hint: 'POST /schedules/w.1/resume starts it again.',
    },
  ]);
  expect(keepPauses(paused, workflow(DAILY, { ...HOURLY, enabled: false })).warnings).toEqual([]);
  expect(keepPauses(document(DAILY, HOURLY), workflow(DAILY, HOURLY)).warnings).toEqual([]);
});

test('a resumed schedule is enabled after the next save', () => {
  const resumed = withPause(withPause(document(DAILY), 0, BY_ADA), 0, undefined);
  expect([enabled(resumed), resumed.paused_schedules]).toEqual([[true], []]);
  expect(enabled(saved(resumed, DAILY))).toEqual([undefined]);
});

test('a pause goes with its schedule, wherever that moves', () => {
  const paused = withPause(document(DAILY, HOURLY), 0, BY_ADA);
  expect(enabled(saved(paused, HOOK, HOURLY, DAILY))).toEqual([undefined, undefined, false]);
  expect(enabled(saved(paused, HOURLY))).toEqual([undefined]);
  // Where a new one has come into its place.
  expect(enabled(saved(paused, WEEKLY, DAILY))).toEqual([undefined, false]);
});

test('a schedule with another time in the place of a paused one is paused', () => {
  const paused = withPause(document(DAILY, HOURLY), 0, BY_ADA);
  const changed = saved(paused, WEEKLY, HOURLY);
  expect(enabled(changed)).toEqual([false, undefined]);
  expect(enabled(saved(changed, DAILY, HOURLY))).toEqual([false, undefined]);
  // One that is added beside it is not.
  expect(enabled(saved(paused, DAILY, HOURLY, WEEKLY))).toEqual([false, undefined, undefined]);
});

test('a schedule that was taken out is paused when it comes back', () => {
  const paused = withPause(document(HOURLY, DAILY), 1, BY_ADA);
  const without = saved(paused, HOURLY);
  expect(enabled(without)).toEqual([undefined]);
  expect(enabled(saved(without, HOURLY, DAILY))).toEqual([undefined, false]);
  const back = saved(without, HOURLY, DAILY);
  expect(enabled(saved(withPause(back, 1, undefined), HOURLY, DAILY))).toEqual([undefined, undefined]);
});

test('of two schedules with the same time only the paused one is', () => {
  const paused = withPause(document(HOURLY, { ...HOURLY, input: { a: 1 } }), 1, BY_ADA);
  expect(enabled(saved(paused, HOURLY, { ...HOURLY, input: { a: 1 } }))).toEqual([undefined, false]);
});

test('what the author disables is the author’s to enable', () => {
  const disabled = document({ ...DAILY, enabled: false });
  expect(enabled(saved(disabled, DAILY))).toEqual([undefined]);
  expect(enabled(withPause(disabled, 0, undefined))).toEqual([true]);
});

test('who paused a schedule is known until it is resumed, after saves and changes of its time too', () => {
  const paused = withPause(document(DAILY, HOURLY), 1, BY_ADA);
  expect([pauseOf(paused, 0), pauseOf(paused, 1)]).toMatchObject([undefined, BY_ADA]);
  const [weekly] = scheduleNames(workflow(WEEKLY)).values();
  expect(pauseOf(saved(paused, DAILY, WEEKLY), 1)).toEqual({ name: weekly, ...BY_ADA });
  expect(pauseOf(withPause(paused, 1, undefined), 1)).toBeUndefined();
});
