// The workflow editor in a browser: text, problems in place, saving, conflicts, drafts; and that it finds what the API finds.
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { checkText } from '../../dashboard/pages/workflow-editor/check/check-text.ts';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { problemExamples } from '../../lib/compiler/problems/examples.ts';
import { notionIds } from '../../local/providers/notion/seed.ts';
import { cases } from '../fuzz/generate.ts';
import { changedJson } from '../support/changed-json.ts';
import {
  isLoaded,
  logIn,
  NARROW,
  overflow,
  PHONE,
  startDashboard,
  violations,
} from '../support/dashboard.ts';
import { endedRuns, logOf } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

const dashboard = await startDashboard();

const KIND = {
  type: 'object',
  properties: { kind: { type: 'string', enum: ['bug', 'other'] } },
  required: ['kind'],
  additionalProperties: false,
};

describe.skipIf(!dashboard)('the editor', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  const open = async (where: string, options: Parameters<ReturnType<typeof started>['open']>[0] = {}) => {
    const opened = await started().open({
      path: `${where}${where.includes('?') ? '&' : '?'}edit=json`,
      ...options,
    });
    await textbox(opened.page).waitFor();
    return opened;
  };
  const textbox = (page: Page) => page.getByRole('textbox', { name: 'The workflow as JSON' });
  const save = async (document: { readonly id: string } & Record<string, unknown>, ifMatch?: string) => {
    const headers = ifMatch === undefined ? { 'if-none-match': '*' } : { 'if-match': ifMatch };
    const saved = await started().call('PUT', `/workflows/${document.id}`, { body: document, headers });
    expect(saved.status, JSON.stringify(saved.body)).toBeLessThan(300);
  };
  const read = async (id: string) => (await started().call('GET', `/workflows/${id}`)).body;
  /** Selects the text in the editor and types another in its place. */
  const retype = async (page: Page, written: string, other: string) => {
    await textbox(page).press('Control+f');
    await page.getByRole('textbox', { name: 'Find' }).pressSequentially(written);
    await page.getByRole('textbox', { name: 'Find' }).press('Enter');
    await page.getByRole('textbox', { name: 'Find' }).press('Escape');
    await page.keyboard.insertText(other);
  };
  /** The middle of the last letter of the text where it stands in the editor. */
  const placeOf = (page: Page, text: string): Promise<{ readonly x: number; readonly y: number }> =>
    textbox(page).evaluate((content, sought) => {
      const walker = content.ownerDocument.createTreeWalker(content, 4);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.textContent?.indexOf(sought) ?? -1;
        if (at === -1) continue;
        const range = content.ownerDocument.createRange();
        range.setStart(node, at + sought.length - 1);
        range.setEnd(node, at + sought.length);
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }
      throw new Error(`${sought} is not in the editor`);
    }, text);
  const greets = (id: string, text = 'Hello') => ({ id, steps: [{ id: 'greet', transform: text }] });

  test('eleven actions lead from the login to an own workflow that ran, a typo that one click mends, and a schedule', async () => {
    const { page, complaints } = await started().open({ user: null });
    let actions = 0;
    const act = async (what: Promise<unknown>) => {
      actions += 1;
      await what;
    };
    await act(logIn(page, 'demo'));
    await act(page.getByRole('link', { name: 'Unread mail to an issue' }).click());
    await page.getByText('No problems').waitFor();
    await act(page.getByRole('button', { name: 'Run', exact: true }).click());
    const link = page.getByRole('link', { name: /Open at the emulated provider/ });
    await link.first().waitFor();
    const opened = page.context().waitForEvent('page');
    await act(link.first().click());
    const issue = await opened;
    await issue.getByRole('heading', { level: 1 }).getByText('Unread mail:').waitFor();
    await act(page.goBack());
    await act(page.getByRole('button', { name: /^issue / }).click());
    const title = page.getByRole('textbox', { name: 'title', exact: true });
    await act(title.fill('Unread mail: {{ steps.fetch.messages[0].subjct }}'));
    await page.getByRole('region', { name: 'Problems' }).getByText('1 problem', { exact: true }).waitFor();
    expect(await title.getAttribute('aria-invalid')).toBe('true');
    expect(await violations(page)).toEqual([]);
    await act(page.getByRole('button', { name: 'Change to subject' }).click());
    await page.getByText('No problems').waitFor();
    expect(await title.inputValue()).toBe('Unread mail: {{ steps.fetch.messages[0].subject }}');
    await act(page.getByRole('button', { name: 'The workflow itself' }).click());
    await act(page.getByRole('button', { name: 'Add a schedule' }).click());
    await page.getByText('No problems').waitFor();
    await act(page.getByRole('button', { name: 'Save', exact: true }).click());
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(actions).toBeLessThanOrEqual(12);
    const saved = await read('mail_to_issue');
    expect([saved.version, saved.triggers]).toEqual([2, [{ schedule: 'rate(1 day)' }]]);
    expect(await page.evaluate(`Object.keys(localStorage).filter((key) => key.includes('draft'))`)).toEqual(
      [],
    );
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('from an empty page: unread mail, judged by a model, becomes an issue that somebody approves, or a page; a failure is mailed', async () => {
    const { page, complaints } = await started().open({ path: '/workflows' });
    let acts = 0;
    const act = async (what: Promise<unknown>) => {
      acts += 1;
      await what;
    };
    const fill = (name: string, value: string) =>
      act(page.getByRole('textbox', { name, exact: true }).fill(value));
    const click = (name: string | RegExp, role: 'button' | 'link' = 'button') =>
      act(page.getByRole(role, { name, exact: typeof name === 'string' }).click());
    const problems = page.getByRole('region', { name: 'Problems' });
    /** The first of what is found is taken. */
    const add = async (to: string, sought: string) => {
      await click(`Add a step ${to}`);
      const find = page.getByRole('searchbox', { name: 'Find' });
      await act(find.fill(sought));
      await act(find.press('Enter'));
      await find.waitFor({ state: 'detached' });
    };
    await click('New workflow', 'link');
    await click('Empty workflow No steps yet', 'link');
    await fill('id', 'sorted_mail');
    await add('to the workflow', 'unread mail');
    await fill('query', 'is:unread');
    await act(page.getByRole('textbox', { name: 'max_results', exact: true }).fill('2'));
    await add('to the workflow', 'loop');
    await fill('for_each', '{{ steps.list_messages.messages }}');
    await add('to for_each, each item', 'classify');
    await fill('content', 'What is it about?\n{{ item.subject }}');
    await click(/^More: models/);
    await act(page.getByRole('combobox', { name: 'response_format: type' }).selectOption('json_schema'));
    await fill('schema', JSON.stringify(KIND));
    await add('to for_each, each item', 'if');
    await fill('when', 'steps.chat.json.kind = "bug"');
    await add('to switch, steps.chat.json.kind = "bug"', 'approve');
    await fill('message', 'An issue for “{{ item.subject }}”?');
    await add('to switch, steps.chat.json.kind = "bug"', 'issue');
    await fill('repo_name', 'acme/handbook');
    await fill('title', 'By mail: {{ item.subject }}');
    await add('to switch, else', 'create page');
    await fill('parent_id', notionIds.handbookPage);
    await fill('title', 'Read: {{ item.subject }}');
    await problems.getByText('No problems, 1 warning').waitFor();
    await click('Add "when": "{{ steps.approval.approved }}"');
    await add('to what runs on failure', 'send email');
    await fill('to 1', 'ops@acme.example');
    await fill('subject', 'It failed');
    await fill('body', '{{ error.message }}');
    await page.getByText('No problems').waitFor();
    await click('Run');
    await click('Decide', 'link');
    await click('Approve …');
    await click('Confirm: approve');
    await page
      .getByText(/^Approved by demo/)
      .first()
      .waitFor();
    const { call, stack } = started();
    const [run] = await endedRuns(call, 'sorted_mail', 1);
    expect(run).toMatchObject({
      status: 'succeeded',
      output: [
        { title: 'Read: Invoice 2026-1187 is due on Friday' },
        { title: 'By mail: Bug: the CSV export breaks names with umlauts' },
      ],
    });
    const filed = `${stack.settings.GITHUB_API_URL}/search/issues?q=${encodeURIComponent('"By mail" repo:acme/handbook')}`;
    expect(await (await fetch(filed)).json()).toMatchObject({
      total_count: 1,
      items: [{ title: 'By mail: Bug: the CSV export breaks names with umlauts' }],
    });
    expect((await read('sorted_mail')).on_failure).toEqual([
      {
        ...{ id: 'send_message', action: 'gmail.send_message' },
        params: { to: ['ops@acme.example'], subject: 'It failed', body: '{{ error.message }}' },
      },
    ]);
    expect(acts).toBeLessThanOrEqual(48);
    // The record of a run that has just ended is asked for until it is written.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });

  test('steps are built by buttons and keys alone, and undo brings back the text', async () => {
    await save({ id: 'built', name: 'Built', steps: [{ id: 'first', transform: 1 }] });
    const { page, complaints } = await started().open({ path: '/workflows/built/edit' });
    await page.getByText('No problems').waitFor();
    const steps = () =>
      page.locator('[data-step]').evaluateAll((all) => all.map((one) => one.getAttribute('data-step')));
    const shownId = () => page.locator('[data-step][aria-current]').textContent();
    await page.getByRole('button', { name: 'Add a step to the workflow' }).click();
    await page.getByRole('searchbox', { name: 'Find' }).fill('list messages');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /gmail.list_messages/ })
      .click();
    await expect.poll(shownId).toContain('list_messages');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.step')).toBe('/steps/1');
    await page.keyboard.press('Alt+ArrowUp');
    const first = page.locator('[data-step="/steps/0"]');
    await expect.poll(() => first.textContent()).toContain('list_messages');
    // By a pointer as well: the handle of a step goes to a place between others, and back.
    const handleOf = async (step: string) => {
      const box = await page.locator(`[data-step="${step}"] + span`).boundingBox();
      return { x: (box?.x ?? 0) + 8, y: (box?.y ?? 0) + 8, bottom: (box?.y ?? 0) + (box?.height ?? 0) };
    };
    for (const [step, to] of [
      ['/steps/0', '/steps/1'],
      ['/steps/1', '/steps/0'],
    ] as const) {
      const [from, target] = [await handleOf(step), await handleOf(to)];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(target.x - 60, step === '/steps/0' ? target.bottom - 4 : target.y - 4, {
        steps: 3,
      });
      await page.mouse.up();
      await expect.poll(() => page.locator('[data-step][aria-current]').getAttribute('data-step')).toBe(to);
    }
    await page.getByRole('button', { name: 'Wrap' }).click();
    await page.getByRole('menuitem', { name: 'Into a loop' }).click();
    await expect.poll(steps).toEqual(['/steps/0', '/steps/0/steps/0', '/steps/1']);
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.getByRole('button', { name: /^each for_each/ }).click();
    await page.getByRole('textbox', { name: 'for_each' }).fill('[1, 2]');
    await page.getByText('No problems').waitFor();
    await page.getByRole('button', { name: 'Delete the step' }).click();
    await page.getByRole('tab', { name: 'Outline' }).click();
    await expect.poll(steps).toEqual(['/steps/0']);
    await page.getByRole('button', { name: 'Delete the step' }).click();
    await expect.poll(steps).toEqual([]);
    await page.getByRole('button', { name: 'The workflow itself' }).and(page.locator(':focus')).waitFor();
    const undo = page.getByRole('button', { name: 'Undo' });
    while (await undo.isEnabled()) await undo.click();
    await page.getByText('Saved', { exact: true }).waitFor();
    for (const look of [{ width: 1280, height: 720 }, PHONE]) {
      await page.setViewportSize(look);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a step is found by an everyday word and filled in without JSON; undo works by key wherever the focus is', async () => {
    const { page, complaints, requests } = await started().open({ path: '/workflows/new?from=empty' });
    await page.getByRole('button', { name: 'Add a step to the workflow' }).click();
    await page.getByRole('searchbox', { name: 'Find' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('send email');
    await page.getByRole('listitem').first().getByRole('button', { name: 'Send a message' }).click();
    const problems = page.getByRole('region', { name: 'Problems' });
    const first = page.getByRole('textbox', { name: 'to 1', exact: true });
    await first.fill('ops');
    await problems.getByText('send_message › to[0]').waitFor();
    await first.fill('ops@example.com');
    await page.getByRole('textbox', { name: 'body', exact: true }).fill('{{ execution.id }}');
    await page.getByRole('textbox', { name: 'subject', exact: true }).fill('It failed');
    await page.getByText('No problems').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove to 1' }).click();
    await problems.getByText('gmail.send_message needs to beside subject').waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText('No problems').waitFor();
    expect(await first.inputValue()).toBe('ops@example.com');
    await page.keyboard.press('Control+Shift+z');
    await first.waitFor({ state: 'detached' });
    // One that were not connected would say so, with a link.
    const accounts = page.getByRole('combobox', { name: 'connection' }).locator('option');
    expect(requests).toContain('GET /connections');
    expect(await accounts.allInnerTexts()).toEqual(['default']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a schedule is chosen as people say it, with its next times, and stays an expression in the text', async () => {
    const { page, complaints } = await started().open({ path: '/workflows/new?from=empty' });
    await page.getByRole('button', { name: 'Add a schedule' }).click();
    const due = page.getByRole('combobox', { name: 'When it is due' });
    expect(await due.inputValue()).toBe('interval');
    await due.selectOption('On days of the week');
    await page.getByRole('checkbox', { name: 'Tuesday' }).uncheck();
    await page.getByLabel('At', { exact: true }).fill('08:30');
    await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
    await page.getByText(/^Next: .*08:30 C?E[ST]+ · .*08:30/).waitFor();
    expect(await violations(page)).toEqual([]);
    await due.selectOption('As an expression says');
    const expression = page.getByRole('textbox', { name: 'Expression' });
    expect(await expression.inputValue()).toBe('cron(30 8 ? * MON,WED,THU,FRI *)');
    await expression.fill('cron(30 8 * * ? * *)');
    const problem = page.getByRole('region', { name: 'Problems' }).getByText('triggers[0].schedule');
    await problem.waitFor();
    await expression.fill('cron(30 8 L * ? *)');
    await problem.waitFor({ state: 'detached' });
    // What is written stays an expression until another way is chosen.
    expect(await due.inputValue()).toBe('expression');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a step of the draft is tested with the values of a run; one with an effect asks first, and then has it', async () => {
    await save({
      id: 'tested',
      inputs: { state: { type: 'string' } },
      steps: [
        { id: 'query', transform: 'is:{{ inputs.state }}' },
        {
          ...{ id: 'fetch', action: 'gmail.list_messages' },
          params: { query: '{{ steps.query }}', max_results: 1 },
        },
        {
          id: 'many',
          for_each: '{{ steps.fetch.messages }}',
          steps: [{ id: 'from', transform: '{{ item.from }}' }],
        },
        {
          ...{ id: 'issue', when: '{{ $not(steps.query = "is:unread") }}', action: 'github.create_issue' },
          params: { repo_name: 'acme/handbook', title: 'Tested {{ steps.query }}', body: 'x' },
        },
      ],
    });
    const run = await started().call('POST', '/workflows/tested/executions', {
      body: { input: { state: 'unread' } },
      headers: { prefer: 'wait=20' },
    });
    const dashboardTest = started();
    await logOf(dashboardTest, run.body.id);
    const { page, complaints } = await dashboardTest.open({ path: '/workflows/tested/edit?at=/steps/1' });
    const panel = page.getByRole('region', { name: 'Test this step' });
    const status = panel.getByRole('status');
    const test = panel.getByRole('button', { name: 'Test the step' });
    await page.getByText('No problems').waitFor();
    // What is tested is the draft, not what is saved.
    await page.getByRole('textbox', { name: 'max_results', exact: true }).fill('2');
    await panel.getByRole('combobox', { name: 'Values come from' }).waitFor();
    await test.click();
    await status.getByText('Succeeded').waitFor();
    expect(await panel.getByText('subject', { exact: true }).count()).toBe(2);
    await panel.getByText('What it was sent').click();
    await panel.getByText('is:unread', { exact: true }).waitFor();

    await page.getByRole('button', { name: /^many / }).click();
    await test.click();
    await panel.getByText('A loop is run only by a whole run.').waitFor();
    await page.getByRole('button', { name: /^from / }).click();
    await test.click();
    await panel.getByText('The step stands in a loop, and reads an item that is not given').first().waitFor();
    const item = panel.getByRole('textbox', { name: 'item' });
    expect(await item.getAttribute('aria-invalid')).toBe('true');
    await item.fill('{"from": "Ada');
    expect(await test.isDisabled()).toBe(true);
    await item.fill('{"from": "Ada"}');
    await test.click();
    await panel.getByText('Ada', { exact: true }).waitFor();

    // What a step gave in its test, those after it are tested with.
    await page.getByRole('button', { name: /^query / }).click();
    await panel.getByRole('textbox', { name: 'inputs.state' }).fill('"starred"');
    await test.click();
    await panel.getByText('is:starred', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^fetch / }).click();
    await panel.getByText('JSON · of its last test when empty').waitFor();
    await test.click();
    await panel.getByText('What it was sent').click();
    await panel.getByText('is:starred', { exact: true }).waitFor();

    await page.getByRole('button', { name: /^issue / }).click();
    await panel.getByRole('textbox', { name: 'steps.query' }).fill('"by hand"');
    await test.click();
    const dialog = page.getByRole('dialog', { name: 'Test issue in earnest?' });
    await dialog.getByText('issue calls github.create_issue, which has an effect outside').waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Test in earnest' }).click();
    const link = panel.getByRole('link', { name: /Open at the emulated provider/ }).first();
    await link.waitFor();
    for (const look of [PHONE, { width: 1280, height: 720 }]) {
      await page.setViewportSize(look);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    }
    expect(await violations(page)).toEqual([]);
    const opened = page.context().waitForEvent('page');
    await link.click();
    await (await opened).getByRole('heading', { level: 1 }).getByText('Tested by hand').waitFor();
    // The console tells of each answer that is a refusal.
    expect(complaints.filter((one) => !/status of (409|422)/.test(one))).toEqual([]);
    await page.context().close();
  });

  test('what it finds in a workflow is what the API finds, in any workflow', async () => {
    const { call } = started();
    const [actions, deployment] = await Promise.all([call('GET', '/actions'), call('GET', '/deployment')]);
    const account = { actions: actions.body.items, deployment: deployment.body };
    const saved = {
      read: async (id: string) => {
        const { status, body } = await call('GET', `/workflows/${encodeURIComponent(id)}`);
        return status === 200 ? body : undefined;
      },
      ids: async () =>
        (await call('GET', '/workflows?limit=100')).body.items.map(({ id }: { id: string }) => id),
    };
    const compared = async (document: unknown) => {
      const text = JSON.stringify(document);
      const found = await checkText(text, account, saved, Date.now());
      const { status, body } = await call('POST', '/workflows/validate', { body: document });
      // Which connections there are only the API knows.
      const said = (status === 200 ? [...body.problems, ...body.warnings] : []).filter(
        ({ code }: { code: string }) => code !== 'connection-missing',
      );
      expect(found.map(({ code, pointer, message, hint }) => ({ code, pointer, message, hint }))).toEqual(
        // biome-ignore lint/suspicious/noExplicitAny: an answer of the API
        said.map(({ code, pointer, message, hint }: any) => ({ code, pointer, message, hint })),
      );
      for (const { from, to } of found) expect([from >= 0, to <= text.length]).toEqual([true, true]);
    };
    const shipped: unknown[] = [];
    for await (const file of glob('statemachines/**/*.workflow.json', { cwd: projectFolder }))
      shipped.push(JSON.parse(await readFile(path.join(projectFolder, file), 'utf8')));
    const examples = Object.values(problemExamples).map(({ bad }) => bad);
    for (const document of [...examples, ...shipped])
      if (typeof document === 'object' && !Array.isArray(document)) await compared(document);
    const documents = fc.oneof(
      changedJson(shipped),
      cases.map(({ workflow }) => workflow),
    );
    await fc.assert(fc.asyncProperty(documents, compared), { numRuns: 25 });
  });

  test('what is typed is checked in place, mended by one click, undone, and saved', async () => {
    await save({
      id: 'typed',
      steps: [
        { id: 'a', transform: 'one' },
        { id: 'b', transform: '{{ steps.a }}' },
      ],
    });
    const ran = await started().call('POST', '/workflows/typed/executions', {
      ...{ body: { input: {} }, headers: { prefer: 'wait=20' } },
    });
    await logOf(started(), ran.body.id);
    const { page, complaints } = await open('/workflows/typed/edit');
    // Over texts of several colours: the browser's own editing would keep them in an inline style.
    await textbox(page).press('Control+a');
    await page.keyboard.insertText('{}');
    await page.getByRole('button', { name: 'Undo' }).click();
    await retype(page, 'steps.a', 'steps.aa');
    await page.getByRole('region', { name: 'Problems' }).getByText('1 problem', { exact: true }).waitFor();
    await page.getByRole('button', { name: /There is no step aa/ }).click();
    const selected = () => page.evaluate('document.activeElement.shadowRoot?.getSelection().toString()');
    await expect.poll(selected).toBe('aa');
    await page.getByRole('button', { name: 'Change to a', exact: true }).click();
    await page.getByText('No problems').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('region', { name: 'Problems' }).getByText('1 problem', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Redo' }).click();
    await page.getByText('No problems').waitFor();
    await retype(page, 'steps.a', '');
    await page.keyboard.type('steps.');
    const option = page.getByRole('option', { name: 'a' });
    await option.getByText('a string').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('a');
    await page.getByText('No problems').waitFor();
    const { x, y } = await placeOf(page, 'steps.a');
    await page.mouse.move(x, y);
    const about = page.locator('.cm-explained').filter({ hasText: 'steps.a: a string' });
    await about.getByText('Last run: "one"').waitFor();
    await retype(page, 'one', 'two');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await read('typed')).toMatchObject({ version: 2, steps: [{ transform: 'two' }, {}] });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('in the forms expressions are completed and explained, and a renamed step is renamed where it is named', async () => {
    await save({
      id: 'named',
      steps: [
        { id: 'fetch', action: 'gmail.list_messages', params: {} },
        { id: 'say', transform: 'x' },
        { id: 'last', transform: ['{{ steps.fetch }}', 'steps.fetch'] },
      ],
    });
    const ran = await started().call('POST', '/workflows/named/executions', {
      ...{ body: { input: {} }, headers: { prefer: 'wait=20' } },
    });
    await logOf(started(), ran.body.id);
    const { page, complaints } = await started().open({
      ...{ path: '/workflows/named/edit?at=/steps/1', viewport: NARROW },
    });
    await page.getByText('No problems').waitFor();
    const text = page.getByRole('textbox', { name: 'transform', exact: true });
    await text.fill('');
    await text.pressSequentially('Mail {{ steps.fe');
    const offers = page.getByRole('listbox', { name: 'What can be written here' });
    await offers.getByRole('option', { name: 'fetch an object', selected: true }).waitFor();
    expect(await text.getAttribute('aria-activedescendant')).toBe(
      await offers.getByRole('option').first().getAttribute('id'),
    );
    // What the bar at the top happens to cover is reached by scrolling.
    const found = (await violations(page)).filter((one) => !one.includes('partially obscured'));
    expect(found).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.keyboard.press('Escape');
    await offers.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Space');
    await offers.getByRole('option', { name: 'fetch an object', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('.messages[0].sub');
    await offers.getByRole('option', { name: 'subject a string' }).click();
    expect(await text.inputValue()).toBe('Mail {{ steps.fetch.messages[0].subject }}');
    const about = page.getByText('steps.fetch.messages.subject: a string');
    await about.getByText('Last run: "').waitFor();
    expect(await text.getAttribute('aria-describedby')).toContain(
      (await about.getAttribute('id')) ?? 'no id',
    );
    await page.getByRole('button', { name: 'Move down' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: /^fetch / }).click();
    const id = page.getByRole('textbox', { name: 'id', exact: true });
    await id.press('End');
    await page.keyboard.type('_mail');
    await page.getByRole('button', { name: /^fetch_mail / }).waitFor();
    await page.getByRole('button', { name: 'Delete the step' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete fetch_mail?' });
    await expect
      .poll(() => dialog.getByRole('list', { name: 'What uses it' }).allInnerTexts())
      .toEqual(['say\nlast']);
    await dialog.getByRole('button', { name: 'Delete the step' }).click();
    await page.locator('[data-step="/steps/0"]:focus', { hasText: 'say' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('No problems').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect((await read('named')).steps.map(({ transform }: { transform: unknown }) => transform)).toEqual([
      undefined,
      'Mail {{ steps.fetch_mail.messages[0].subject }}',
      ['{{ steps.fetch_mail }}', 'steps.fetch'],
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('one that was begun and not saved is found where one begins', async () => {
    const { page } = await open('/workflows/new?from=empty');
    await retype(page, '"New workflow"', '"Half done"');
    await page.getByText('Not saved yet; kept in this browser').waitFor();
    page.on('dialog', (dialog) => dialog.accept());
    await page.goto(`${started().apiUrl}/app/workflows/new`);
    await page
      .getByRole('link', { name: 'Empty workflow' })
      .getByText('You had begun it and not saved')
      .click();
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByRole('tab', { name: 'JSON' }).click();
    await expect.poll(() => textbox(page).textContent()).toContain('New workflow');
    await page.context().close();
  });

  test('a draft survives a reload and a closed tab, and can be given up', async () => {
    await save(greets('drafted'));
    const { page } = await open('/workflows/drafted/edit');
    await retype(page, 'Hello', 'Goodbye');
    await page.getByText('Not saved yet; kept in this browser').waitFor();
    page.on('dialog', (dialog) => dialog.accept());
    await page.reload();
    await page.getByText('You see what you had written').waitFor();
    await expect.poll(() => textbox(page).textContent()).toContain('Goodbye');
    expect((await read('drafted')).steps[0].transform).toBe('Hello');
    await page.getByRole('button', { name: 'Go back to what is saved' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await expect.poll(() => textbox(page).textContent()).toContain('Hello');
    await page.context().close();
  });

  test('who leaves with unsaved changes is asked, stays or leaves, and finds them again', async () => {
    await save(greets('left'));
    const { page } = await open('/workflows/left/edit');
    await retype(page, 'Hello', 'Goodbye');
    await page.getByRole('link', { name: 'Runs' }).first().click();
    await page.getByRole('button', { name: 'Stay here' }).click();
    await expect.poll(() => textbox(page).textContent()).toContain('Goodbye');
    await page.getByRole('link', { name: 'Runs' }).first().click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.goBack();
    await page.getByText('You see what you had written').waitFor();
    // The browser's own buttons ask as well, in either direction.
    await page.goForward();
    await page.getByRole('button', { name: 'Stay here' }).click();
    expect(new URL(page.url()).pathname).toBe('/app/workflows/left/edit');
    await expect.poll(() => textbox(page).textContent()).toContain('Goodbye');
    await page.goBack();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/app/runs');
    await page.goForward();
    await page.getByText('You see what you had written').waitFor();
    await page.context().close();
  });

  test('undo goes back past the first save, and a paused schedule is no change of the text', async () => {
    const { page, complaints } = await open('/workflows/new?from=empty');
    const keys = ['steps', 'triggers', 'name', 'id'];
    const first =
      '{"steps": [{"transform": "one", "id": "a"}], "triggers": [{"schedule": "rate(1 day)"}], "name": "First", "id": "first_save"}';
    await textbox(page).press('Control+a');
    await page.keyboard.insertText(first);
    await page.getByText('No problems').waitFor();
    await textbox(page).press('Control+s');
    await page.waitForURL('**/workflows/first_save/edit*');
    await page.getByText('Saved', { exact: true }).waitFor();
    // The focus and the cursor are where they were.
    await page.keyboard.type(' ');
    expect(await textbox(page).textContent()).toBe(`${first} `);
    const saved = await read('first_save');
    expect(Object.keys(saved).filter((key) => keys.includes(key))).toEqual(keys);
    expect(Object.keys(saved.steps[0])).toEqual(['transform', 'id']);
    const { call } = started();
    await call('POST', '/schedules/first_save.0/pause');
    expect((await read('first_save')).triggers).toEqual([{ schedule: 'rate(1 day)', enabled: false }]);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await textbox(page).textContent()).toBe(`${first} `);
    await page.reload();
    await expect.poll(() => textbox(page).textContent()).toContain('"schedule": "rate(1 day)"');
    expect(await textbox(page).textContent()).not.toContain('enabled');
    expect((await textbox(page).textContent())?.indexOf('"steps"')).toBeLessThan(
      (await textbox(page).textContent())?.indexOf('"name"') ?? 0,
    );
    expect(complaints.filter((one) => !one.includes('status of 412'))).toEqual([]);
    await page.context().close();
  });

  test('the cursor selects its step in the outline, and the outline shows the step in the text and keeps the focus', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ id: `s${index}`, transform: index }));
    await save({ id: 'followed', steps: many });
    const { page } = await open('/workflows/followed/edit');
    const current = () => page.locator('[data-step][aria-current]').getAttribute('data-step');
    await page.locator('[data-step="/steps/50"]').click();
    await textbox(page).getByText('"s50"').waitFor();
    expect(await page.evaluate('document.activeElement.dataset.step')).toBe('/steps/50');
    expect(await page.evaluate('scrollY')).toBe(0);
    await textbox(page).getByText('"s52"').click();
    await expect.poll(current).toBe('/steps/52');
    await page.keyboard.press('Control+Home');
    await expect
      .poll(() => page.getByRole('button', { name: 'The workflow itself' }).getAttribute('aria-current'))
      .toBe('true');
    await page.getByRole('tab', { name: 'Graph' }).click();
    await textbox(page).getByText('"s1"').click();
    await expect.poll(() => page.locator('[aria-current="step"]').getAttribute('data-step')).toBe('s1');
    await page.context().close();
  });

  test('of two who save, the second sees both versions, and neither is lost', async () => {
    await save(greets('shared'));
    const { page, complaints } = await open('/workflows/shared/edit');
    await retype(page, 'Hello', 'Mine');
    await save(greets('shared', 'Theirs'), '*');
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Somebody else has saved this workflow').waitFor();
    await expect
      .poll(() => dialog.getByRole('textbox', { name: 'Theirs' }).textContent())
      .toContain('Theirs');
    expect(await dialog.getByRole('textbox', { name: 'Yours' }).textContent()).toContain('Mine');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    await expect.poll(() => textbox(page).textContent()).toContain('Theirs');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => textbox(page).textContent()).toContain('Mine');
    expect((await read('shared')).steps[0].transform).toBe('Theirs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await read('shared')).toMatchObject({ version: 3, steps: [{ transform: 'Mine' }] });
    expect(complaints.filter((one) => !one.includes('status of 412'))).toEqual([]);
    await page.context().close();
  });

  test('a new workflow whose id is taken leads to the one that has it, and is saved under a free one', async () => {
    const { page } = await started().open({ path: '/workflows/new?from=empty&edit=json' });
    await textbox(page).waitFor();
    await save(greets('new_workflow', 'Theirs'));
    await retype(page, '[]', JSON.stringify(greets('new_workflow', 'Mine').steps));
    await page.getByRole('button', { name: 'Save' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'another workflow with the id new_workflow' });
    expect(await notice.getByRole('link').getAttribute('href')).toBe('/app/workflows/new_workflow');
    await notice.getByRole('button', { name: 'Save this one as new_workflow_2' }).click();
    await page.waitForURL('**/workflows/new_workflow_2/edit*');
    expect((await read('new_workflow_2')).steps[0].transform).toBe('Mine');
    expect((await read('new_workflow')).steps[0].transform).toBe('Theirs');
    await page.context().close();
  });

  test('a viewer reads, and sees why nothing can be saved', async () => {
    await save(greets('read_only'));
    const { page } = await open('/workflows/read_only/edit', { user: 'viewer' });
    await retype(page, 'Hello', 'Goodbye');
    await page.getByText('Only editors and admins can save and run workflows').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByRole('tab', { name: 'Form' }).click();
    await page.getByRole('button', { name: /^greet / }).click();
    const test = page.getByRole('button', { name: 'Test the step' });
    expect([await test.isDisabled(), await test.getAttribute('aria-describedby')]).toEqual([
      true,
      await page.getByText('Only editors and admins can test steps').getAttribute('id'),
    ]);
    await page.context().close();
  });

  test('hostile texts stand in it as they are, and on a phone nothing is wider than the screen', async () => {
    const hostile = '<img src=x onerror=alert(1)> {{ steps. \u202e\u0000"\\ </script>';
    await save({
      id: 'hostile',
      name: '<b>x</b>',
      steps: [{ id: 'a', transform: '<script>alert(1)</script>' }],
    });
    const { page, complaints } = await open('/workflows/hostile/edit', { viewport: PHONE });
    await retype(page, '<script>alert(1)</script>', JSON.stringify(hostile).slice(1, -1));
    await page.getByText('{{ is never closed by }}').first().waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('no page before it loads the editor or the compiler', async () => {
    const { page, requests } = await started().open({ path: '/home' });
    for (const name of ['Home', 'Workflows']) {
      await page.getByRole('link', { name }).first().click();
      await isLoaded(page);
    }
    // A workflow may have that name too.
    await page.getByRole('link', { name: 'New workflow' }).first().click();
    await page.getByRole('link', { name: 'Empty workflow' }).waitFor();
    const loaded = () => requests.filter((one) => /\/assets\/.*(editor-|worker|locate)/.test(one));
    expect(loaded()).toEqual([]);
    await page.getByRole('link', { name: 'Empty workflow' }).click();
    await until(async () => {
      if (!loaded().some((one) => one.includes('check.worker'))) throw new Error('not yet');
    });
    await page.context().close();
  });
});
