// What somebody does with the dashboard from the first login on, each action counted; and what others and the service do
// meanwhile: a workflow deleted, a run that ends, two people at one run, a restart.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { notionIds } from '../../local/providers/notion/seed.ts';
import { startStack } from '../../local/stack.ts';
import { isLoaded, logIn, startDashboard } from '../support/dashboard.ts';
import { logOf } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

const dashboard = await startDashboard();

describe.skipIf(!dashboard)('with the dashboard', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const save = async (document: { readonly id: string } & Record<string, unknown>, etag?: string) => {
    const headers: Record<string, string> =
      etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag };
    const saved = await started().call('PUT', `/workflows/${document.id}`, { body: document, headers });
    expect(saved.status, JSON.stringify(saved.body)).toBeLessThan(300);
  };
  const start = async (id: string): Promise<string> =>
    (await started().call('POST', `/workflows/${id}/executions`, { body: { input: {} } })).body.id;
  const waiting = {
    id: 'waiting',
    steps: [
      ...Array.from({ length: 30 }, (_, index) => ({ id: `step_${index}`, transform: index })),
      { id: 'ask', approval: { message: 'Go on?' } },
    ],
  };
  const asked = (run: string) =>
    until(async () => {
      if ((await started().call('GET', `/approvals/${run}.ask`)).status !== 200) throw new Error('not yet');
    });

  /** An action is a click, or a field that is filled in; a form that the browser fills in is one. */
  function counted(limit: number) {
    let actions = 0;
    return {
      act: async (what: Promise<unknown>) => {
        actions += 1;
        await what;
      },
      check: () => expect(actions).toBeLessThanOrEqual(limit),
    };
  }

  test('six actions lead from the login to a shipped workflow that ran, and its page at the provider', async () => {
    const { act, check } = counted(6);
    const { page, complaints } = await started().open({ user: null });
    await act(logIn(page, 'demo'));
    await act(page.getByRole('link', { name: 'Workflows' }).first().click());
    await act(page.getByRole('link', { name: 'Email to Notion' }).click());
    await act(page.getByLabel('notion_database_id', { exact: true }).fill(notionIds.digestDatabase));
    await act(page.getByRole('button', { name: 'Start the workflow' }).click());
    const link = page.getByRole('link', { name: /Open at the emulated provider/ });
    await link.waitFor();
    const opened = page.context().waitForEvent('page');
    await act(link.first().click());
    const provider = await opened;
    await provider.getByRole('heading', { level: 1 }).waitFor();
    expect(new URL(provider.url()).origin).toBe(new URL(started().stack.emulated['notion'] ?? '').origin);
    expect(await provider.evaluate('window.opener')).toBeNull();
    check();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('six actions lead from a failed run to its cause, and to the mended run that went on', async () => {
    const filing = (repo_name: string) => ({
      id: 'filing',
      name: 'Filing',
      steps: [
        {
          id: 'first',
          action: 'github.create_issue',
          params: { repo_name: 'acme/handbook', title: 'Only once' },
        },
        { id: 'second', action: 'github.create_issue', params: { repo_name, title: 'The other' } },
      ],
      output: '{{ steps.second }}',
    });
    await save(filing('acme/handbok'));
    await logOf(started(), await start('filing'));
    const { act, check } = counted(6);
    const { page, complaints } = await started().open({ path: '/home' });
    // From Home to the run, whose first words are the cause.
    await act(
      page
        .getByRole('region', { name: /1 run failed/ })
        .getByRole('link', { name: 'filing' })
        .first()
        .click(),
    );
    await page.getByRole('alert').getByText('The repository acme/handbok').waitFor();
    await page.getByRole('button', { name: 'second' }).first().waitFor();
    // Mended where workflows are kept.
    const etag = (await started().call('GET', '/workflows/filing')).headers.get('etag') ?? '';
    await act(save(filing('acme/handbook'), etag));
    await page.reload();
    await act(page.getByRole('button', { name: 'Go on with version 2' }).click());
    await page
      .getByRole('link', { name: /Open at the emulated provider/ })
      .first()
      .waitFor();
    await page.locator('[data-step="second"] [data-status="succeeded"]').waitFor();
    check();
    // What had been done was not done again.
    const repository = `${started().stack.settings.GITHUB_API_URL}/search/issues?q=${encodeURIComponent('"Only once" repo:acme/handbook')}`;
    expect(await (await fetch(repository)).json()).toMatchObject({ total_count: 1 });
    // The record of a run that has just ended is asked for until it is written.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });

  test('a run that ends while it is looked at moves neither the focus nor the page', async () => {
    await save(waiting);
    const run = await start('waiting');
    await asked(run);
    const { page } = await started().open({ path: `/runs/${run}`, viewport: { width: 1280, height: 500 } });
    await page.locator('[data-step="ask"] [data-status="waiting"]').waitFor();
    const held = page.locator('[data-step="step_20"]').first();
    await held.focus();
    await held.scrollIntoViewIfNeeded();
    const place = () =>
      page.evaluate(
        `[scrollY > 0, document.activeElement.closest('[data-step]')?.dataset.step, Math.round(document.activeElement.getBoundingClientRect().top)]`,
      );
    const before = await place();
    await started().call('POST', `/approvals/${run}.ask`, { body: { decision: 'approve' } });
    await page.locator('[data-step="ask"] [data-status="succeeded"]').waitFor();
    await page
      .locator('header [data-status="succeeded"], main p [data-status="succeeded"]')
      .first()
      .waitFor();
    expect(await place()).toEqual(before);
    expect(before).toEqual([true, 'step_20', expect.any(Number)]);
    await page.context().close();
  });

  test('a run outlives its workflow, which is deleted while both are looked at', async () => {
    await save({ id: 'deleted', steps: [{ id: 'one', transform: 1 }] });
    const run = await start('deleted');
    await logOf(started(), run);
    const { page } = await started().open({ path: `/runs/${run}` });
    await page.locator('[data-step="one"] [data-status="succeeded"]').waitFor();
    const etag = (await started().call('GET', '/workflows/deleted')).headers.get('etag') ?? '';
    const gone = await started().call('DELETE', '/workflows/deleted', { headers: { 'if-match': etag } });
    expect(gone.status).toBe(204);
    await page.reload();
    await page.getByText('the workflow was deleted since').waitFor();
    await page.locator('[data-step="one"] [data-status="succeeded"]').waitFor();
    await page.goto(`${started().apiUrl}/app/workflows/deleted`);
    await page.getByText('There is no such workflow').waitFor();
    await page.context().close();
  });

  test('of two people who go on with one run, and who stop it, one does it and the other is told', async () => {
    await save({
      id: 'shared',
      steps: [{ id: 'fails', fail: { error: 'Broken', cause: 'On purpose' } }],
    });
    const run = await start('shared');
    await logOf(started(), run);
    const both = await Promise.all(
      (['demo', 'editor'] as const).map((user) => started().open({ user, path: `/runs/${run}` })),
    );
    const goOn = ({ page }: { readonly page: Page }) =>
      page.getByRole('button', { name: 'Go on where it failed' });
    await Promise.all(both.map((opened) => goOn(opened).waitFor()));
    await Promise.all(both.map((opened) => goOn(opened).click()));
    await until(async () => {
      const { body } = await started().call('GET', `/executions/${run}`);
      if (body.status === 'running' || body.redrive_count === 0) throw new Error(JSON.stringify(body));
    });
    for (const { page } of both) {
      const refused = page.getByRole('dialog', { name: 'It was refused' });
      await page
        .getByText(/redriven [12] times?/)
        .or(refused)
        .first()
        .waitFor();
    }

    await started().call('PUT', '/workflows/waiting', { body: waiting, headers: { 'if-none-match': '*' } });
    const long = await start('waiting');
    await asked(long);
    for (const { page } of both) {
      await page.goto(`${started().apiUrl}/app/runs/${long}`);
      await page.getByRole('button', { name: 'Stop the run' }).click();
    }
    for (const { page } of both) {
      const dialog = page.getByRole('dialog');
      const stop = dialog.getByRole('button', { name: 'Stop the run' });
      // It may have been noticed before the second one could press.
      await stop.click({ timeout: 5_000 }).catch(() => {});
      await page.locator('main p [data-status="aborted"]').first().waitFor();
    }
    const { body } = await started().call('GET', `/executions/${long}`);
    expect(body.status).toBe('aborted');
    await Promise.all(both.map(({ page }) => page.context().close()));
  });

  test('a restart of the service is a banner over the old data, and then goes on by itself', async () => {
    const home = await mkdtemp(join(tmpdir(), 'orchestra-'));
    const options = { home, awsPort: 0, seed: false } as const;
    const first = await startStack({ ...options, port: 0 });
    const context = await started().browser.newContext();
    const page = await context.newPage();
    let running = first;
    onTestFinished(async () => {
      await context.close();
      await running.stop();
      await rm(home, { recursive: true, force: true });
    });
    await page.goto(`${first.apiUrl}/app/runs`);
    await logIn(page, 'demo');
    await isLoaded(page);
    const text = await page.locator('main').innerText();
    await first.stop();
    await page.getByText('AI-Orchestra cannot be reached').waitFor({ timeout: 60_000 });
    expect(await page.locator('main').innerText()).toBe(text);
    running = await startStack({ ...options, port: Number(new URL(first.apiUrl).port) });
    await page.getByText('AI-Orchestra cannot be reached').waitFor({ state: 'detached', timeout: 60_000 });
    expect(await page.locator('main').innerText()).toBe(text);
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
