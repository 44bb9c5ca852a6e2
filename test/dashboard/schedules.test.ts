// Schedules in a real browser: their next times, pausing, running now, by keyboard, on a phone, and when it fails.
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsInEveryLook, PHONE, startDashboard } from '../support/dashboard.ts';

const dashboard = await startDashboard({ seed: false });

const HOSTILE = '<img src=x onerror=alert(1)>';

describe.skipIf(!dashboard)('schedules', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const open = (options: Parameters<NonNullable<typeof dashboard>['open']>[0] = {}) =>
    started().open({ path: '/schedules', ...options });
  const schedule = async (id: string) => {
    const { body } = await started().call('GET', '/schedules');
    return body.items.find((item: { readonly id: string }) => item.id === id);
  };
  const rowOf = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

  beforeAll(async () => {
    const empty = await open();
    await empty.page.getByText('No workflow has a schedule yet').waitFor();
    await empty.page.context().close();
    const body = {
      id: 'digest',
      inputs: { name: { type: 'string', default: 'nobody' } },
      steps: [{ id: 'hello', transform: 'Hello {{ inputs.name }}' }],
      triggers: [
        { schedule: 'cron(0 9 ? * MON *)', timezone: 'America/New_York', input: { name: HOSTILE } },
        { schedule: 'cron(3/7 * * * ? *)', enabled: false },
        { schedule: 'at(2020-01-01T00:00:00)' },
      ],
    };
    const { status, body: answer } = await started().call('POST', '/workflows', { body });
    if (status !== 201) throw new Error(JSON.stringify(answer));
  });

  test('each says in words when it is due, and the next five times here, in UTC and in its own zone', async () => {
    const { page, complaints } = await open({ path: '' });
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Schedules' }).waitFor();
    const row = rowOf(page, 'Every Monday at 09:00, America/New_York');
    await row.getByText(/^Next in /).focus();
    await page.keyboard.press('Enter');
    const { next_times } = await schedule('digest.0');
    expect(await row.getByRole('columnheader').allTextContents()).toEqual([
      'Here (Europe/Berlin)',
      'UTC',
      'America/New_York',
    ]);
    const cells = await row.getByRole('cell').allTextContents();
    expect(cells).toHaveLength(15);
    const text = (time: string, timeZone: string) =>
      new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
        new Date(time),
      );
    for (const [index, time] of next_times.entries()) {
      const [berlin, utc, newYork] = cells.slice(index * 3);
      expect(berlin).toContain(`${text(time, 'Europe/Berlin')} CE`);
      expect(utc).toContain(`${text(time, 'UTC')} UTC`);
      expect(newYork).toMatch(/^Mon, .* 09:00 /);
    }
    // What no rule can say is shown as it is written.
    await rowOf(page, 'cron(3/7 * * * ? *), UTC').getByText('the workflow says so itself').waitFor();
    await rowOf(page, 'Once, on 1 January 2020 at 00:00').getByText('it is never due again').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a pause shows at once, names who paused, and ends', async () => {
    const { page } = await open();
    const row = rowOf(page, 'Every Monday');
    await row.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await row.getByText(/Paused by demo, /).waitFor();
    expect(await schedule('digest.0')).toMatchObject({ state: 'paused', paused_by: 'demo', next_times: [] });
    expect(
      await row
        .getByRole('button', { name: 'Resume' })
        .evaluate((it) => it === it.ownerDocument.activeElement),
    ).toBe(true);
    await page.keyboard.press('Enter');
    await row.getByText(/^Next in /).waitFor();
    expect((await schedule('digest.0')).state).toBe('enabled');
    await page.context().close();
  });

  test('a pause that is refused is taken back, and says why', async () => {
    const { page } = await open();
    const problem = {
      type: '/docs#precondition-failed',
      title: 'Changed meanwhile',
      status: 412,
      detail: 'grace saves it right now',
    };
    await page.route('**/pause', (route) =>
      route.fulfill({ status: 412, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    const row = rowOf(page, 'Every Monday');
    await row.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('It could not be paused. grace saves it right now').waitFor();
    await row.getByRole('button', { name: 'Pause' }).waitFor();
    await row.getByText(/^Next in /).waitFor();
    await page.context().close();
  });

  test('run now starts one run with the schedule’s input, and leads to it', async () => {
    const { page } = await open();
    await rowOf(page, 'Every Monday').getByRole('button', { name: 'Run now' }).dblclick();
    await page.waitForURL('**/app/runs/digest.*');
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    expect((await started().call('GET', `/executions/${id}`)).body.input).toEqual({ name: HOSTILE });
    await expect
      .poll(async () => (await started().call('GET', '/executions?workflow_id=digest')).body.items.length)
      .toBe(1);
    await page.context().close();
  });

  test('a viewer sees them, and who could act', async () => {
    const { page } = await open({ user: 'viewer' });
    await page.getByText('Pausing and running need an editor. You are logged in as viewer.').waitFor();
    for (const name of ['Pause', 'Run now'])
      expect(await rowOf(page, 'Every Monday').getByRole('button', { name }).isDisabled()).toBe(true);
    await page.context().close();
  });

  test('a failed request shows its problem with a retry, not an empty list', async () => {
    const { page } = await open({ user: null });
    const problem = { type: '/docs#unavailable', title: 'The service is busy', status: 403, detail: 'Later' };
    await page.route('**/schedules?*', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await page.getByLabel('User').fill('demo');
    await page.getByLabel('Password').fill('demo');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The service is busy').waitFor();
    expect(await page.getByText('No workflow has a schedule').count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Every Monday at 09:00').waitFor();
    await page.context().close();
  });

  test.each([
    ['in a window', {}],
    ['on a phone', { viewport: PHONE, hasTouch: true, isMobile: true }],
  ] as const)('axe finds nothing and nothing is cut: %s', async (_name, options) => {
    const { page } = await open(options);
    await page
      .getByText(/^Next in /)
      .first()
      .click();
    await page.getByText('Its input').click();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.context().close();
  });
});
