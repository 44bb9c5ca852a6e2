// Starting workflows in a real browser: from the list to the run, once, with the right input, and safe against what others wrote. Long, so
// that all of it shares one stack and browser.
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsInEveryLook, type OpenOptions, startDashboard, violations } from '../support/dashboard.ts';
import { endedRuns } from '../support/test-stack.ts';

const dashboard = await startDashboard({ seed: false });

const echo = [{ id: 'echo', comment: 'Gives back what it was given', transform: '{{ inputs }}' }];
const hostile = `<img src=x onerror="document.title='hit'">\u202e‮مرحبا javascript:document.title='hit' ${'x'.repeat(150)}`;
const seenChanging = { id: 'seen_changing', inputs: { text: { type: 'string' } }, steps: echo };
const workflows = [
  seenChanging,
  { id: 'one_text', name: 'One text', inputs: { text: { type: 'string' } }, steps: echo },
  {
    id: 'every_type',
    inputs: {
      text: { type: 'string', description: 'What it is about' },
      note: { type: 'string', default: 'as always' },
      count: { type: 'integer', default: 20 },
      ratio: { type: 'number', required: false },
      sure: { type: 'boolean' },
      labels: { type: 'array', default: ['bug'] },
      options: { type: 'object', required: false },
    },
    triggers: [
      { schedule: 'cron(0 9 ? * MON *)', timezone: 'Europe/Berlin', input: { text: 'Monday', sure: true } },
    ],
    steps: [
      ...echo,
      { id: 'both', parallel: { left: [{ id: 'l', transform: 1 }], right: [{ id: 'r', transform: 2 }] } },
    ],
  },
  { id: 'quick', type: 'express', inputs: { text: { type: 'string' } }, steps: echo },
  { id: 'no_input', steps: [{ id: 'one', transform: 1 }] },
  { id: 'changing', inputs: { text: { type: 'string' }, gone: { type: 'string' } }, steps: echo },
  { id: 'deleted', inputs: { text: { type: 'string' } }, steps: echo },
  {
    id: 'hostile',
    name: hostile.slice(0, 200),
    description: hostile,
    inputs: {
      text: { type: 'string', description: hostile, default: hostile },
      any: { default: { [hostile]: 'javascript:alert(1)' } },
    },
    steps: [{ id: 'echo', comment: hostile, transform: hostile }],
  },
];

describe.skipIf(!dashboard)('starting a workflow', () => {
  const stack = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const open = (path: string, options: OpenOptions = {}) => stack().open({ path, ...options });
  const start = (page: Page) => page.getByRole('button', { name: 'Start the workflow' });
  const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
  const isFocused = (page: Page, name: string) =>
    field(page, name).evaluate((element) => element === element.ownerDocument.activeElement);
  const runOf = async (page: Page) => {
    await page.waitForURL('**/app/runs/*');
    return decodeURIComponent(new URL(page.url()).pathname.slice('/app/runs/'.length));
  };
  const inputOf = async (run: string) => (await stack().call('GET', `/executions/${run}`)).body.input;

  beforeAll(async () => {
    for (const body of workflows) {
      const { status } = await stack().call('POST', '/workflows', { body });
      expect(status, body.id).toBe(201);
    }
  });

  /** Presses Tab until what has the focus is called so. */
  async function tabTo(page: Page, name: string): Promise<void> {
    for (let times = 0; times < 80; times += 1) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(
        '(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()',
      );
      if (found === name) return;
    }
    throw new Error(`Tab does not lead to ${name}`);
  }

  test('the keyboard alone leads from the list to a run', async () => {
    const { page, complaints } = await open('/runs');
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.getByRole('link', { name: 'One text' }).waitFor();
    await tabTo(page, 'One text');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Start it' }).waitFor();
    await tabTo(page, 'text');
    await page.keyboard.type('by keyboard');
    await tabTo(page, 'Start the workflow');
    await page.keyboard.press('Enter');
    expect(await inputOf(await runOf(page))).toEqual({ text: 'by keyboard' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('pressing twice, and pressing again after a lost answer, starts one run each', async () => {
    const { page, requests } = await open('/workflows/one_text');
    await field(page, 'text').fill('twice');
    await start(page).dblclick();
    const first = await runOf(page);
    const starts = () =>
      requests.filter((request) => request === 'POST /workflows/one_text/executions').length;
    expect(starts()).toBe(1);

    // The answer is lost on its way; a reload of the tab keeps what was typed.
    await page.goto(`${stack().apiUrl}/app/workflows/one_text`);
    await field(page, 'text').fill('lost');
    let lost = '';
    await page.route('**/executions', async (route) => {
      lost = (await (await route.fetch()).json()).id;
      await route.abort();
    });
    await start(page).click();
    await page.getByRole('alert').getByText('one run comes of it, not two').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.reload();
    expect(await field(page, 'text').inputValue()).toBe('lost');
    await start(page).click();
    expect(await runOf(page)).toBe(lost);

    // The same once more, wanted.
    await page.goto(`${stack().apiUrl}/app/workflows/one_text`);
    expect(await field(page, 'text').inputValue()).toBe('lost');
    await start(page).click();
    expect(await runOf(page)).not.toBe(lost);
    const runs = await endedRuns(stack().call, 'one_text', 4);
    expect(runs.map(({ input }) => JSON.stringify(input)).sort()).toEqual(
      ['by keyboard', 'lost', 'lost', 'twice'].map((text) => JSON.stringify({ text })),
    );
    expect(first).not.toBe(lost);
    await page.context().close();
  });

  test('a mistake stands at its field, the first one gets the focus, and nothing is lost', async () => {
    const { page, requests } = await open('/workflows/every_type');
    await field(page, 'labels').fill('["a",]');
    await page.getByText('Line 1, column 6: value expected. No comma stands before ].').waitFor();
    await field(page, 'count').fill('many');
    await start(page).click();
    await expect.poll(() => isFocused(page, 'count')).toBe(true);
    expect(requests.filter((request) => request.startsWith('POST /workflows'))).toEqual([]);

    await field(page, 'count').fill('3');
    await field(page, 'labels').fill('["a"]');
    await start(page).click();
    await page.getByText('2 inputs are marked below.').waitFor();
    await expect.poll(() => isFocused(page, 'text')).toBe(true);
    expect(await field(page, 'text').getAttribute('aria-invalid')).toBe('true');
    const described = await field(page, 'text').getAttribute('aria-describedby');
    const texts = await Promise.all(
      (described ?? '').split(' ').map((id) => page.locator(`[id="${id}"]`).textContent()),
    );
    expect(texts).toEqual(['The input `text` is missing', 'What it is about', 'text · required']);
    expect(await violations(page)).toEqual([]);

    await field(page, 'text').fill('now');
    expect(await field(page, 'text').getAttribute('aria-invalid')).toBeNull();
    await field(page, 'sure').selectOption('true');
    await start(page).click();
    expect(await inputOf(await runOf(page))).toEqual({
      text: 'now',
      note: 'as always',
      count: 3,
      sure: true,
      labels: ['a'],
    });
    await page.context().close();
  });

  test('form and JSON show the same input, and numbers keep all their digits', async () => {
    const { page } = await open('/workflows/every_type');
    await field(page, 'text').fill('same');
    await field(page, 'sure').selectOption('false');
    await field(page, 'count').fill('9007199254740993');
    await page.getByRole('tab', { name: 'JSON' }).first().click();
    const whole = field(page, 'The whole input');
    expect(await whole.inputValue()).toBe(
      JSON.stringify(
        { text: 'same', note: 'as always', count: 0, sure: false, labels: ['bug'] },
        null,
        2,
      ).replace('0,', '9007199254740993,'),
    );
    await whole.fill('{"text": 5, "sure": true}');
    await page.getByRole('tab', { name: 'Form' }).click();
    await page.getByText('text: The input is of the type string: 5').waitFor();
    expect(await whole.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await whole.fill('{"text": "edited", "sure": true, "options": {"id": 12345678901234567890}}');
    await page.getByRole('tab', { name: 'Form' }).click();
    expect(await field(page, 'options').inputValue()).toBe('{"id":12345678901234567890}');
    expect(await field(page, 'count').inputValue()).toBe('');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await start(page).click();
    expect((await sent).postData()).toBe(
      '{"input":{"text":"edited","sure":true,"options":{"id":12345678901234567890}}}',
    );
    await runOf(page);
    await page.context().close();
  });

  test('a link fills in and never starts', async () => {
    const search = new URLSearchParams({ text: hostile, count: '7', labels: '[', other: '1' });
    const { page, requests, complaints } = await open(`/workflows/every_type?${search}`);
    await page.getByText('The link has filled the form in. Nothing has been started.').waitFor();
    expect(await field(page, 'text').inputValue()).toBe(hostile);
    expect(await field(page, 'count').inputValue()).toBe('7');
    expect(await field(page, 'note').inputValue()).toBe('as always');
    await page.getByText('No field can show these values').waitFor();
    await page.goto(`${stack().apiUrl}/app/workflows/every_type?input=${encodeURIComponent('{"count": 8}')}`);
    await expect.poll(() => field(page, 'count').inputValue()).toBe('8');
    await page.goto(`${stack().apiUrl}/app/workflows/every_type?input=nonsense`);
    await page.getByText('The link’s input cannot be read').waitFor();
    await page.goto(`${stack().apiUrl}/app/workflows/no_input?other=1`);
    await page.getByText('It takes no input.').waitFor();
    expect(requests.filter((request) => request.includes('POST /workflows'))).toEqual([]);
    expect(await page.title()).not.toContain('hit');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a link takes over the input of a run, large as it may be', async () => {
    const text = `Ünïcode ${'x'.repeat(100_000)}`;
    const { body } = await stack().call('POST', '/workflows/one_text/executions', {
      body: { input: { text } },
    });
    const { page } = await open(`/workflows/one_text?from=${encodeURIComponent(body.id)}`);
    await page.getByRole('link', { name: body.id }).first().waitFor();
    expect(await field(page, 'text').inputValue()).toBe(text);
    await start(page).click();
    const run = await runOf(page);
    expect(run).not.toBe(body.id);
    expect(await inputOf(run)).toEqual({ text });
    await page.goto(`${stack().apiUrl}/app/workflows/one_text?from=one_text.unknown`);
    await page.getByText('The input of the run one_text.unknown could not be read.').waitFor();
    await page.getByRole('button', { name: 'Go on without it' }).click();
    expect(await field(page, 'text').inputValue()).toBe('');
    await page.context().close();
  });

  test('a viewer sees what it takes, and why they cannot start it', async () => {
    const { page, requests } = await open('/workflows/one_text', { user: 'viewer' });
    await page
      .getByText('Starting a workflow needs the role editor, and you are logged in as viewer.')
      .waitFor();
    expect(await start(page).isDisabled()).toBe(true);
    expect(await field(page, 'text').isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    expect(requests.filter((request) => request.includes('POST /workflows'))).toEqual([]);
    await page.context().close();
  });

  test('an Express workflow is sent no key, and leads to its run', async () => {
    const { page } = await open('/workflows/quick');
    await field(page, 'text').fill('at once');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await start(page).click();
    expect((await sent).headers()['idempotency-key']).toBeUndefined();
    expect(await inputOf(await runOf(page))).toEqual({ text: 'at once' });
    await page.goto(`${stack().apiUrl}/app/workflows/quick`);
    await field(page, 'text').fill('lost');
    await page.route('**/executions', (route) => route.abort());
    await start(page).click();
    await page
      .getByRole('alert')
      .getByText('It may have run all the same, and would run once more')
      .waitFor();
    await page.context().close();
  });

  test('inputs that somebody else changed are told, and what was typed is kept', async () => {
    const { page } = await open('/workflows/changing');
    await field(page, 'text').fill('typed');
    await field(page, 'gone').fill('old');
    const changed = {
      id: 'changing',
      inputs: { text: { type: 'string' }, added: { type: 'integer' } },
      steps: echo,
    };
    await stack().call('PUT', '/workflows/changing', { body: changed, headers: { 'if-match': '*' } });
    await start(page).click();
    await page.getByText('demo saved version 2 while this form was open.').waitFor();
    await expect.poll(() => isFocused(page, 'added')).toBe(true);
    expect(await field(page, 'text').inputValue()).toBe('typed');
    expect(await page.getByText('No field can show these values').locator('..').textContent()).toContain(
      'old',
    );
    await field(page, 'added').fill('1');
    await start(page).click();
    expect(await inputOf(await runOf(page))).toEqual({ text: 'typed', added: 1 });
    await page.context().close();
  });

  test('another version with other inputs waits until its form is asked for', async () => {
    const { page } = await open('/workflows/seen_changing');
    await field(page, 'text').fill('typed');
    const changed = { ...seenChanging, inputs: { text: { type: 'string' }, more: { default: [1] } } };
    const conditions = { headers: { 'if-match': '*' } };
    await stack().call('PUT', '/workflows/seen_changing', { body: changed, ...conditions });
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))');
    await page.getByText('demo saved version 2, whose inputs differ').waitFor();
    expect(await field(page, 'more').count()).toBe(0);
    await page.getByRole('button', { name: 'Show the new form' }).click();
    expect(await field(page, 'more').inputValue()).toBe('[1]');
    expect(await field(page, 'text').inputValue()).toBe('typed');
    await page.context().close();
  });

  test('a workflow that is gone says so and leads to its runs', async () => {
    const { page } = await open('/workflows/deleted');
    await field(page, 'text').fill('typed');
    await stack().call('DELETE', '/workflows/deleted', { headers: { 'if-match': '*' } });
    await start(page).click();
    await page.getByRole('alert').getByText('Somebody has deleted this workflow.').waitFor();
    await expect.poll(() => start(page).isDisabled()).toBe(true);
    expect(await field(page, 'text').inputValue()).toBe('typed');
    await page.reload();
    await page.getByText('There is no such workflow').waitFor();
    await page.getByRole('link', { name: 'See its runs' }).click();
    await page.waitForURL('**/app/runs?workflow=deleted');
    await page.context().close();
  });

  test('this browser fills in what was used last, until it is told to forget', async () => {
    const { page } = await open('/workflows/one_text', { user: 'editor' });
    await field(page, 'text').fill('mine');
    await start(page).click();
    await runOf(page);
    await page.goto(`${stack().apiUrl}/app/workflows/one_text`);
    await page.getByText('Filled in with what you started it with last.').waitFor();
    expect(await field(page, 'text').inputValue()).toBe('mine');
    await page.getByRole('button', { name: 'Forget what is kept' }).click();
    await page.getByLabel('Keep what I start it with').uncheck();
    await start(page).click();
    await runOf(page);
    await page.goto(`${stack().apiUrl}/app/workflows/one_text`);
    await field(page, 'text').waitFor();
    expect(await field(page, 'text').inputValue()).toBe('');
    expect(await page.getByLabel('Keep what I start it with').isChecked()).toBe(false);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('mine');
    await page.context().close();
  });

  test('several lines that are pasted stay several lines', async () => {
    const { page } = await open('/workflows/one_text');
    await field(page, 'text').fill('ab');
    await field(page, 'text').press('Home');
    await field(page, 'text').press('ArrowRight');
    await page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', '1\\n2');
      document.activeElement.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    }`);
    await expect.poll(() => field(page, 'text').inputValue()).toBe('a1\n2b');
    await page.keyboard.type('3');
    expect(await field(page, 'text').inputValue()).toBe('a1\n23b');
    await page.keyboard.press('Control+Enter');
    expect(await inputOf(await runOf(page))).toEqual({ text: 'a1\n23b' });
    await page.context().close();
  });

  test('a list that cannot be read says so with a retry, and what is looked for is in the URL', async () => {
    const { page } = await open('/workflows?q=every');
    await page.getByText('1 of ').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByLabel('Find').fill('no such thing');
    await page.getByText('No workflow is called so').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('link', { name: 'One text' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.route('**/workflows?*', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.reload();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'One text' }).waitFor();
    await page.context().close();
  });

  test('axe finds nothing, nothing is cut, and hostile texts stay texts', async () => {
    const { page, complaints } = await open('/workflows');
    await page.getByRole('link', { name: 'One text' }).waitFor();
    expect(await faultsInEveryLook(page)).toEqual([]);
    for (const [path, tab] of [
      ['/workflows/every_type', 'Triggers (1)'],
      ['/workflows/hostile', 'JSON'],
    ] as const) {
      await page.goto(`${stack().apiUrl}/app${path}`);
      await start(page).waitFor();
      expect(await faultsInEveryLook(page), path).toEqual([]);
      await page.getByRole('tab', { name: tab }).last().click();
      await page.getByRole('tab', { name: 'JSON' }).first().click();
      expect(await faultsInEveryLook(page), path).toEqual([]);
    }
    expect(await page.title()).toContain('<img src=x');
    expect(await page.locator('main img, main script, a[href^="javascript:" i]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
