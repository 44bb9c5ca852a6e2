// Many tabs of one browser: how often they ask together, and that a hidden one asks nothing.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startDashboard } from '../support/dashboard.ts';

const dashboard = await startDashboard({ seed: false });
const TABS = 20;

describe.skipIf(!dashboard)('many tabs', () => {
  /** As when another tab comes before it. */
  const hide = (page: Page) =>
    page.evaluate(`
      Object.defineProperty(document, 'hidden', { get: () => true });
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    `);

  test(`${TABS} that are all seen ask less than ten times a second together; one that is hidden asks nothing`, async () => {
    if (!dashboard) throw new Error('There is no browser');
    const { open, call } = dashboard;
    const workflow = { id: 'pausing', steps: [{ id: 'pause', wait: 'PT1H' }] };
    expect((await call('POST', '/workflows', { body: workflow })).status).toBe(201);
    const { body } = await call('POST', '/workflows/pausing/executions', { body: {} });
    const { page: first } = await open({ path: `/runs/${body.id}` });
    const context = first.context();
    const paths = ['/home', '/runs', `/runs/${body.id}`, '/approvals'];
    const others = await Promise.all(
      Array.from({ length: TABS - 1 }, async (_, at) => {
        const { page } = await open({ path: paths[at % 4] ?? '', user: null, context });
        await page.getByRole('navigation', { name: 'Pages' }).waitFor();
        return page;
      }),
    );
    const asked: { readonly at: number; readonly page: Page }[] = [];
    context.on('request', (request) => {
      if (request.resourceType() === 'fetch')
        asked.push({ at: performance.now(), page: request.frame().page() });
    });
    // A tab that has asked twice has seen the others.
    await expect.poll(() => asked.length).toBeGreaterThan(40);
    const from = asked.length;
    await expect.poll(() => asked.length).toBeGreaterThan(from + 40);
    const seconds = ((asked[from + 40]?.at ?? 0) - (asked[from]?.at ?? 0)) / 1000;
    expect(40 / seconds).toBeLessThan(10);

    await Promise.all(others.map(hide));
    await first.bringToFront();
    // What was under way when they were hidden has been asked before the first tab asks again.
    const own = () => asked.filter(({ page }) => page === first).length;
    const before = own();
    await expect.poll(own).toBeGreaterThan(before + 2);
    const quiet = asked.length;
    await expect.poll(own).toBeGreaterThan(before + 4);
    expect(asked.slice(quiet).every(({ page }) => page === first)).toBe(true);
    await context.close();
  });
});
