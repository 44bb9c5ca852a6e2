// Home in a real browser: for a new user, with failures, each part failing by itself, and nothing that executes.
import { describe, expect, test } from 'vitest';
import { faultsInEveryLook, logIn, startDashboard, violations } from '../support/dashboard.ts';
import { indexedRuns, indexRow } from '../support/index-rows.ts';

const dashboard = await startDashboard();
const HOSTILE = '<img src=x onerror="document.title=`taken`">';
const LONG = 'AnErrorWithANameAsLongAsSomeProvidersGiveThemSinceNobodyEverSaidThatTheyMustNot';

describe.skipIf(!dashboard)('Home', () => {
  if (!dashboard) return;
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

  test('a new user is led to a workflow that can be started', async () => {
    const { page, complaints } = await dashboard.open();
    await page.getByRole('heading', { name: 'Start your first workflow' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/app/home');
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Start your first workflow',
      'Nothing failed since yesterday',
      'Nothing runs',
      'Nothing waits for an answer',
      expect.stringMatching(/ due/),
    ]);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: /and start it$/ }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/app/workflows/simple_ai_completion');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('what failed is told by error and step, what runs as a number, and each leads to its runs', async () => {
    const { index, add } = indexedRuns(dashboard);
    const failed = (name: string, step_id: string | null, message: string) => ({
      status: 'failed' as const,
      error: { name, step_id, message },
    });
    const rerun = { trigger: { type: 'rerun', user: 'demo' } as const };
    await add([
      indexRow(
        'triage_mail.a',
        ago(50),
        failed('NotFound', 'issue', 'the repository acme/handbok does not exist'),
      ),
      indexRow('triage_mail.b', ago(90), {
        ...failed('NotFound', 'issue', 'an older one'),
        status: 'timed_out',
      }),
      indexRow('weekly_digest.c', ago(3 * 3600), failed(HOSTILE, null, HOSTILE)),
      indexRow('weekly_digest.d', ago(4 * 3600), failed(LONG, 'a_step', `${LONG}${LONG}${LONG}`)),
      indexRow('weekly_digest.f', ago(5 * 3600), {
        ...failed('Throttled', 'a_step', 'too many'),
        mended_by: 'weekly_digest.g',
      }),
      indexRow('weekly_digest.g', ago(4.5 * 3600), { ...rerun, rerun_of: 'weekly_digest.f' }),
      indexRow('weekly_digest.e', ago(2 * 86_400), failed('TooOld', 'a_step', 'two days ago')),
    ]);
    await index.started(indexRow('triage_mail.r', ago(5), { status: 'running', ended_at: null }));
    const { page, complaints } = await dashboard.open();
    const failures = page.getByRole('region', { name: '4 runs failed since yesterday' });
    await failures.waitFor();
    expect(await page.getByText('Start your first workflow').count()).toBe(0);
    await failures.getByText('1 more run failed and was mended: a rerun of it has succeeded.').waitFor();
    const items = failures.getByRole('listitem');
    expect(await items.count()).toBe(3);
    expect(await items.first().innerText()).toMatch(
      /NotFound in issue\s+2 ×\s+the repository acme\/handbok does not exist\s+Latest: triage_mail, \d+ (s|min) ago/,
    );
    expect(await page.locator('main img').count()).toBe(0);
    await page.getByRole('link', { name: '1 run is going on' }).waitFor();
    await items.first().getByRole('link', { name: 'NotFound in issue' }).click();
    await expect.poll(() => page.url()).toMatch(/\/app\/runs\?error=NotFound&step=issue&time=day$/);
    await page.getByText('2 runs, the latest first').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: '4 runs failed since yesterday' }).click();
    // One of them has timed out, and one was mended.
    await page.getByText('5 runs, the latest first').waitFor();
    await page.getByRole('link', { name: 'Mended by a rerun' }).waitFor();
    await page.getByLabel('Status').selectOption('');
    await page.getByRole('link', { name: 'demo, again' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Mended by a rerun' }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/app/runs/weekly_digest.g');
    await page.goBack();
    await page.goBack();
    await page.getByRole('link', { name: 'triage_mail' }).first().click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/app/runs/triage_mail.a');
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });

  test('a part that fails says so with a retry, and the others are there', async () => {
    const { page } = await dashboard.open({ user: null });
    await page.route('**/approvals*', (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'The role does not allow this', status: 403 }),
      }),
    );
    await logIn(page, 'demo');
    await page.getByRole('alert').getByText('The role does not allow this').waitFor();
    await page.getByRole('heading', { name: '4 runs failed since yesterday' }).waitFor();
    expect(await page.getByText('Nothing waits for an answer').count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing waits for an answer').waitFor();
    await page.context().close();
  });

  test('an approval that waits is named to who may decide it', async () => {
    const steps = [{ id: 'ask', approval: { message: 'Send the digest?', role: 'admin' } }];
    await dashboard.call('POST', '/workflows', { body: { id: 'asking', name: 'Asking', steps } });
    const started = await dashboard.call('POST', '/workflows/asking/executions');
    expect(started.status).toBe(202);
    const { page } = await dashboard.open();
    await page.getByRole('heading', { name: '1 approval waits for you' }).waitFor();
    const name = 'Waiting: Send the digest?';
    const running = page.getByRole('region', {
      name: '2 runs are going on, 1 of them waits for an answer',
      exact: true,
    });
    await running.getByRole('listitem').filter({ hasText: 'asking' }).getByRole('link', { name }).waitFor();
    expect(await running.getByRole('link', { name }).count()).toBe(1);
    await page.getByRole('link', { name: 'Send the digest?', exact: true }).click();
    await page.getByRole('heading', { name: 'Send the digest?' }).waitFor();
    expect(new URL(page.url()).searchParams.get('approval')).toBe(`${started.body.id}.ask`);
    await page.context().close();
    const editor = await dashboard.open({ user: 'editor' });
    await editor.page.getByRole('heading', { name: '1 waits for somebody else' }).waitFor();
    await editor.page.context().close();
  });

  test('a run that asks somebody is told to wait in every list, until it is answered', async () => {
    const asked = (await dashboard.call('GET', '/approvals?status=pending')).body.items[0];
    const viewer = await dashboard.open({ user: 'viewer', path: '/runs?status=running' });
    const { page } = viewer;
    const rowOf = (text: string) => page.getByRole('row').filter({ hasText: text });
    await rowOf('asking').getByRole('link', { name: 'Waiting: Send the digest?' }).waitFor();
    await rowOf('triage_mail').getByText('Running').waitFor();
    await page.goto(`${dashboard.apiUrl}/app/workflows`);
    await rowOf('asking').getByText('Waiting').waitFor();
    await page.getByRole('link', { name: 'Asking' }).click();
    const runs = page.getByRole('table', { name: 'Recent runs' });
    await runs.getByRole('link', { name: 'Waiting: Send the digest?' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await dashboard.call('POST', `/approvals/${asked.id}`, { body: { decision: 'approve' } });
    await runs.getByText('Succeeded').waitFor();
    expect(await runs.getByText('Waiting').count()).toBe(0);
    await page.context().close();
  });

  test('axe finds nothing and nothing is cut', async () => {
    const { page } = await dashboard.open();
    await page.getByRole('heading', { name: '4 runs failed since yesterday' }).waitFor();
    await page.getByRole('heading', { name: / due/ }).waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.context().close();
  });
});
