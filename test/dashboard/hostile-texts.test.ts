// Texts that anybody can send, in every field that the API stores or gives: no page runs them, follows them or breaks.
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isLoaded, startDashboard } from '../support/dashboard.ts';
import { MARKUP, RUN, texts, WORD } from '../support/hostile-texts.ts';
import { indexedRuns, indexRow } from '../support/index-rows.ts';
import { modelAnswer } from '../support/model-answers.ts';
import { logOf } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

const dashboard = await startDashboard({ seed: false });

const USER = `<img/src=x/onerror=${RUN}>`;
const PASSWORD = 'A-strong-pass-2';

describe.skipIf(!dashboard)('texts of anybody', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const runs: Record<'all' | 'answers' | 'fails', string> = { all: '', answers: '', fails: '' };
  let asked: readonly { readonly id: string; readonly message: string }[] = [];

  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await started().call(method, path, { body });
    expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body).slice(0, 2_000)}`).toBeLessThan(
      300,
    );
    return answer.body;
  };
  const save = (body: object) => call('POST', '/workflows', body);
  /** What a name, a description and a literal of a document may hold. */
  const written = (text: string) =>
    text
      .replaceAll(/\{\{|\}\}|\p{Cs}/gu, '?')
      .replaceAll('\u0000', '?')
      .slice(0, 200);
  const value = Object.fromEntries([
    ...texts.map((text) => [text.slice(0, 200), text]),
    ['url', texts[5]],
    ['html_url', texts[9]],
    ['page_url', texts[7]],
    ['list', texts],
  ]);

  /** Each text as the name of a workflow, and all of them in the fields of one. */
  async function saveWorkflows(): Promise<void> {
    const steps = [{ id: 'one', transform: 1 }];
    await Promise.all(
      texts.map((text, at) =>
        save({ id: `text_${at}`, name: written(text), description: written(text), steps }),
      ),
    );
    const fields = texts.map((text, at) => [
      `t${at}`,
      { type: 'string', description: text, default: written(text) },
    ]);
    await save({
      id: 'all',
      inputs: {
        ...Object.fromEntries(fields),
        value: { type: 'object', default: {}, description: texts.join('\n') },
        texts: { type: 'array', default: [] },
      },
      triggers: [{ schedule: 'rate(1 day)', input: { t0: MARKUP, texts: texts.map(written) } }],
      steps: [
        { id: 'say', comment: MARKUP, transform: '{{ inputs.value }}' },
        ...texts.map((text, at) => ({ id: `c${at}`, comment: text, transform: at })),
        {
          id: 'each',
          for_each: '{{ inputs.texts }}',
          max_concurrency: 26,
          steps: [
            {
              id: 'ask',
              approval: {
                message: '{{ item = "" ? "empty" : item }}',
                details: '{{ inputs.value }}',
                role: 'admin',
              },
            },
          ],
        },
      ],
    });
    await save({
      id: 'fails',
      inputs: { text: { type: 'string' } },
      steps: [
        { id: 'stop', fail: { error: '{{ $substring(inputs.text, 0, 80) }}', cause: '{{ inputs.text }}' } },
      ],
    });
    await save({
      id: 'answers',
      steps: [
        { id: 'model', action: 'openai.chat', params: { messages: [{ role: 'user', content: 'Say it' }] } },
        { id: 'agent', agent: { goal: 'Find it', tools: ['github.list_issues'] }, on_error: 'continue' },
        { id: 'provider', action: 'github.list_issues', params: { repo_name: 'acme/handbook' } },
      ],
    });
  }

  async function play(): Promise<void> {
    const start = async (id: string, input: object) =>
      (await call('POST', `/workflows/${id}/executions`, { input })).id as string;
    runs.all = await start('all', { value, texts });
    runs.fails = await start('fails', { text: `${MARKUP} ${texts.join(' ')}` });
    const wants = { name: 'github-list_issues', arguments: JSON.stringify({ repo_name: MARKUP }) };
    const content = texts.join('\n');
    started().faults.openai.inject([
      modelAnswer(content),
      modelAnswer(content, [{ id: MARKUP, ...wants }]),
      modelAnswer(content),
    ]);
    started().faults.github.inject(
      [
        {
          status: 422,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ message: content }),
        },
      ],
      { forever: true },
    );
    runs.answers = await start('answers', {});
    await Promise.all([logOf(started(), runs.fails), logOf(started(), runs.answers)]);
    await until(async () => {
      const { items } = (await started().call('GET', '/approvals?limit=100')).body;
      if (items.length < texts.length) throw new Error(`${items.length} approvals`);
      asked = items;
    });
  }

  /** A prompt, and a workflow's second version, whose every line differs from the first. */
  async function saveVersions(): Promise<void> {
    const prompt = {
      id: 'said',
      name: MARKUP,
      description: texts.map(written).join('\n'),
      system_prompt: written(MARKUP),
      user_prompt: `{{ a }}${texts.map(written).join('\n')}`,
      variables: { a: { description: MARKUP, default: texts.join('\n') } },
    };
    await call('POST', '/templates', prompt);
    const replace = async (path: string, body: object) => {
      const answer = await started().call('PUT', path, { body, headers: { 'if-match': '*' } });
      expect(answer.status, JSON.stringify(answer.body).slice(0, 2_000)).toBe(200);
    };
    await replace('/templates/said', { ...prompt, name: `${MARKUP} 2`, user_prompt: '{{ a }}' });
    const all = await call('GET', '/workflows/all');
    await replace('/workflows/all', {
      ...all,
      inputs: { ...all.inputs, t0: { type: 'string', default: '' } },
      steps: all.steps.map((step: object) => ({ ...step, comment: texts.join(' ') })),
    });
  }

  /** What ran before, and was delivered. */
  async function record(): Promise<void> {
    const at = (n: number) => new Date(Date.now() - n * 1_000).toISOString();
    const rows = texts.flatMap((text, n) => {
      const error = { name: text, step_id: text, message: text };
      const input_preview = JSON.stringify({ [text]: text });
      return [
        indexRow(`all.f${n}`, at(n), {
          status: 'failed',
          error,
          input_preview,
          trigger: { type: 'api', user: text },
        }),
        indexRow(`all.h${n}`, at(n), { input_preview, trigger: { type: 'webhook', delivery: text } }),
      ];
    });
    await indexedRuns(started()).add(rows);
  }

  async function createUser(): Promise<void> {
    const { clientConfig, settings } = started().stack;
    const pool = new CognitoIdentityProviderClient(clientConfig);
    const user = { UserPoolId: settings.USER_POOL_ID, Username: USER };
    await pool.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
    await pool.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }));
    await pool.send(new AdminAddUserToGroupCommand({ ...user, GroupName: 'admin' }));
    pool.destroy();
  }

  beforeAll(async () => {
    await Promise.all([createUser(), saveWorkflows()]);
    await saveVersions();
    await Promise.all([play(), record()]);
  });

  /** What the page did, or shows, that it should not. */
  async function harm(page: Page): Promise<readonly string[]> {
    return page.evaluate(`[
      ...(globalThis.executed ? ['a text was run'] : []),
      ...globalThis.refused,
      ...[...document.querySelectorAll(':is(main, header, nav) :is(img, script, iframe, style, svg a, [onerror], [onload])')].map((one) => one.outerHTML),
      ...[...document.querySelectorAll('a[href], form[action], [src]')].flatMap((link) => {
        const url = new URL(link.href ?? link.action ?? link.src, location.href);
        if (url.origin === location.origin && (link.target ?? '') === '') return [];
        const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1');
        return isSafe && /noopener/.test(link.rel) && url.username === '' ? [] : [link.outerHTML.slice(0, 200)];
      }),
      ...(document.querySelector('main').checkVisibility() ? [] : ['a text was taken for a style']),
    ]`);
  }

  /** By how much the page can be scrolled sideways. */
  const sideways = (page: Page): Promise<number> =>
    page.evaluate('scrollTo(1e6, 0); const by = scrollX; scrollTo(0, 0); by');

  test('are shown as texts on every page, lead nowhere, and fit', async () => {
    const { page, complaints } = await started().open({ user: null, path: '/home' });
    const context = page.context();
    const found: string[] = [];
    await page.addInitScript(`globalThis.refused = [];
      addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective + ' ' + event.blockedURI));`);
    page.on('dialog', async (dialog) => {
      found.push(`a dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    context.on('page', (other) => found.push(`another window: ${other.url()}`));
    context.on('request', (request) => {
      if (!request.url().startsWith(started().apiUrl)) found.push(`a request to ${request.url()}`);
    });
    await page.getByLabel('User').fill(USER);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();

    const approval = (text: string) =>
      asked.find(({ message }) => text.startsWith(message.slice(0, 40)))?.id ?? '';
    const inUrl = encodeURIComponent(MARKUP);
    const paths = [
      '/home',
      '/runs',
      `/runs?error=${inUrl}&step=${inUrl}&id=${inUrl}&workflow=${inUrl}`,
      `/runs/${inUrl}`,
      ...['?step=say', '?step=say&part=raw', '?view=steps', '?view=timeline&step=each', '?view=json'].map(
        (view) => `/runs/${runs.all}${view}`,
      ),
      `/runs/${runs.all}?step=${inUrl}&index=${inUrl}&view=compare&with=${inUrl}`,
      `/runs/${runs.fails}`,
      `/runs/${runs.fails}?view=steps`,
      ...['?step=model', '?step=agent&part=turns', '?step=agent', '?step=provider'].map(
        (view) => `/runs/${runs.answers}${view}`,
      ),
      '/workflows',
      `/workflows?q=${inUrl}`,
      `/workflows/${inUrl}`,
      ...['steps', 'triggers', 'json'].map(
        (shown) => `/workflows/all?show=${shown}&t0=${inUrl}&none=${inUrl}`,
      ),
      `/workflows/all?from=${runs.all}`,
      '/workflows/all/edit',
      '/workflows/all/versions',
      `/workflows/${inUrl}/versions?from=${inUrl}&to=${inUrl}`,
      '/prompts',
      `/prompts?q=${inUrl}`,
      '/prompts/said',
      '/prompts/said/versions',
      `/prompts/${inUrl}`,
      `/actions?q=${inUrl}&action=${inUrl}`,
      '/users',
      '/approvals',
      ...[MARKUP, WORD, texts[15] ?? ''].map((text) => `/approvals?approval=${approval(text)}`),
      `/approvals?approval=${inUrl}`,
      '/schedules',
      '/webhooks',
      `/${inUrl}`,
    ];
    let shown = '';
    for (const path of paths) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${started().apiUrl}/app${path}`);
      await isLoaded(page);
      await page.evaluate(`for (const one of document.querySelectorAll('main details')) one.open = true`);
      await isLoaded(page);
      shown += await page.locator('body').innerText();
      const wide = await sideways(page);
      await page.setViewportSize({ width: 320, height: 640 });
      const narrow = await sideways(page);
      const faults = [
        ...(await harm(page)),
        ...(wide === 0 ? [] : [`wider than 1280 px by ${wide}`]),
        ...(narrow === 0 ? [] : [`wider than 320 px by ${narrow}`]),
      ];
      found.push(...faults.map((fault) => `${path}: ${fault}`));
    }
    // What an address leads to may not be there.
    expect([found, complaints.filter((text) => !/status of 40[04]/.test(text))]).toEqual([[], []]);
    expect(texts.filter((text) => !shown.includes(text.trim().slice(0, 20)))).toEqual([]);
    expect(shown).toContain(USER);
    await context.close();
  });
});
