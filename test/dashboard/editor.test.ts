// The workflow editor in a browser: text, problems in place, saving, conflicts, drafts.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startDashboard, violations } from '../support/dashboard.ts';

const dashboard = await startDashboard();

describe.skipIf(!dashboard)('the editor', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const textbox = (page: Page) => page.getByRole('textbox', { name: 'The workflow as JSON' });

  test('an example opens filled in, runs, and a typo is marked in place and mended by one click', async () => {
    const { page, complaints } = await started().open({ path: '/workflows/new' });
    await page.getByRole('link', { name: 'Unread mail to an issue' }).click();
    await textbox(page).waitFor();
    await page.getByText('No problems').waitFor();
    expect(complaints).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});
