// The list of runs in a real browser: filters in the URL, live rows that move nothing, keys, actions on many, many rows.
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsInEveryLook, startDashboard } from '../support/dashboard.ts';
import { indexedRuns, indexRow } from '../support/index-rows.ts';

const dashboard = await startDashboard();
const HOSTILE = '<img src=x onerror="document.title=`taken`">{{7*7}}\u202e"\'&';

const LONG = 'a_workflow_with_a_name_as_long_as_names_may_get_.one';

describe.skipIf(!dashboard)('the list of runs', () => {
  if (!dashboard) return;
  const { index, add } = indexedRuns(dashboard);
  const now = Date.now();
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const failure = {
    name: 'NotFound',
    step_id: 'issue',
    message: 'the repository acme/handbok does not exist',
  };
  const MANY = 1500;

  const rowsOf = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('cell') });
  const names = (page: Page) =>
    rowsOf(page).evaluateAll((rows) => rows.map((row) => row.querySelector('a')?.getAttribute('title')));
  const namesAre = (page: Page, expected: readonly string[]) =>
    expect.poll(() => names(page)).toEqual(expected);
  const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

  beforeAll(async () => {
    await add([
      indexRow('weekly_digest.one', ago(60), { trigger: { type: 'schedule' } }),
      indexRow('triage_mail.two', ago(120), {
        status: 'failed',
        error: failure,
        input_preview: '{"query":"is:unread"}',
        tokens: 1204,
        cost_usd: 0.0123,
      }),
      indexRow('triage_mail.three', ago(7200), {
        status: 'failed',
        error: { name: 'RateLimited', step_id: 'ask', message: HOSTILE },
        input_preview: JSON.stringify({ text: HOSTILE }),
        trigger: { type: 'api', user: HOSTILE },
      }),
      indexRow('triage_mail.four', ago(2 * 86_400), {
        status: 'aborted',
        trigger: { type: 'webhook', delivery: null },
      }),
      indexRow(LONG, ago(8 * 86_400)),
      ...Array.from({ length: MANY }, (_, n) => indexRow(`answer_issue.${n}`, ago(30 * 86_400 + n))),
    ]);
  });

  const recent = ['weekly_digest.one', 'triage_mail.two', 'triage_mail.three', 'triage_mail.four'];

  test('each filter ends in the URL, and a reload shows the same', async () => {
    const { page, complaints } = await dashboard.open({ path: '/runs?time=week' });
    await namesAre(page, recent);
    const steps: readonly [choose: () => Promise<unknown>, search: object, expected: readonly string[]][] = [
      [
        () => page.getByLabel('Workflow').selectOption('triage_mail'),
        { workflow: 'triage_mail', time: 'week' },
        recent.slice(1),
      ],
      [
        () => page.getByLabel('Started', { exact: true }).selectOption('day'),
        { workflow: 'triage_mail', time: 'day' },
        recent.slice(1, 3),
      ],
      [
        () => page.getByLabel('Status').selectOption('failed'),
        { workflow: 'triage_mail', time: 'day', status: 'failed' },
        recent.slice(1, 3),
      ],
      [
        () => page.getByLabel('Error').fill('NotFound'),
        { workflow: 'triage_mail', time: 'day', status: 'failed', error: 'NotFound' },
        ['triage_mail.two'],
      ],
    ];
    for (const [choose, search, expected] of steps) {
      await choose();
      await namesAre(page, expected);
      expect(searchOf(page)).toEqual(search);
      await page.reload();
      await namesAre(page, expected);
    }
    expect(await page.getByLabel('Error').inputValue()).toBe('NotFound');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(searchOf(page)).toEqual({});
    await page.getByLabel('Started by').selectOption('webhook');
    await namesAre(page, ['triage_mail.four']);
    await page.getByLabel('Started by').selectOption('');
    await page.getByLabel('Failed in step').fill('ask');
    await namesAre(page, ['triage_mail.three']);
    await page.getByLabel('Failed in step').fill('');
    await page.getByLabel('Run’s id').fill('four');
    await namesAre(page, ['triage_mail.four']);
    expect(searchOf(page)).toEqual({ id: 'four' });
    await page.getByLabel('Run’s id').fill('nothing');
    await page.getByText('No run matches these filters').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a row says when, how long, with what and by whom it ran, and a red one why it is red', async () => {
    const { page, complaints } = await dashboard.open({ path: '/runs?time=week' });
    await namesAre(page, recent);
    const row = rowsOf(page).filter({ hasText: 'NotFound' });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      expect.any(String),
      expect.stringContaining('triage_mail'),
      'Failed',
      'query: is:unread\nNotFound in issue the repository acme/handbok does not exist',
      expect.stringMatching(/^\d+ (s|min) ago$/),
      '1.0 s',
      '1,204',
      'demo',
    ]);
    expect(await rowsOf(page).getByTitle('They cost $0.012').allInnerTexts()).toEqual(['1,204']);
    const hostile = rowsOf(page).filter({ hasText: 'RateLimited' });
    expect(await hostile.innerText()).toContain('<img src=x');
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('Runs · AI-Orchestra');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('new runs wait while somebody reads, and nothing moves; they come by themselves where nobody does', async () => {
    const { page } = await dashboard.open({ path: '/runs?workflow=email_to_notion' });
    await page.getByText('No run matches these filters').waitFor();
    await add([indexRow('email_to_notion.a', ago(3))]);
    await namesAre(page, ['email_to_notion.a']);
    await page.getByRole('checkbox', { name: 'Select email_to_notion a' }).check();
    await add([indexRow('email_to_notion.b', ago(2)), indexRow('email_to_notion.c', ago(1))]);
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await names(page)).toEqual(['email_to_notion.a']);
    expect(await page.evaluate('document.activeElement.type')).toBe('checkbox');
    await page.getByRole('button', { name: '2 new' }).click();
    await namesAre(page, ['email_to_notion.c', 'email_to_notion.b', 'email_to_notion.a']);
    await page.context().close();
  });

  test('a running row that ends while the list shows only running ones stays where it is, and says so', async () => {
    await index.started(indexRow('email_to_notion.r', ago(0), { status: 'running', ended_at: null }));
    const { page } = await dashboard.open({ path: '/runs?workflow=email_to_notion&status=running' });
    await namesAre(page, ['email_to_notion.r']);
    await page.keyboard.press('j');
    await index.ended(indexRow('email_to_notion.r', ago(0)));
    await page.getByText('has changed').first().waitFor();
    expect(await names(page)).toEqual(['email_to_notion.r']);
    await page.getByRole('button', { name: 'Show what has changed' }).click();
    await page.getByText('No run matches these filters').waitFor();
    await page.context().close();
  });

  test('the keyboard alone goes along the rows, selects them and opens one', async () => {
    const { page } = await dashboard.open({ path: '/runs?time=week&workflow=triage_mail' });
    await namesAre(page, recent.slice(1));
    const focused = () => page.evaluate('document.activeElement.closest("tr")?.querySelector("a").title');
    await page.keyboard.press('j');
    await expect.poll(focused).toBe('triage_mail.two');
    await page.keyboard.press('j');
    await expect.poll(focused).toBe('triage_mail.three');
    await page.keyboard.press('x');
    await page.getByText('1 run selected').waitFor();
    await page.keyboard.press('k');
    await expect.poll(focused).toBe('triage_mail.two');
    await page.keyboard.press('x');
    await page.getByText('2 runs selected').waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/app/runs/triage_mail.two');
    await page.context().close();
  });

  test('a saved view is kept in this browser, renamed and deleted', async () => {
    const { page } = await dashboard.open({ path: '/runs?status=failed' });
    const manage = async () => {
      await page.getByRole('button', { name: 'Views' }).click();
      await page.getByRole('menuitem', { name: 'Save or change views…' }).click();
    };
    await manage();
    await page.getByLabel('Name of the filters as they are now').fill('What failed');
    await page.keyboard.press('Enter');
    await page.getByLabel('Name of What failed').fill('Red ones');
    await page.keyboard.press('Enter');
    await page.getByLabel('Name of Red ones').waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${dashboard.apiUrl}/app/runs`);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Red ones' }).click();
    await expect.poll(() => searchOf(page)).toEqual({ status: 'failed' });
    expect(await page.getByLabel('Status').inputValue()).toBe('failed');
    await manage();
    await page.getByRole('button', { name: 'Delete Red ones' }).click();
    expect(await page.evaluate('localStorage.getItem("views:runs")')).toBe('[]');
    await page.context().close();
  });

  test('of many rows only those in sight are in the document, however far one scrolls', async () => {
    const { page } = await dashboard.open({ path: '/runs?workflow=answer_issue' });
    const isDrawn = async (name: string) => (await names(page)).includes(name);
    await expect.poll(() => isDrawn('answer_issue.0')).toBe(true);
    let most = 0;
    await expect
      .poll(
        async () => {
          await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
          most = Math.max(most, Number(await page.evaluate('document.querySelectorAll("*").length')));
          return isDrawn(`answer_issue.${MANY - 1}`);
        },
        { timeout: 60_000 },
      )
      .toBe(true);
    expect(most).toBeLessThan(2000);
    const table = page.getByRole('table', { name: 'Runs' });
    expect(await table.getAttribute('aria-rowcount')).toBe(String(MANY + 1));
    expect(await rowsOf(page).last().getAttribute('aria-rowindex')).toBe(String(MANY + 1));
    await page.context().close();
  });

  test('who comes back from a run finds the same rows at the same place, of the same last hours', async () => {
    const { page, requests } = await dashboard.open({
      path: '/runs?time=custom&since=2000-01-01T00:00:00.000Z',
    });
    await rowsOf(page).first().waitFor();
    await expect
      .poll(async () => {
        await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
        return (await names(page)).includes(`answer_issue.${MANY - 1}`);
      })
      .toBe(true);
    await page.evaluate('scrollTo(0, 20000)');
    // As many as in the middle, of which none is the last.
    await expect
      .poll(async () => {
        const shown = await names(page);
        return shown.length > 20 && !shown.includes(`answer_issue.${MANY - 1}`);
      })
      .toBe(true);
    const before = { top: await page.evaluate('scrollY'), rows: await names(page) };
    await page.evaluate(`document.querySelector('[title="${before.rows[16]}"]').click()`);
    await page.waitForURL(/\/runs\/answer_issue/);
    await page.evaluate('scrollY').then((top) => expect(top).toBe(0));
    const asked = requests.length;
    await page.goBack();
    await expect.poll(() => page.evaluate('scrollY')).toBe(before.top);
    await expect.poll(() => names(page)).toEqual(before.rows);
    // Nothing but the first page was asked for again.
    expect(requests.slice(asked).filter((request) => request === 'GET /executions').length).toBeLessThan(3);
    await page.context().close();
  });

  test('a page that cannot be read says so below the rows, and is tried again', async () => {
    const { page } = await dashboard.open({ path: '/runs?workflow=answer_issue' });
    await page.route('**/executions?*cursor=*', (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Something failed here', status: 500 }),
      }),
    );
    const problem = page.getByRole('alert').getByText('Something failed here');
    // The second page may have been on its way before: then the third one fails.
    await expect
      .poll(async () => {
        await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
        return problem.count();
      })
      .toBe(1);
    expect(await rowsOf(page).count()).toBeGreaterThan(10);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('many are stopped at once after their count was asked, and one that is refused says why', async () => {
    const steps = [{ id: 'pause', wait: { seconds: 600 } }];
    await dashboard.call('POST', '/workflows', { body: { id: 'slow', name: 'Slow', steps } });
    const started = await dashboard.call('POST', '/workflows/slow/executions');
    expect(started.status).toBe(202);
    // The index has it, and Step Functions does not know it any more.
    await index.started(indexRow('slow.lost', ago(10), { status: 'running', ended_at: null }));
    const { page, complaints } = await dashboard.open({ path: '/runs?workflow=slow' });
    await namesAre(page, [started.body.id, 'slow.lost']);
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    await page.getByRole('button', { name: 'Stop runs' }).click();
    const dialog = page.getByRole('dialog', { name: 'Stop 2 runs?' });
    await dialog.getByRole('button', { name: 'Stop runs' }).click();
    const outcomes = page.getByRole('region', { name: 'What became of the runs' });
    await outcomes.getByText('2 runs: 1 stopped, 1 refused').waitFor();
    expect(await outcomes.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/slow\.lost\s+Refused: \S/),
      expect.stringContaining(`${started.body.id}\nStopped`),
    ]);
    await expect
      .poll(async () => (await dashboard.call('GET', `/executions/${started.body.id}`)).body.status)
      .toBe('aborted');
    // The list stays while one looks at a run of it.
    await outcomes.getByRole('link', { name: 'slow.lost' }).click();
    await page.goBack();
    await outcomes.getByText('2 runs: 1 stopped, 1 refused').waitFor();
    await page.getByRole('button', { name: 'Put this list away' }).click();
    expect(await outcomes.count()).toBe(0);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });

  test('all that match are counted beyond what is read, with more than a thousand as such', async () => {
    const { page } = await dashboard.open({ path: '/runs?workflow=answer_issue' });
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    await page.getByRole('button', { name: 'Select all that match' }).click();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('dialog', { name: 'Run 1,000+ runs again?' }).waitFor();
    await page.getByRole('button', { name: 'Leave them' }).click();
    await page.context().close();
  });

  test('a viewer sees why runs cannot be stopped', async () => {
    const { page } = await dashboard.open({ path: '/runs?time=week', user: 'viewer' });
    await rowsOf(page).first().getByRole('checkbox').check();
    expect(await page.getByRole('button', { name: 'Stop runs' }).isDisabled()).toBe(true);
    await page.getByText('An editor or an admin may stop them').waitFor();
    await page.context().close();
  });

  test('axe finds nothing and nothing is cut', async () => {
    const { page } = await dashboard.open({ path: '/runs' });
    await page.getByTitle(LONG).waitFor();
    await rowsOf(page).first().getByRole('checkbox').check();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.context().close();
  });
});
