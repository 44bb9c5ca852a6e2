// The dashboard's frame in a real browser: it is reached, loads safely, can be used by everybody, and outlives a deployment.
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { routes } from '../../infrastructure/screenshots/pages.ts';
import { faultsInEveryLook, logIn, startDashboard, violations } from '../support/dashboard.ts';

const dashboard = await startDashboard();

describe.skipIf(!dashboard)('the dashboard', () => {
  const open = (options: Parameters<NonNullable<typeof dashboard>['open']>[0] = {}) => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard.open({ path: '/runs', ...options });
  };
  const isFocused = (page: Page, name: string) =>
    page
      .getByRole('heading', { name })
      .evaluate((element) => element === element.ownerDocument.activeElement);

  test('/ leads to the login, the login to the first page, with no complaint of the browser', async () => {
    const { page, complaints } = await open({ user: null });
    await page.goto(new URL('/', page.url()).href);
    expect(new URL(page.url()).pathname).toBe('/app');
    await page.getByLabel('User').fill('demo');
    await page.getByLabel('Password').fill('demo');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.getByText('Start your first workflow').waitFor();
    expect(new URL(page.url()).pathname).toBe('/app/home');
    expect(await page.title()).toBe('Home · AI-Orchestra');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a refused login says why and keeps the user', async () => {
    const { page } = await open({ user: null });
    await page.getByLabel('User').fill('demo');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText('The login was refused').waitFor();
    expect(await page.getByLabel('User').inputValue()).toBe('demo');
    await page.context().close();
  });

  test('axe finds nothing and nothing is cut', async () => {
    const { page } = await open({ user: null });
    await page.getByLabel('User').waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await logIn(page, 'demo');
    await page.getByText('No workflow has run yet').waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.getByRole('button', { name: /account and looks/ }).click();
    await page.getByText('Log out').waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.context().close();
  });

  test('Ctrl+K leads by some letters to a page, a workflow, or the run of a pasted id, with the keyboard alone', async () => {
    const { page, complaints } = await open();
    await page.getByText('No workflow has run yet').waitFor();
    await page.keyboard.press('?');
    await page.getByText('Go to a page, a workflow or a run').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const jump = async (text: string) => {
      await page.keyboard.press('Control+k');
      const field = page.getByRole('combobox', { name: /the id of a run$/ });
      await field.waitFor();
      await expect
        .poll(() => field.evaluate((element) => element === element.ownerDocument.activeElement))
        .toBe(true);
      await page.keyboard.type(text);
    };
    await jump('sched');
    await page.getByRole('option', { name: /Schedules/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/app\/schedules$/);
    await expect.poll(() => isFocused(page, 'Schedules')).toBe(true);

    await jump('mail');
    await page.getByRole('option').nth(1).waitFor();
    const [second = '', where = ''] = (await page.getByRole('option').nth(1).innerText()).split('\n');
    const id = where.split(', ')[1] ?? second;
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: second, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/app/workflows/${id}$`));

    await jump('greeting.0a1b');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(page.url()).toMatch(/workflows/);
    await jump('greeting.0a1b');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/app\/runs\/greeting\.0a1b$/);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });

  test('the keyboard alone opens the shortcuts and goes back, switches them off, skips to the content and logs out', async () => {
    const { page, complaints } = await open();
    await page.getByText('No workflow has run yet').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.getByRole('checkbox', { name: 'Shortcuts are on' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('link', { name: 'Skip to the content' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByRole('button', { name: /account and looks/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'AI-Orchestra' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('following a link puts the focus on the new page’s title', async () => {
    const { page } = await open({ path: '/nowhere' });
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await isFocused(page, 'There is no such page')).toBe(false);
    await page.getByRole('link', { name: 'Go to the first page' }).click();
    await page.getByText('Start your first workflow').waitFor();
    await expect.poll(() => isFocused(page, 'Home')).toBe(true);
    await page.context().close();
  });

  test('every page says in its own words that what its address names is not there, whatever the id', async () => {
    const { page } = await open();
    const paths = (await routes()).filter((route) => route.includes(':id'));
    expect(paths.length).toBeGreaterThan(5);
    for (const id of ['nothing', 'Not%20an%20id!%E0%A4%A']) {
      for (const path of paths) {
        await page.evaluate(`history.pushState(null, '', '/app${path.replace(':id', id)}')`);
        await page.getByText(/^There is no such (run|workflow|prompt)$/).waitFor();
        expect(await page.getByRole('alert').allInnerTexts(), `${path} of ${id}`).toEqual([]);
        await page.evaluate(`history.pushState(null, '', '/app/actions')`);
        await page.getByRole('heading', { level: 1, name: 'Actions' }).waitFor();
      }
    }
    for (const address of ['/app/', '/app/index.html']) {
      await page.goto(new URL(address, page.url()).href);
      await page.getByRole('heading', { name: 'Home' }).waitFor();
    }
    await page.context().close();
  });

  test('a service that is away is said once, over the old data, until it is back', async () => {
    const { page } = await open();
    await page.getByText('No workflow has run yet').waitFor();
    // Away until the button is pressed, since it is tried by itself every few seconds too.
    let isAway = true;
    await page.exposeBinding('comeBack', () => {
      isAway = false;
    });
    await page.route('**/*', (route) => (isAway ? route.abort() : route.fallback()));
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))');
    await page.getByText('AI-Orchestra cannot be reached').waitFor();
    expect(await page.getByText('No workflow has run yet').isVisible()).toBe(true);
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.evaluate(`document.addEventListener('click', () => comeBack(), { capture: true })`);
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('AI-Orchestra cannot be reached').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('a failed request shows its problem with a retry, not an empty list', async () => {
    const problem = {
      type: '/docs#forbidden',
      title: 'The role does not allow this',
      status: 403,
      detail: 'Ask ada',
    };
    const { page } = await open({ user: null });
    await page.route('**/executions*', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await logIn(page, 'viewer');
    await page.getByRole('alert').getByText('The role does not allow this').waitFor();
    expect(await page.getByText('No workflow has run yet').count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No workflow has run yet').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });

  test('a tab whose files are gone after a deployment reloads once', async () => {
    const folder = path.join(dashboard?.home ?? '', 'dashboard/assets');
    const gone = (await readdir(folder)).filter(
      (name) => name.startsWith('home-page-') && name.includes('.js'),
    );
    const { page } = await open({ path: '', user: null });
    // A new version: another main script, and this one's parts are no more.
    await page.route('**/app', async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      await route.fulfill({
        response: answer,
        body: text.replace(/assets\/index-[\w-]+\.js/, 'assets/index-new.js'),
      });
    });
    for (const name of gone) await rename(path.join(folder, name), path.join(folder, `away-${name}`));
    const reloaded = page.waitForEvent('load');
    await logIn(page, 'demo');
    await reloaded;
    // It is the same version that is missing still: the page says so, and does not reload for ever.
    await page.getByRole('alert').getByText('This page could not be shown').waitFor();
    expect(await page.evaluate('sessionStorage.getItem("reloaded-for")')).toBe('/app/assets/index-new.js');
    for (const name of gone) await rename(path.join(folder, `away-${name}`), path.join(folder, name));
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Start your first workflow').waitFor();
    await page.context().close();
  });

  test('every tab that is seen takes part in the common budget of requests', async () => {
    const first = await open();
    const tabs = [first];
    for (let more = 1; more < 4; more += 1)
      // A login in one tab is one in the others.
      tabs.push(await open({ context: first.page.context(), user: null }));
    for (const { page } of tabs) await page.getByText('No workflow has run yet').waitFor();
    const held = await first.page.evaluate(
      'navigator.locks.query().then(({ held }) => held.filter(({ name }) => name === "ai-orchestra-live").length)',
    );
    expect(held).toBe(4);
    await first.page.context().close();
  });
});
