// The session in a real browser: logging in with every further step, going on after its end, several tabs, and no token in sight.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { generate } from 'cognito-local/lib/services/totp.js';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { faultsInEveryLook, logIn, startDashboard, violations } from '../support/dashboard.ts';

const dashboard = await startDashboard({ seed: false });
const strong = 'Correct-horse-1';

describe.skipIf(!dashboard)('the session', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const open = (options: Parameters<NonNullable<typeof dashboard>['open']>[0] = {}) =>
    started().open({ path: '/runs', ...options });
  const inside = (page: Page) => page.getByRole('navigation', { name: 'Pages' }).waitFor();
  const atLogin = (page: Page) => page.getByRole('button', { name: 'Log in', exact: true }).waitFor();

  async function createUser(Username: string): Promise<string> {
    const { stack } = started();
    const TemporaryPassword = 'Temporary-pass-1';
    await new CognitoIdentityProviderClient(stack.clientConfig).send(
      new AdminCreateUserCommand({
        UserPoolId: stack.settings.USER_POOL_ID,
        Username,
        TemporaryPassword,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: `${Username}@acme.example` },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    return TemporaryPassword;
  }

  /** Every answer to a call with a token is as if the session had ended, until its cookie is good again. */
  async function endSession(page: Page): Promise<void> {
    const context = page.context();
    const [cookie] = await context.cookies();
    if (!cookie) throw new Error('There is no cookie');
    const answer = await context.request.post(`${started().apiUrl}/auth/logout`, {
      headers: { origin: started().apiUrl },
    });
    expect(answer.status()).toBe(204);
    // The access token that the page has is as if it had expired.
    let refused = 0;
    await page.route('**/executions*', async (route) => {
      if (refused++ > 0) return route.continue();
      await route.fulfill({ status: 401, json: { message: 'Unauthorized' } });
    });
  }

  test('a login by keyboard outlives a reload, and ends in all tabs at once', async () => {
    const { page, complaints } = await open({ user: null });
    await page.getByText('This is a demonstration').waitFor();
    await page.keyboard.type('demo');
    await page.keyboard.press('Tab');
    await page.keyboard.type('demo');
    await page.keyboard.press('Enter');
    await inside(page);
    await page.reload();
    await inside(page);
    const other = await open({ context: page.context(), user: null });
    await inside(other.page);
    await page.getByRole('button', { name: /account and looks/ }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await Promise.all([atLogin(page), atLogin(other.page)]);
    expect(await page.context().cookies()).toEqual([]);
    // A login in one tab is one in the other.
    await logIn(page, 'viewer');
    await inside(other.page);
    await other.page.getByRole('button', { name: /^viewer, viewer/ }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('tokens are in no storage, address, element, console or log', async () => {
    const { page } = await open({ user: null });
    const logged: string[] = [];
    const tokens: string[] = [];
    page.on('console', (message) => logged.push(message.text()));
    page.on('response', async (response) => {
      if (/\/auth\/(login|refresh)$/.test(response.url())) {
        const body: { readonly access_token: string } = await response.json();
        tokens.push(body.access_token);
        expect(Object.keys(body)).not.toContain('refresh_token');
      }
    });
    await logIn(page, 'demo');
    await page.reload();
    await inside(page);
    // The page has read the second answer; this has its own copy a moment later.
    await expect.poll(() => tokens.length).toBe(2);
    const [cookie, ...more] = await page.context().cookies();
    expect(more).toEqual([]);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    const secrets = [...tokens, cookie?.value ?? ''];
    expect([secrets.length, secrets.every((secret) => secret.length > 20)]).toEqual([3, true]);
    const seen = String(
      await page.evaluate(`JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie,
        document.documentElement.outerHTML, history.state, window.name, Object.keys(window).map((name) => String(window[name]))])`),
    );
    const logs = readdirSync(started().home, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.log'))
      .map((name) => readFileSync(join(started().home, name), 'utf8'));
    expect(logs.length).toBeGreaterThan(0);
    for (const text of [seen, ...logged, ...logs])
      for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    expect(await page.evaluate('indexedDB.databases().then((all) => all.length)')).toBe(0);
    await page.context().close();
  });

  test('a first login asks for a new password, and says which rule a weak one breaks', async () => {
    const password = await createUser('ada');
    const { page } = await open({ user: null });
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByLabel('New password').fill('weak-1');
    await page.keyboard.press('Enter');
    await page.getByText('Password did not conform with policy: Password not long enough').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('New password').fill(strong);
    await page.keyboard.press('Enter');
    await inside(page);
    await page.context().close();
  });

  test('a forgotten password is replaced with the code that was sent', async () => {
    const { page } = await open({ user: null });
    await page.getByLabel('User').fill('editor');
    await page.getByRole('button', { name: 'I forgot the password' }).click();
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.getByText('If editor has a verified address, a code was sent').waitFor();
    await page.getByLabel('Code').fill('wrong');
    await page.getByLabel('New password').fill(strong);
    await page.keyboard.press('Enter');
    await page.getByText('The code was refused').waitFor();
    const [, code = ''] = /editor is (\d{6})/.exec(started().notes.join('\n')) ?? [];
    await page.getByLabel('Code').fill(code);
    await page.keyboard.press('Enter');
    await inside(page);
    await page.getByRole('button', { name: /^editor, editor/ }).waitFor();
    await page.context().close();
  });

  test('a session that ends asks for the password in place, and the request goes on', async () => {
    const { page, requests } = await open();
    await page.getByText('No workflow has run yet').waitFor();
    await endSession(page);
    await page.evaluate(
      `document.body.dataset.before = 'the same page'; sessionStorage.setItem('draft:test', 'typed')`,
    );
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor({ timeout: 60_000 });
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    expect(await dialog.getByLabel('User').inputValue()).toBe('demo');
    const before = requests.filter((line) => line === 'GET /executions').length;
    await page.keyboard.type('demo');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(() => requests.filter((line) => line === 'GET /executions').length)
      .toBeGreaterThan(before);
    expect(await page.evaluate('document.body.dataset.before')).toBe('the same page');
    expect(await page.evaluate(`sessionStorage.getItem('draft:test')`)).toBe('typed');
    // Another user starts anew.
    await endSession(page);
    await dialog.waitFor({ timeout: 60_000 });
    await dialog.getByRole('button', { name: 'Log in as somebody else' }).click();
    await atLogin(page);
    expect(await page.evaluate(`sessionStorage.getItem('draft:test')`)).toBeNull();
    await page.context().close();
  });

  test('a login in another tab goes on for both: as it is for the same user, anew for another', async () => {
    const { page } = await open();
    const other = await open({ context: page.context(), user: null });
    await Promise.all([inside(page), inside(other.page)]);
    await endSession(page);
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor({ timeout: 60_000 });
    await other.page.reload();
    await logIn(other.page, 'demo');
    await dialog.waitFor({ state: 'detached' });
    await page.evaluate(`sessionStorage.setItem('draft:test', 'typed')`);
    // Somebody else logs in where the session had ended; the first tab has still a good token of its own user.
    await endSession(other.page);
    await other.page.reload();
    await logIn(other.page, 'viewer');
    await page.getByRole('button', { name: /^viewer, viewer/ }).waitFor();
    expect(await page.evaluate(`sessionStorage.getItem('draft:test')`)).toBeNull();
    await page.context().close();
  });

  test('a logout that the service did not hear of is done before anybody can log in', async () => {
    const { page } = await open();
    await page.route('**/auth/**', (route) => route.abort());
    await page.getByRole('button', { name: /account and looks/ }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByText('AI-Orchestra cannot be reached').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await atLogin(page);
    expect(await page.context().cookies()).toEqual([]);
    await page.context().close();
  });

  test('a code of an authenticator app is asked for, and a wrong one can be put right', async () => {
    const { stack } = started();
    const pool = new CognitoIdentityProviderClient(stack.clientConfig);
    const user = { UserPoolId: stack.settings.USER_POOL_ID, Username: 'totp' };
    await createUser(user.Username);
    await pool.send(new AdminSetUserPasswordCommand({ ...user, Password: strong, Permanent: true }));
    const { AuthenticationResult } = await pool.send(
      new InitiateAuthCommand({
        ClientId: stack.settings.USER_POOL_CLIENT_ID,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: user.Username, PASSWORD: strong },
      }),
    );
    const AccessToken = AuthenticationResult?.AccessToken;
    const { SecretCode = '' } = await pool.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    await pool.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: generate(SecretCode) }));
    const SoftwareTokenMfaSettings = { Enabled: true };
    await pool.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings }));
    const { UserPoolId } = user;
    await pool.send(new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: 'OPTIONAL' }));
    const { page } = await open({ user: null });
    await page.getByLabel('User').fill(user.Username);
    await page.getByLabel('Password').fill(strong);
    await page.keyboard.press('Enter');
    const code = page.getByLabel('Code of the authenticator app');
    await code.fill('abcdef');
    await page.keyboard.press('Enter');
    await page.getByText('The code was refused').waitFor();
    expect(await violations(page)).toEqual([]);
    await code.fill(generate(SecretCode));
    await page.keyboard.press('Enter');
    await inside(page);
    await page.context().close();
  });

  test('an access token is renewed before it expires, in one tab after the other, by no clock of the device', async () => {
    const { page } = await open({ user: null });
    // An hour wrong.
    await page.clock.install({ time: Date.now() - 3_600_000 });
    let atOnce = 0;
    let most = 0;
    const refreshes: string[] = [];
    await page.context().route('**/auth/refresh', async (route) => {
      most = Math.max(most, ++atOnce);
      const answer = await route.fetch();
      refreshes.push(route.request().headers()['authorization'] ?? 'none');
      await route.fulfill({ response: answer });
      atOnce--;
    });
    await page.reload();
    await logIn(page, 'demo');
    const other = await open({ context: page.context(), user: null });
    await Promise.all([inside(page), inside(other.page)]);
    const before = refreshes.length;
    // 59 minutes and a half of 60 later it is refreshed by the next request.
    await page.clock.fastForward(3_570_000);
    await expect.poll(() => refreshes.length, { timeout: 30_000 }).toBeGreaterThan(before);
    await Promise.all([page.reload(), other.page.reload()]);
    await Promise.all([inside(page), inside(other.page)]);
    expect([most, new Set(refreshes)]).toEqual([1, new Set(['none'])]);
    await page.context().close();
  });

  test('the service away at the start is said, with a way to try again', async () => {
    const { page } = await open({ user: null });
    await page.route('**/auth/session', (route) => route.abort());
    await page.reload();
    await page.getByText('AI-Orchestra cannot be reached').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await atLogin(page);
    await page.context().close();
  });

  test('the login has no fault of access, and nothing is cut', async () => {
    const { page } = await open({ user: null });
    await atLogin(page);
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.getByRole('button', { name: 'I forgot the password' }).click();
    await page.getByRole('button', { name: 'Send a code' }).waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    await page.context().close();
  });
});
