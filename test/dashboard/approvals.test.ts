// The inbox in a real browser: by keys alone, on a phone, with two people at once, with hostile texts, and while it is live.
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsInEveryLook, overflow, PHONE, startDashboard, violations } from '../support/dashboard.ts';
import { until } from '../support/until.ts';

const dashboard = await startDashboard({ seed: false });

const HOSTILE = '<img src=x onerror=alert(1)>"\'{{ $now() }} javascript:alert(1) \u202egnihtemos';

const workflow = (id: string, approval: object) => ({
  id,
  inputs: { what: { type: 'string' } },
  steps: [{ id: 'ask', approval: { message: '{{ inputs.what }}', ...approval } }],
});

describe.skipIf(!dashboard)('the inbox', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const open = (options: Parameters<NonNullable<typeof dashboard>['open']>[0] = {}) =>
    started().open({ path: '/approvals', ...options });
  const call = (...[method, path, options]: Parameters<NonNullable<typeof dashboard>['call']>) =>
    started().call(method, path, options);
  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
  const rows = (page: Page) => page.getByRole('list', { name: 'Approvals' }).getByRole('link');

  /** Starts a run, and waits until it asks. */
  async function ask(what: string, id = 'send'): Promise<string> {
    const { body } = await call('POST', `/workflows/${id}/executions`, { body: { input: { what } } });
    const approval = `${body.id}.ask`;
    await until(async () => {
      const { status } = await call('GET', `/approvals/${approval}`);
      if (status !== 200) throw new Error(`${approval} is not asked`);
    });
    return approval;
  }

  const statusOf = async (id: string) => (await call('GET', `/approvals/${id}`)).body;

  /** Nothing waits any more for the next test. */
  async function decideAll(): Promise<void> {
    const { body } = await call('GET', '/approvals?status=pending');
    for (const { id } of body.items) await call('POST', `/approvals/${id}`, { body: { decision: 'reject' } });
  }

  beforeAll(async () => {
    const details = { to: 'ada@acme.example', text: '{{ inputs.what }}', parts: [{ sum: 4217 }] };
    for (const body of [workflow('send', { details }), workflow('send_as_admin', { role: 'admin' })]) {
      const { status, body: answer } = await call('POST', '/workflows', { body });
      if (status !== 201) throw new Error(JSON.stringify(answer));
    }
  });

  test('without any it says how one comes about', async () => {
    const { page, complaints } = await open();
    await page.getByText('Nothing waits for a decision').waitFor();
    expect(await page.title()).toBe('Approvals · AI-Orchestra');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('two keys decide, the next one follows, and the count is right everywhere', async () => {
    const first = await ask('Send the first?');
    const second = await ask('Send the second?');
    const { page, complaints } = await open({ path: '' });
    await page.getByRole('link', { name: '2 waiting', exact: true }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await heading(page, 'Send the first?').waitFor();
    expect(await page.title()).toBe('(2) Approvals · AI-Orchestra');
    expect(await page.getByRole('link', { name: 'Approvals 2 waiting' }).count()).toBe(1);
    await page.getByText('4217').waitFor();
    await page.keyboard.press('y');
    expect((await statusOf(first)).status).toBe('pending');
    await page.keyboard.press('Enter');
    await heading(page, 'Send the second?').waitFor();
    await page.getByText('Approved by demo: Send the first?').waitFor();
    expect(await statusOf(first)).toMatchObject({ status: 'approved', decided_by: 'demo', comment: null });
    await expect.poll(() => page.title()).toBe('(1) Approvals · AI-Orchestra');

    await page.keyboard.press('c');
    await page.keyboard.type('not yes');
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Confirm: reject' }).waitFor();
    expect((await statusOf(second)).status).toBe('pending');
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.getByText('Rejected by demo: Send the second?').waitFor();
    expect(await statusOf(second)).toMatchObject({ status: 'rejected', comment: 'not yes' });
    await expect.poll(() => page.title()).toBe('Approvals · AI-Orchestra');
    expect(await page.getByRole('link', { name: /waiting/ }).count()).toBe(0);
    // Who comes later sees what was decided, and by whom.
    await page.reload();
    const decided = page.getByRole('region', { name: 'Decided lately' }).getByRole('link');
    await page.getByText('Nothing waits for a decision').waitFor();
    await expect
      .poll(() => decided.allInnerTexts())
      .toEqual([
        expect.stringMatching(/Send the second\?.*Rejected by demo/s),
        expect.stringMatching(/Send the first\?.*Approved by demo/s),
      ]);
    expect(await violations(page)).toEqual([]);
    await decided.last().click();
    await heading(page, 'Send the first?').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('j and k move along the list, the URL names the approval, and ? lists the keys', async () => {
    await ask('Send a?');
    const b = await ask('Send b?');
    const { page } = await open();
    await heading(page, 'Send a?').waitFor();
    await page.keyboard.press('j');
    await heading(page, 'Send b?').waitFor();
    expect(new URL(page.url()).searchParams.get('approval')).toBe(b);
    expect(await page.evaluate('document.activeElement.getAttribute("aria-current")')).toBe('true');
    await page.keyboard.press('k');
    await heading(page, 'Send a?').waitFor();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Approve, then Enter to confirm').waitFor();
    await dialog.getByText('Reject, then Enter to confirm').waitFor();
    await dialog.getByText('The next approval').waitFor();
    await page.context().close();
    const again = await open({ path: `/approvals?approval=${b}` });
    await heading(again.page, 'Send b?').waitFor();
    await again.page.context().close();
    await decideAll();
  });

  test('of two people who decide at once the second is told who was first', async () => {
    const id = await ask('Send it twice?');
    const other = await ask('Send another?');
    const { page } = await open();
    await heading(page, 'Send it twice?').waitFor();
    // The list does not hear of it in time.
    await page.route('**/approvals?*', (route) => route.abort());
    await page.keyboard.press('y');
    const token = await started().tokenOf('editor');
    await call('POST', `/approvals/${id}`, { body: { decision: 'reject', comment: 'too late' }, token });
    await page.keyboard.press('Enter');
    await page.getByText(/Your decision does not count\. Rejected by editor .*: Send it twice\?/).waitFor();
    await page.getByRole('button', { name: 'Show it' }).click();
    await heading(page, 'Send it twice?').waitFor();
    await page.getByText('too late').waitFor();
    expect(await page.getByRole('button', { name: 'Approve …' }).count()).toBe(0);
    expect((await statusOf(id)).decided_by).toBe('editor');
    expect((await statusOf(other)).status).toBe('pending');
    await page.context().close();
    await decideAll();
  });

  test('a decision that is refused is taken back, with its comment', async () => {
    const id = await ask('Send it now?');
    const { page } = await open();
    await heading(page, 'Send it now?').waitFor();
    const problem = {
      type: '/docs#unavailable',
      title: 'A service is busy',
      status: 503,
      detail: 'Try later',
    };
    let refused = 0;
    await page.route('**/approvals/*', async (route) => {
      if (route.request().method() !== 'POST' || refused++ > 0) return route.continue();
      await route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify(problem),
      });
    });
    await page.getByLabel('Comment (optional)').fill('as agreed');
    await page.getByRole('button', { name: 'Approve …' }).click();
    // A double click is no decision.
    await page.getByRole('button', { name: 'Approve …' }).dblclick();
    expect(refused).toBe(0);
    await page.getByRole('button', { name: 'Confirm: approve' }).click();
    await page.getByText('A service is busy. Try later').waitFor();
    await page.getByRole('button', { name: 'Approve …' }).waitFor();
    expect(await page.getByLabel('Comment (optional)').inputValue()).toBe('as agreed');
    expect((await statusOf(id)).status).toBe('pending');
    await page.keyboard.press('y');
    await page.keyboard.press('Enter');
    await page.getByText('Approved by demo: Send it now?').waitFor();
    expect((await statusOf(id)).comment).toBe('as agreed');
    await page.context().close();
  });

  test('new ones wait behind a button, and what others decided stays in its place', async () => {
    const a = await ask('Send old a?');
    await ask('Send old b?');
    const { page } = await open();
    await heading(page, 'Send old a?').waitFor();
    const b = rows(page).filter({ hasText: 'Send old b?' });
    await b.focus();
    const place = await b.boundingBox();
    await ask('Send new c?');
    await call('POST', `/approvals/${a}`, { body: { decision: 'approve' } });
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
    await rows(page).filter({ hasText: 'Send old a?' }).getByText('Approved by demo').waitFor();
    expect(await b.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect((await b.boundingBox())?.y).toBe(place?.y);
    expect(await rows(page).count()).toBe(2);
    // The one that is open says so, too.
    await heading(page, 'Send old a?').waitFor();
    expect(await page.getByRole('button', { name: 'Approve …' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show 1 new' }).click();
    await expect.poll(() => rows(page).count()).toBe(3);
    expect(await rows(page).first().textContent()).toContain('Send old b?');
    expect(await rows(page).last().textContent()).toContain('Send old a?');
    await page.context().close();
    await decideAll();
  });

  test('what needs an admin comes last for an editor, and nobody may decide above their role', async () => {
    await ask('For an admin?', 'send_as_admin');
    const id = await ask('For an editor?');
    const { page } = await open({ user: 'editor' });
    await heading(page, 'For an editor?').waitFor();
    await page.getByRole('link', { name: '1 waiting', exact: true }).waitFor();
    expect(await rows(page).last().textContent()).toContain('needs an admin');
    await page.keyboard.press('j');
    await page.getByText('This needs an admin. You are logged in as editor, editor.').waitFor();
    expect(await page.getByRole('button', { name: 'Approve …' }).isDisabled()).toBe(true);
    await page.context().close();

    const viewer = await open({ user: 'viewer', path: `/approvals?approval=${id}` });
    await viewer.page.getByText('This needs an editor. You are logged in as viewer, viewer.').waitFor();
    await viewer.page.keyboard.press('y');
    await viewer.page.keyboard.press('Enter');
    expect(await viewer.page.getByRole('button', { name: /^Confirm/ }).count()).toBe(0);
    expect(await viewer.page.getByRole('link', { name: /waiting/ }).count()).toBe(0);
    expect((await statusOf(id)).status).toBe('pending');
    await viewer.page.context().close();
    await decideAll();
  });

  test('on a phone one decides with the thumb: list, question, decision, next', async () => {
    await ask('Phone a?');
    const b = await ask('Phone b?');
    const { page } = await open({ viewport: PHONE, hasTouch: true, isMobile: true });
    await rows(page).filter({ hasText: 'Phone b?' }).tap();
    await heading(page, 'Phone b?').waitFor();
    expect(await rows(page).first().isVisible()).toBe(false);
    for (const name of ['Approve …', 'Reject …']) {
      const box = await page.getByRole('button', { name }).boundingBox();
      expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
    }
    expect(await overflow(page)).toBe(0);
    await page.getByRole('button', { name: 'Reject …' }).tap();
    await page.getByRole('button', { name: 'Confirm: reject' }).tap();
    await page.getByText('Rejected by demo: Phone b?').waitFor();
    await heading(page, 'Phone a?').waitFor();
    expect((await statusOf(b)).status).toBe('rejected');
    await page.getByRole('link', { name: 'All approvals' }).tap();
    await expect.poll(() => rows(page).first().isVisible()).toBe(true);
    await page.context().close();
    await decideAll();
  });

  test('texts of strangers are text, and links lead nowhere', async () => {
    await ask(`${HOSTILE} ${'long'.repeat(200)}`);
    const { page, complaints } = await open({ viewport: PHONE });
    await rows(page).first().click();
    await page.getByRole('heading', { name: '<img src=x onerror=alert(1)>' }).waitFor();
    await page.getByRole('heading', { name: 'Details' }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('main a[href^="javascript"]').count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
    await decideAll();
  });

  test('a failed request shows its problem with a retry, not an empty inbox', async () => {
    const { page } = await open({ user: null });
    const problem = {
      type: '/docs#forbidden',
      title: 'The role does not allow this',
      status: 403,
      detail: 'Ask ada',
    };
    await page.route('**/approvals?*', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await page.getByLabel('User').fill('demo');
    await page.getByLabel('Password').fill('demo');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The role does not allow this').waitFor();
    expect(await page.getByText('Nothing waits').count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing waits for a decision').waitFor();
    await page.context().close();
  });

  test('axe finds nothing and nothing is cut', async () => {
    await ask('Send it to everybody?');
    await ask('Delete everything?', 'send_as_admin');
    const { page } = await open();
    await rows(page).first().click();
    await page.getByText('4217').waitFor();
    await page.getByRole('button', { name: 'Approve …' }).click();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.context().close();
    await decideAll();
  });
});
