// Versions, prompts, actions and users in a real browser: what can be done with each, and what is refused.
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startDashboard } from '../support/dashboard.ts';
import { grantedTo } from '../support/google-consent.ts';

const dashboard = await startDashboard({ seed: false });

const HOSTILE = '<img src=x onerror=alert(1)>';
const anyVersion = { 'if-match': '*' };

describe.skipIf(!dashboard)('what is managed', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const open = (path: string, options: Parameters<ReturnType<typeof started>['open']>[0] = {}) =>
    started().open({ path, ...options });
  const call = async (method: string, path: string, body?: object, headers = {}) => {
    const answer = await started().call(method, path, { ...(body && { body }), headers });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const rowOf = (page: Page, name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: false }) });

  const greet = (text: string, more: object = {}) => ({
    id: 'greet',
    steps: [{ id: 'hello', transform: text }, ...Object.values(more)],
  });
  const letter = {
    id: 'letter',
    name: 'Letter',
    user_prompt: `Dear {{ name }}, ${HOSTILE}`,
    variables: { name: { description: HOSTILE } },
  };

  beforeAll(async () => {
    await call('POST', '/workflows', greet('one'));
    await call('POST', '/workflows/greet/executions', { input: {} }, { prefer: 'wait=20' });
    const changed = greet(HOSTILE, { said: { id: 'said', transform: '{{ steps.hello }}' } });
    await call('PUT', '/workflows/greet', changed, anyVersion);
    await call('POST', '/templates', letter);
    const asks = {
      id: 'ask',
      action: 'openai.chat',
      params: { template: 'letter', variables: { name: 'x' } },
    };
    await call('POST', '/workflows', { id: 'asks', name: 'Asks', steps: [asks] });
  });

  test('a version’s difference is read step by step, its runs are one link away, and it is restored', async () => {
    const { page, complaints } = await open('/workflows/greet');
    await page.getByRole('link', { name: 'version 2' }).click();
    const changes = page.getByRole('list', { name: 'What differs' });
    await changes.getByRole('heading', { name: /^hello changed/ }).waitFor();
    await changes.getByRole('heading', { name: /^said added/ }).waitFor();
    expect(await changes.locator('[data-kind=removed]').allInnerTexts()).toEqual([
      expect.stringContaining('one'),
    ]);
    await page.getByRole('button', { name: 'Restore version 1' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Restore version 1?' });
    await dialog.getByRole('button', { name: 'Restore version 1' }).press('Enter');
    await rowOf(page, '3 in force').getByText('brings back 1').waitFor();
    expect((await call('GET', '/workflows/greet')).steps).toEqual(greet('one').steps);
    // Any two: the first and the third are the same.
    await page.getByLabel('From', { exact: true }).selectOption('1');
    await page.getByLabel('To', { exact: true }).selectOption('3');
    await page.getByText('Nothing differs between these two versions.').waitFor();
    expect(new URL(page.url()).search).toBe('?from=1&to=3');
    await page.getByRole('link', { name: 'Runs of version 1' }).click();
    await page.getByRole('link', { name: /greet/ }).first().waitFor();
    expect(new URL(page.url()).search).toBe('?workflow=greet&version=1');
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('what cannot be restored says why and changes nothing; a viewer sees who could', async () => {
    await call('POST', '/workflows', { id: 'called', inputs: { a: {} }, steps: [{ id: 'x', transform: 1 }] });
    const calls = (step: object) => ({ id: 'calls', steps: [{ id: 'step', ...step }] });
    await call('POST', '/workflows', calls({ workflow: 'called', input: { a: 1 } }));
    await call('PUT', '/workflows/calls', calls({ transform: 1 }), anyVersion);
    await call('DELETE', '/workflows/called', undefined, anyVersion);
    const { page } = await open('/workflows/calls/versions');
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Restore version 1' }).click();
    await dialog.getByText('The workflow has mistakes').waitFor();
    await dialog.getByText('/steps/0/workflow').waitFor();
    expect((await call('GET', '/workflows/calls')).version).toBe(2);
    // Somebody else saves meanwhile.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await call('PUT', '/workflows/calls', calls({ transform: 2 }), anyVersion);
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await dialog.getByRole('button', { name: 'Restore version 1' }).click();
    await dialog.getByText('Somebody has saved version 3').waitFor();
    await page.context().close();
    const viewer = await open('/workflows/calls/versions', { user: 'viewer' });
    await viewer.page.getByText('Restoring needs an editor. You are logged in as viewer.').waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Restore version 1' }).isDisabled()).toBe(true);
    await viewer.page.context().close();
  });

  test('a workflow is deleted from its page, in the version that was looked at, and a viewer sees who could', async () => {
    const ends = { ...greet('x'), id: 'ends', triggers: [{ schedule: 'rate(1 day)' }] };
    await call('POST', '/workflows', ends);
    const viewer = await open('/workflows/ends', { user: 'viewer' });
    await viewer.page.getByRole('button', { name: 'More', exact: true }).click();
    const refused = viewer.page.getByRole('menuitem', { name: 'Delete: needs the role editor' });
    await refused.waitFor();
    expect(await refused.getAttribute('aria-disabled')).toBe('true');
    await viewer.page.context().close();
    const { page, complaints } = await open('/workflows/ends');
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: /^Delete / });
    await dialog.getByText('Nothing starts it any more, its schedule included.').waitFor();
    const remove = dialog.getByRole('button', { name: 'Delete the workflow' });
    await call('PUT', '/workflows/ends', { ...ends, name: 'Ends' }, anyVersion);
    await remove.click();
    await dialog.getByText('Somebody has saved it meanwhile').waitFor();
    await dialog.getByText('Version 2 and all before it').waitFor();
    await remove.click();
    await page.waitForURL('**/app/workflows');
    await page.getByText('Ends is deleted').waitFor();
    await expect(call('GET', '/workflows/ends')).rejects.toThrow('There is no workflow ends');
    expect((await call('GET', '/schedules')).items).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a prompt shows while it is typed what a model would get, and is saved with its variables', async () => {
    const { page, complaints } = await open('/prompts');
    await rowOf(page, 'Letter').getByRole('link', { name: 'Asks' }).waitFor();
    await page.getByRole('link', { name: 'Letter' }).click();
    const seen = page.getByRole('region', { name: 'What a model would get' });
    await seen.getByText('name: no value').waitFor();
    await page.getByLabel('What the model is asked').fill('Dear {{ name }} of {{ city }}{{ 1 }}');
    await seen.getByText('city: no value').waitFor();
    await seen.getByText('{{ 1 }}: no variable').waitFor();
    await seen.getByLabel('city').fill(HOSTILE);
    await seen.getByText(`of ${HOSTILE}`).waitFor();
    // The API refuses what is no placeholder, at its field; a reload keeps what was typed.
    await page.getByRole('button', { name: 'Save prompt' }).click();
    await page.getByRole('alert').getByText('/user_prompt').waitFor();
    await page.reload();
    const asked = page.getByLabel('What the model is asked');
    await expect.poll(() => asked.inputValue()).toBe('Dear {{ name }} of {{ city }}{{ 1 }}');
    await asked.fill('Dear {{ name }} of {{ city }}');
    await page.getByLabel('Default of city').fill('Rome');
    await page.getByRole('button', { name: 'Save prompt' }).click();
    await page.getByText('Version 2, saved').waitFor();
    expect(await call('GET', '/templates/letter')).toMatchObject({
      user_prompt: 'Dear {{ name }} of {{ city }}',
      variables: { name: { description: HOSTILE }, city: { default: 'Rome' } },
    });
    expect(await page.locator('main img').count()).toBe(0);
    // The browser tells of the refusal itself.
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
    await page.context().close();
  });

  test('two people who save a prompt lose nothing, and its older version can be restored', async () => {
    const { page } = await open('/prompts/letter');
    await page.getByLabel('What it is for').fill('Mine');
    const { version, updated_at: _, ...now } = await call('GET', '/templates/letter');
    await call('PUT', '/templates/letter', { ...now, name: 'Theirs' }, anyVersion);
    await page.getByRole('button', { name: 'Save prompt' }).click();
    await page.getByText('It was changed meanwhile').waitFor();
    expect((await call('GET', '/templates/letter')).description).toBeUndefined();
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText(`Version ${version + 2}, saved`).waitFor();
    expect(await call('GET', '/templates/letter')).toMatchObject({ description: 'Mine' });
    await page.getByRole('link', { name: 'Versions' }).click();
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByText('brings back 1').waitFor();
    expect((await call('GET', '/templates/letter')).user_prompt).toBe(letter.user_prompt);
    await page.goto(`${started().apiUrl}/app/prompts/new`);
    await page.getByLabel('Id').fill('note');
    await page.getByLabel('Name', { exact: true }).fill('Note');
    await page.getByLabel('What the model is asked').fill('Write');
    await page.getByRole('button', { name: 'Save prompt' }).click();
    await page.waitForURL('**/app/prompts/note');
    await page.context().close();
  });

  test('an action is found, read, and begins a workflow', async () => {
    const { page, complaints } = await open('');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByLabel('Find').fill('create issue');
    await page.getByRole('link', { name: /^Create an issue/ }).press('Enter');
    await page
      .getByRole('article', { name: 'Create an issue' })
      .getByText('repo_name text required')
      .waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Create an issue');
    await page.getByRole('link', { name: 'Begin a workflow with it' }).click();
    await page.getByRole('tab', { name: 'JSON' }).click();
    const editor = page.getByRole('textbox', { name: 'The workflow as JSON' });
    await editor.getByText('"github.create_issue"').waitFor();
    // Or it is added to one that there is, which is not saved by that.
    await page.goto(`${started().apiUrl}/app/actions?action=github.create_issue`);
    await page.getByLabel('Add to workflow').selectOption('asks');
    await page.getByRole('button', { name: /^create_issue / }).waitFor();
    await page.getByText('Not saved yet; kept in this browser').waitFor();
    expect(new URL(page.url()).search).toBe('?at=%2Fsteps%2F1');
    expect((await call('GET', '/workflows/asks')).steps).toHaveLength(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('an admin connects an account, which is tried first; its use is told before it is deleted', async () => {
    const { page, complaints } = await open('/connections');
    const demo = page.getByRole('article', { name: 'github/default' });
    await demo.getByText('Of the emulated provider on this machine').waitFor();
    await demo.getByRole('button', { name: 'Test' }).click();
    await demo.getByText('Connected').waitFor();
    await page.getByRole('button', { name: 'Connect an account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Provider').selectOption('openai');
    await dialog.getByRole('textbox', { name: 'Id' }).fill('team');
    await dialog.getByLabel('API key').fill('sk-planted-wrong');
    await dialog.getByLabel('Label').fill(HOSTILE);
    await page.keyboard.press('Enter');
    await dialog.getByText('The provider refuses the credentials').waitFor();
    expect(await dialog.innerText()).not.toContain('sk-planted-wrong');
    const { api_key = '' } = started().stack.connections['openai/default'] ?? {};
    await dialog.getByLabel('API key').fill(api_key);
    await dialog.getByRole('button', { name: 'Connect' }).click();
    const team = page.getByRole('article', { name: 'openai/team' });
    await team.getByText(HOSTILE).waitFor();
    await team.getByText('Connected by demo').waitFor();
    await team.getByText('no workflow').waitFor();
    await team.getByRole('button', { name: 'Change' }).click();
    await dialog.getByLabel('Only for these workflows').fill('asks');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await team.getByText('Only for').waitFor();
    await page.getByRole('article', { name: 'openai/default' }).getByRole('link', { name: 'asks' }).waitFor();
    await page
      .getByRole('article', { name: 'openai/default' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await dialog.getByText('Runs of asks fail without it.').waitFor();
    await page.keyboard.press('Escape');
    const names = await page.getByRole('article').getByRole('heading').allInnerTexts();
    const beside = names[names.indexOf('openai/team') + 1] ?? names.at(-2) ?? '';
    await team.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await team.waitFor({ state: 'detached' });
    // Whoever goes by keys goes on beside it.
    await page.getByRole('article', { name: beside }).locator(':focus').waitFor();
    // A refusal is no fault of the page.
    expect(complaints.filter((complaint) => !/422/.test(complaint))).toEqual([]);
    await page.context().close();
  });

  test('accounts are connected by consent at the provider, which leads back to the page', async () => {
    const { page, complaints } = await open('/connections');
    const dialog = page.getByRole('dialog');
    const consent = async (provider: string, id: string) => {
      await page.getByRole('button', { name: 'Connect an account' }).click();
      await dialog.getByLabel('Provider').selectOption(provider);
      await dialog.getByRole('textbox', { name: 'Id' }).fill(id);
    };
    const isBack = async (name: string) => {
      const row = page.getByRole('article', { name });
      await row.getByText('Connected by demo, by consent at the provider').waitFor();
      await page.getByText(`${name} is connected`).waitFor();
      await expect.poll(() => new URL(page.url()).search).toBe(`?connection=${encodeURIComponent(name)}`);
      return row;
    };

    await consent('google', 'team');
    await dialog.getByLabel('What workflows may do').selectOption({ label: 'Send mails' });
    await dialog.getByLabel('Label').fill(HOSTILE);
    await dialog.getByRole('button', { name: 'Go to Google' }).click();
    // The dialog has a button of that name too.
    await page.getByRole('heading', { name: 'AI-Orchestra wants access to your Google Account' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('No access to Google was given. Nothing was saved').waitFor();
    await page.getByRole('link', { name: 'Back to Connections' }).click();
    expect(await page.getByRole('article', { name: 'google/team' }).count()).toBe(0);

    await consent('google', 'team');
    await dialog.getByLabel('What workflows may do').selectOption({ label: 'Send mails' });
    await dialog.getByRole('button', { name: 'Go to Google' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    const team = await isBack('google/team');
    await team.getByText('gmail.send', { exact: true }).waitFor();
    await team.getByRole('button', { name: 'Add what is missing' }).click();
    await dialog.getByRole('button', { name: 'Go to Google' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await isBack('google/team');
    await team.getByRole('button', { name: 'Add what is missing' }).waitFor({ state: 'detached' });

    await consent('notion', 'team');
    await dialog.getByRole('button', { name: 'Go to Notion' }).click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await isBack('notion/team');

    await consent('github', 'team');
    await dialog.getByRole('button', { name: 'Go to GitHub' }).click();
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.getByRole('button', { name: 'Install for acme' }).click();
    await (await isBack('github/team')).getByText('acme', { exact: true }).waitFor();

    // What was connected works, as the provider sees it.
    const steps = [
      {
        id: 'issue',
        action: 'github.create_issue',
        connection: 'team',
        params: { repo_name: 'handbook', title: 'By the App' },
      },
      { id: 'mail', action: 'gmail.list_messages', connection: 'team', params: {} },
      { id: 'pages', action: 'notion.search_pages', connection: 'team', params: { query: 'handbook' } },
    ];
    await call('POST', '/workflows', {
      id: 'team',
      name: 'Team',
      steps,
      output: '{{ steps.issue.repo_name }}',
    });
    const run = await call('POST', '/workflows/team/executions', { input: {} }, { prefer: 'wait=20' });
    expect([run.status, run.output]).toEqual(['succeeded', 'acme/handbook']);
    // A refusal is no fault of the page.
    expect(complaints.filter((complaint) => !/422/.test(complaint))).toEqual([]);
    await page.context().close();
  });

  test('a grant that is gone fails the run with a link, and the page tells of it until the account is connected again', async () => {
    const google = started().stack.emulated['google'] ?? '';
    const connect = async () => grantedTo(started().stack.apiUrl, google, 'modify');
    const credentials = await connect();
    await call('POST', '/connections', { provider: 'google', id: 'gone', credentials });
    const steps = [{ id: 'read', action: 'gmail.list_messages', connection: 'gone', params: {} }];
    await call('POST', '/workflows', { id: 'inbox', name: 'Inbox', steps });
    const body = new URLSearchParams({ token: credentials['refresh_token'] ?? '' });
    await fetch(`${google}/oauth2/revoke`, { method: 'POST', body });
    const run = await call('POST', '/workflows/inbox/executions', { input: {} }, { prefer: 'wait=20' });
    expect(run.error).toMatchObject({
      name: 'ConnectionExpired',
      message: expect.stringMatching(
        /^The connection google\/gone has to be connected again: .*\(\/app\/connections\?connection=google\/gone\)$/,
      ),
    });
    await expect
      .poll(async () => (await call('GET', '/connections/google/gone')).status)
      .toBe('needs_reconnect');
    const { page } = await open('/connections?connection=google/gone');
    await page.getByText('One account has to be connected again').waitFor();
    await page.getByRole('link', { name: 'failed runs of inbox' }).waitFor();
    await page.getByRole('link', { name: 'the run that failed last' }).click();
    await page.waitForURL(`**/app/runs/${run.id}`);
    await page.context().close();
    const again = { credentials: await connect() };
    const { status } = await call('PUT', '/connections/google/gone', again, anyVersion);
    expect(status).toBe('connected');
    const cured = await call('POST', '/workflows/inbox/executions', { input: {} }, { prefer: 'wait=20' });
    expect(cured.status).toBe('succeeded');
  });

  test('who builds workflows sees connections and tests them; who reads sees none', async () => {
    const editor = await open('/connections', { user: 'editor' });
    await editor.page
      .getByRole('article', { name: 'notion/default' })
      .getByRole('button', { name: 'Test' })
      .waitFor();
    expect(await editor.page.getByRole('button', { name: /^(Change|Delete)$/ }).count()).toBe(0);
    await editor.page.context().close();
    const viewer = await open('/connections', { user: 'viewer' });
    await viewer.page.getByText('Connections are for those who build workflows').waitFor();
    expect(viewer.requests).not.toContain('GET /connections');
    await viewer.page.context().close();
  });

  test('an admin invites, gives a role, disables and enables; the last admin stays', async () => {
    const { page } = await open('/users');
    await page.getByRole('button', { name: 'Invite a user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User').fill('ada');
    await dialog.getByLabel('E-mail').fill('ada@acme.example');
    await page.keyboard.press('Enter');
    const ada = page.getByRole('article', { name: 'ada' });
    await ada.getByText('Invited, has not logged in yet').waitFor();
    expect(started().notes.join('\n')).toMatch(
      /To ada@acme\.example, not sent: the temporary password of ada is \S+/,
    );
    await ada.getByLabel('Role of ada').selectOption('editor');
    await expect.poll(async () => (await call('GET', '/users/ada')).role).toBe('editor');
    await ada.getByRole('button', { name: 'Disable' }).click();
    await dialog.getByRole('button', { name: 'Disable' }).click();
    await ada.getByText('Disabled: cannot log in').waitFor();
    await ada.getByRole('button', { name: 'Enable' }).click();
    await ada.getByText('Invited, has not logged in yet').waitFor();
    await page.getByRole('article', { name: /^demo/ }).getByLabel('Role of demo').selectOption('viewer');
    await dialog.getByRole('button', { name: 'Make me viewer' }).click();
    await dialog.getByText('Somebody has to be admin').waitFor();
    await page.keyboard.press('Escape');
    expect((await call('GET', '/users/demo')).role).toBe('admin');
    await page.context().close();
    const editor = await open('/users', { user: 'editor' });
    await editor.page.getByText('Users are managed by admins').waitFor();
    expect(await editor.page.getByRole('button', { name: 'Invite a user' }).isDisabled()).toBe(true);
    expect(editor.requests).not.toContain('GET /users');
    await editor.page.context().close();
  });
});
