// The dashboard's frame in a real browser: it is reached, loads safely, can be used by everybody, and outlives a deployment.
import { describe, expect, test } from 'vitest';
import { looks, overflow, startDashboard, violations } from '../support/dashboard.ts';

const dashboard = await startDashboard();

describe.skipIf(!dashboard)('the dashboard', () => {
  const open = (options: Parameters<NonNullable<typeof dashboard>['open']>[0] = {}) => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard.open(options);
  };

  test('/ leads to the login, the login to the first page, with no complaint of the browser', async () => {
    const { page, complaints } = await open({ user: null });
    await page.goto(new URL('/', page.url()).href);
    expect(new URL(page.url()).pathname).toBe('/app');
    await page.getByLabel('User').fill('demo');
    await page.getByLabel('Password').fill('demo');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.getByText('No workflow has run yet').waitFor();
    expect(new URL(page.url()).pathname).toBe('/app/runs');
    expect(await page.title()).toBe('Runs · AI-Orchestra');
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

  test.each(looks)('axe finds nothing and nothing is cut: %s', async (_name, options) => {
    const { page } = await open({ user: null, ...options });
    expect(await violations(page)).toEqual([]);
    await page.context().close();
    const inside = await open(options);
    await inside.page.getByText('No workflow has run yet').waitFor();
    expect(await violations(inside.page)).toEqual([]);
    expect(await overflow(inside.page)).toBe(0);
    await inside.page.context().close();
  });
});
