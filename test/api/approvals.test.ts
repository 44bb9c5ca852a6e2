// An approval from end to end: people are told by an action, follow the link, log in in a browser and decide.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../infrastructure/browser.ts';
import { bundles } from '../../infrastructure/stack/bundles.ts';
import { logOf, startTestStack, type TestStack } from '../support/test-stack.ts';

const workflow = {
  id: 'publish',
  inputs: { title: { type: 'string' }, parent_id: { type: 'string' } },
  steps: [
    {
      id: 'ask',
      approval: {
        message: 'Publish {{ inputs.title }}?',
        details: { title: '{{ inputs.title }}', words: 120 },
        notify: {
          action: 'notion.create_page',
          params: {
            parent_id: '{{ inputs.parent_id }}',
            title: '{{ approval.message }}',
            content: 'Decide: {{ approval.url }}',
          },
        },
      },
    },
    {
      id: 'publish',
      when: '{{ steps.ask.approved }}',
      action: 'notion.create_page',
      params: {
        parent_id: '{{ inputs.parent_id }}',
        title: '{{ inputs.title }}',
        content: 'Approved by {{ steps.ask.decided_by }}: {{ steps.ask.comment }}',
      },
    },
  ],
  output: '{{ steps.ask }}',
};
const admins = {
  ...workflow,
  id: 'publish_as_admin',
  steps: [{ ...workflow.steps[0], approval: { ...workflow.steps[0]?.approval, role: 'admin' } }],
};

let stack: TestStack;
let parent: string;
/** Everything that the API answered. */
const answered: string[] = [];

beforeAll(async () => {
  stack = await startTestStack({ seed: true });
  for (const body of [workflow, admins])
    expect((await call('POST', '/workflows', { body })).status).toBe(201);
  parent = await databaseId();
});
afterAll(() => stack.close());

const call: TestStack['call'] = async (method, path, options) => {
  const answer = await stack.call(method, path, options);
  answered.push(JSON.stringify(answer.body));
  return answer;
};

/** Any page or database that there is. */
async function databaseId(): Promise<string> {
  const body = { id: 'find', steps: [{ id: 'found', action: 'notion.search_pages', params: { query: '' } }] };
  await call('POST', '/workflows', { body });
  const run = await call('POST', '/workflows/find/executions', { headers: { prefer: 'wait=20' }, body: {} });
  return run.body.output.pages[0].id;
}

/** Starts a run, and gives the address that people are told. */
async function told(
  id = 'publish',
  title = 'The news',
): Promise<{ run: string; url: string; approval: string }> {
  stack.faults.notion.clear();
  const { body } = await call('POST', `/workflows/${id}/executions`, {
    body: { input: { title, parent_id: parent } },
  });
  const approval = `${body.id}.ask`;
  for (;;) {
    const { status } = await call('GET', `/approvals/${approval}`);
    if (status === 200) break;
  }
  const sent = stack.faults.notion.requests.map((request) => request.body).join('\n');
  const url = /(http:[^"\\ ]+\/approvals\/[^"\\ ]+)/.exec(sent)?.[1] ?? '';
  return { run: body.id, url, approval };
}

test('people are told of the address, decide over the API, and the log says who and when', async () => {
  const { run, url, approval } = await told();
  expect(url).toBe(`${stack.stack.apiUrl}/approvals/${approval}/page`);
  const tokens = { viewer: await stack.tokenOf('viewer'), editor: await stack.tokenOf('editor') };
  const decide = (token: string) =>
    call('POST', `/approvals/${approval}`, { body: { decision: 'approve', comment: 'Fine' }, token });
  expect((await decide(tokens.viewer)).status).toBe(403);
  expect((await call('GET', `/approvals/${approval}`, { token: tokens.viewer })).body.status).toBe('pending');
  const { status, body } = await decide(tokens.editor);
  expect(status).toBe(200);
  const log = await logOf(stack, run);
  answered.push(JSON.stringify(log));
  expect(log.status).toBe('succeeded');
  expect(log.steps.map((step: { id: string; action: string }) => [step.id, step.action])).toEqual([
    ['ask', 'approval'],
    ['publish', 'notion.create_page'],
  ]);
  expect(log.steps[0]).toMatchObject({
    status: 'succeeded',
    input: { message: 'Publish The news?', details: { title: 'The news', words: 120 } },
    output: { decision: 'approved', decided_by: 'editor', decided_at: body.decided_at, comment: 'Fine' },
  });
  expect(stack.faults.notion.requests.at(-1)?.body).toContain('Approved by editor: Fine');
});

test('a run that is stopped closes what it asked', async () => {
  const { run, approval } = await told();
  await call('POST', `/executions/${run}/stop`, { body: {} });
  answered.push(JSON.stringify(await logOf(stack, run)));
  for (;;) {
    const { body } = await call('GET', `/approvals/${approval}`);
    if (body.status === 'closed') break;
    expect(body.status).toBe('pending');
  }
});

const browser: Browser | undefined = await launchBrowser();
afterAll(() => browser?.close());

describe.skipIf(!browser)('the page', () => {
  /** What the page asked for, and what it logged. */
  let requests: string[];
  let complaints: string[];

  async function open(url: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    if (!browser) throw new Error('There is no browser');
    const page = await browser.newPage({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    requests = [];
    complaints = [];
    page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(url);
    return page;
  }

  async function logIn(page: Page, user: string, password = user): Promise<void> {
    await page.getByLabel('User').fill(user);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  test('shows what is asked after logging in, as text, and sends the decision', async () => {
    const title = '<img src=x onerror="document.title=1"> & co';
    const { run, url, approval } = await told('publish', title);
    const page = await open(url, { viewport: { width: 390, height: 844 } });
    expect(await page.getByText('Publish').isVisible()).toBe(false);
    await logIn(page, 'editor', 'wrong');
    await page.getByText('The user or the password is wrong.').waitFor();
    await logIn(page, 'editor');
    await page.getByText(`Publish ${title}?`).waitFor();
    expect(await page.locator('#details').textContent()).toBe(`title: ${title}\nwords: 120`);
    expect(await page.locator('img').count()).toBe(0);
    // Nothing is wider than a phone.
    expect(await page.locator('main').boundingBox()).toMatchObject({ width: 390 });
    await page.getByLabel('Comment').fill('Well done');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText(/Approved by editor, .* “Well done”/).waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect((await logOf(stack, run)).output).toMatchObject({ decided_by: 'editor', comment: 'Well done' });
    // The login that was refused is all that the browser complains of.
    expect(complaints).toEqual([expect.stringContaining('401')]);
    expect(requests).toEqual([
      `GET /approvals/${approval}/page`,
      'POST /auth/login',
      'POST /auth/login',
      `GET /approvals/${approval}`,
      `POST /approvals/${approval}`,
    ]);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
    await page.reload();
    await page.getByLabel('User').waitFor();
    expect(await page.getByText(title).count()).toBe(0);
    await page.close();
  });

  test('says who was first, and what a role does not allow', async () => {
    const { url, approval } = await told();
    const page = await open(url);
    await logIn(page, 'editor');
    await page.getByRole('button', { name: 'Reject' }).waitFor();
    await call('POST', `/approvals/${approval}`, { body: { decision: 'approve' } });
    await page.getByRole('button', { name: 'Reject' }).click();
    await page
      .getByRole('alert')
      .getByText(/It was approved by demo at/)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Reject' }).count()).toBe(0);
    await page.close();

    const other = await told('publish_as_admin');
    const second = await open(other.url);
    await logIn(second, 'editor');
    await second.getByText('an admin', { exact: true }).waitFor();
    await second.getByRole('button', { name: 'Approve' }).click();
    await second.getByRole('alert').getByText('This needs the role admin').waitFor();
    await second.close();
  });

  test('keeps what was written when the login has expired, and the request when the server is away', async () => {
    const { url, approval } = await told();
    const page = await open(url);
    await logIn(page, 'editor');
    await page.getByLabel('Comment').fill('Kept');
    await page.route(`**/approvals/${approval}`, (route) =>
      route.fulfill({ status: 401, json: { message: 'Unauthorized' } }),
    );
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('alert').getByText('The login has expired').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await logIn(page, 'editor');
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await page.route(`**/approvals/${approval}`, (route) => route.abort());
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText(/Approved by editor, .* “Kept”/).waitFor();
    await page.close();
  });

  test('works as it is bundled for Lambda', async () => {
    const file = 'functions/api/approvals.ts';
    const module = join(stack.home, 'approvals.mjs');
    await writeFile(module, (await bundles([file])).get(file)?.code ?? '');
    const { handler } = await import(module);
    const { url, approval, run } = await told();
    const { headers, body } = await handler({
      routeKey: 'GET /approvals/{id}/page',
      pathParameters: { id: approval },
      headers: {},
      requestContext: { requestId: 'test' },
    });
    const page = await open('about:blank');
    await page.route(url, (route) => route.fulfill({ headers, body }));
    await page.goto(url);
    await logIn(page, 'editor');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText(/Rejected by editor/).waitFor();
    expect((await logOf(stack, run)).output).toMatchObject({ approved: false });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('asks again for what is not stored yet', async () => {
    const page = await open(`${stack.stack.apiUrl}/approvals/publish.none.ask/page`);
    await logIn(page, 'viewer');
    await page.getByRole('alert').getByText('not yet').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').getByText('not yet').waitFor();
    expect(requests.filter((request) => request === 'GET /approvals/publish.none.ask')).toHaveLength(2);
    await page.close();
  });
});

test('no token has left the server, nor is one in the functions’ log', async () => {
  // A token of the local Step Functions begins with the ARN of its execution, in base64.
  const token = Buffer.from('["arn:aws:states:us-east-1:000000000000:execution')
    .toString('base64')
    .slice(0, -2);
  expect(answered.join('\n')).not.toContain(token);
  expect(await readFile(join(stack.home, 'lambda.log'), 'utf8')).not.toContain(token);
});
