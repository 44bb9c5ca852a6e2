// Webhooks in a real browser: the address and the command that signs a delivery work, and what came is sent again.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsInEveryLook, PHONE, startDashboard } from '../support/dashboard.ts';

const dashboard = await startDashboard({ seed: false });

const SECRET = 'a secret of the test';

describe.skipIf(!dashboard)('webhooks', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const open = (options: Parameters<NonNullable<typeof dashboard>['open']>[0] = {}) =>
    started().open({ path: '/webhooks', ...options });
  const rowOf = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

  beforeAll(async () => {
    const empty = await open();
    await empty.page.getByText('No workflow has a webhook yet').waitFor();
    await empty.page.context().close();
    const { stack } = started();
    const ssm = new SSMClient(stack.clientConfig);
    const Name = `${stack.settings.CONNECTIONS_PATH}/webhook/echo`;
    await ssm.send(
      new PutParameterCommand({ Name, Value: JSON.stringify({ secret: SECRET }), Type: 'SecureString' }),
    );
    ssm.destroy();
    const signed = { verify: 'hmac', header: 'X-Sig', prefix: 'sha256=', timestamp: { header: 'X-Time' } };
    const body = {
      id: 'echo',
      inputs: { webhook: { type: 'object' } },
      triggers: [
        { webhook: signed },
        { webhook: { verify: 'github', name: 'code', connection: 'github' }, enabled: false },
      ],
      steps: [{ id: 'echo', transform: '{{ inputs.webhook.body }}' }],
    };
    const { status, body: answer } = await started().call('POST', '/workflows', { body });
    if (status !== 201) throw new Error(JSON.stringify(answer));
  });

  test('the command that is shown sends a delivery, which is listed with its outcome and sent again', async () => {
    const { page, complaints } = await open({ path: '' });
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    const row = rowOf(page, 'Verified as HMAC-SHA256');
    await row.getByText('How to send to it').focus();
    await page.keyboard.press('Enter');
    const sending = row.getByRole('group').filter({ hasText: 'How to send to it' });
    const command = (await sending.locator('pre').textContent()) ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { ...process.env, SECRET } });
    const { execution_id: id } = JSON.parse(stdout);
    expect(id).toMatch(/^echo\.hook-/);

    // With another secret.
    await promisify(execFile)('sh', ['-c', command], { env: { ...process.env, SECRET: 'none' } });
    await row.getByText('Recent deliveries').focus();
    await page.keyboard.press('Enter');
    await row.getByText('Succeeded').waitFor();
    expect(await row.getByRole('listitem').getByRole('link').getAttribute('href')).toBe(`/app/runs/${id}`);
    expect(
      await row.getByRole('list', { name: 'Deliveries to echo' }).getByRole('listitem').first().innerText(),
    ).toMatch(/Refused[\s\S]*The signature or token is wrong/);
    // The answer to the first press is lost after the run has started.
    await page.route(
      '**/rerun',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await row.getByRole('button', { name: 'Send again' }).click();
    await page.getByText(/^It could not be sent again/).waitFor();
    await row.getByRole('button', { name: 'Send again' }).click();
    await page.waitForURL(
      (url) => url.pathname.startsWith('/app/runs/echo.') && !url.pathname.includes('hook-'),
    );
    const again = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    const run = (await started().call('GET', `/executions/${again}`)).body;
    expect(run.input.webhook.body).toEqual({ hello: 'world' });
    expect((await started().call('GET', `/executions/${id}`)).body.reruns).toEqual([again]);
    expect(JSON.stringify(await page.content())).not.toContain(SECRET);
    expect(complaints.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
    await page.context().close();
  });

  test('a service that signs by itself has its steps, and a viewer sends nothing again', async () => {
    const { page } = await open({ user: 'viewer' });
    const row = rowOf(page, 'Verified as GitHub');
    await row.getByText(`${started().apiUrl}/hooks/echo.code`).waitFor();
    await row.getByText('It is off').waitFor();
    await row.getByText('How to store its secret').click();
    await row.getByText("--name '/ai-orchestra/local/connections/webhook/github'").waitFor();
    await row.getByText('How to send to it').click();
    await row.getByText('store it in the connection webhook/github').waitFor();
    await row.getByText('Recent deliveries').click();
    await row.getByText('Runs of all webhooks of the workflow').waitFor();
    expect(await row.getByRole('button', { name: 'Send again' }).first().isDisabled()).toBe(true);
    await page.context().close();
  });

  test('a failed request shows its problem with a retry, not an empty list', async () => {
    const { page } = await open({ user: null });
    const problem = {
      type: '/docs#forbidden',
      title: 'The role does not allow this',
      status: 403,
      detail: 'Ask ada',
    };
    await page.route('**/hooks?*', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await page.getByLabel('User').fill('demo');
    await page.getByLabel('Password').fill('demo');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The role does not allow this').waitFor();
    expect(await page.getByText('No workflow has a webhook').count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Verified as GitHub').waitFor();
    await page.context().close();
  });

  test.each([
    ['in a window', {}],
    ['on a phone', { viewport: PHONE, hasTouch: true, isMobile: true }],
  ] as const)('axe finds nothing and nothing is cut: %s', async (_name, options) => {
    const { page } = await open(options);
    const row = rowOf(page, 'Verified as HMAC-SHA256');
    await row.getByText('How to send to it').click();
    await row.getByText('Recent deliveries').click();
    await row.getByRole('button', { name: 'Send again' }).first().waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.context().close();
  });
});
