// The page of a run in a real browser: the failure first, every step and iteration, live, by keyboard, safe with any text.
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsInEveryLook, PHONE, startDashboard } from '../support/dashboard.ts';
import { logOf } from '../support/test-stack.ts';

const dashboard = await startDashboard({ seed: false });

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{ 1 }} \u202Eabc';

describe.skipIf(!dashboard)('a run', () => {
  const stack = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  async function save(document: { readonly id: string } & Record<string, unknown>) {
    const saved = await stack().call('PUT', `/workflows/${document.id}`, {
      body: document,
      headers: { 'if-none-match': '*' },
    });
    expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  }
  async function start(id: string, input: object = {}): Promise<string> {
    const { status, body } = await stack().call('POST', `/workflows/${id}/executions`, { body: { input } });
    expect(status, JSON.stringify(body)).toBe(202);
    return body.id;
  }
  async function ended(id: string, input: object = {}): Promise<string> {
    const run = await start(id, input);
    await logOf(stack(), run);
    return run;
  }

  let failed: string;
  let hostile: string;
  beforeAll(async () => {
    await save({
      id: 'orders',
      inputs: { orders: { type: 'array' } },
      steps: [
        { id: 'fetch', transform: { count: '{{ $count(inputs.orders) }}' }, comment: 'What came in today' },
        {
          id: 'each',
          for_each: '{{ inputs.orders }}',
          max_concurrency: 1,
          steps: [
            { id: 'check', transform: '{{ item }}' },
            {
              id: 'refuse',
              when: '{{ item > 100 }}',
              fail: { error: 'TooLarge', cause: 'More than 100 pieces' },
            },
          ],
        },
        { id: 'report', transform: 'done' },
      ],
      on_failure: [{ id: 'tell', transform: '{{ error.message }}' }],
    });
    failed = await ended('orders', { orders: [1, 2, 3, 400, 5] });
    await save({
      id: 'hostile',
      description: HOSTILE,
      inputs: { text: { type: 'string' } },
      steps: [
        {
          id: 'say',
          transform: { [HOSTILE]: '{{ inputs.text }}', url: 'javascript:document.title=3' },
          comment: HOSTILE,
        },
        { id: 'stop', fail: { error: 'Bad', cause: HOSTILE } },
      ],
    });
    hostile = await ended('hostile', { text: HOSTILE });
  });

  test('that failed opens on the step that failed, in its iteration, with the error and what was given', async () => {
    const { page, complaints } = await stack().open({ path: `/runs/${failed}` });
    const why = page.getByRole('alert', { name: 'Why the run did not succeed' });
    await why.getByText('each › refuse [3]').waitFor();
    await why.getByText('TooLarge').waitFor();
    await why.getByText('More than 100 pieces').waitFor();
    await page.getByRole('region', { name: 'The step refuse' }).getByText('TooLarge').waitFor();
    expect(new URL(page.url()).search).toBe('?step=refuse&index=3');
    // Every step from the start, those that were not reached too.
    const steps = await page.locator('[data-step]').evaluateAll((found) =>
      found.map((step) => {
        const [status, id] = [step.querySelector('[data-status]'), step.getAttribute('data-step')];
        return `${id} ${status?.getAttribute('data-status')}`;
      }),
    );
    expect(steps).toEqual([
      'fetch succeeded',
      'each failed',
      'check succeeded',
      'refuse failed',
      'report not_reached',
      'tell succeeded',
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('its iterations are gone through by number, one by one, and to the next failure; the URL names each', async () => {
    const { page } = await stack().open({ path: `/runs/${failed}?step=check&index=0` });
    await page.getByText('5 items, numbered from 0: 3 succeeded, 1 failed, 1 not begun').waitFor();
    await page.getByRole('button', { name: 'Next failed' }).click();
    await page.waitForURL(/index=3/);
    await page.getByRole('button', { name: 'The iteration before, of each' }).click();
    await page.waitForURL(/index=2/);
    await page.getByLabel('Iteration', { exact: true }).fill('1');
    await page.waitForURL(/index=1/);
    await page.getByRole('heading', { name: 'check [1]' }).waitFor();
    await page.reload();
    await page.getByLabel('Iteration', { exact: true }).fill('4');
    await page.getByText('The run did not reach this step in this iteration.').waitFor();
    expect(await page.getByText('There is no').count()).toBe(0);
    await page.context().close();
  });

  test('the timeline, the list of steps and JSON show the same selection; the list filters', async () => {
    const { page } = await stack().open({ path: `/runs/${failed}?view=timeline` });
    await page
      .getByRole('button', { name: /refuse \[3\]/ })
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'Steps' }).click();
    await page.waitForURL(/view=steps/);
    await page.getByLabel('Status').selectOption('failed');
    const table = page.getByRole('table', { name: 'Steps' });
    await expect.poll(() => table.getByRole('row').count()).toBe(3);
    await table.getByRole('button', { name: 'each' }).click();
    await page.getByRole('region', { name: 'The step each' }).waitFor();
    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.getByText('The workflow as it was, version 1').waitFor();
    await page.context().close();
  });

  test('changes as it goes on, and is stopped with a reason that others see', async () => {
    await save({
      id: 'waits',
      steps: [
        { id: 'first', transform: 'x' },
        { id: 'ask', approval: { message: 'Go on?' } },
      ],
    });
    const run = await start('waits');
    const { page } = await stack().open({ path: `/runs/${run}` });
    await page.locator('[data-step="ask"] [data-status="waiting"]').waitFor();
    await page.getByRole('tab', { name: 'Steps' }).click();
    const table = page.getByRole('table', { name: 'Steps' });
    await table.locator('[data-status="waiting"]').waitFor();
    // Who opens it can answer from there.
    await page.getByRole('link', { name: 'Decide' }).click();
    await page.getByRole('heading', { name: 'Go on?' }).waitFor();
    expect(new URL(page.url()).searchParams.get('approval')).toBe(`${run}.ask`);
    await page.goBack();
    await page.getByRole('button', { name: 'Stop the run' }).click();
    await page.getByLabel('Why (others see it)').fill('Not today');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop the run' }).click();
    await page
      .getByText(/Not today/)
      .first()
      .waitFor();
    await table.locator('[data-status="aborted"]').waitFor();
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.locator('[data-step="ask"] [data-status="aborted"]').waitFor();
    await page.context().close();
  });

  test('that failed is gone on with: mended, from where it failed, keeping what was done; each run leads to the other', async () => {
    const mendable = (limit: number) => ({
      id: 'mendable',
      steps: [
        { id: 'first', transform: '{{ $string($millis()) }}' },
        { id: 'second', when: `{{ ${limit} > 100 }}`, fail: { error: 'TooLarge', cause: 'Mend me' } },
        { id: 'third', transform: '{{ "went on after " & steps.first }}' },
      ],
      output: { end: 'went on' },
    });
    await save(mendable(200));
    const run = await ended('mendable');
    const { page } = await stack().open({ path: `/runs/${run}` });
    await page.getByRole('button', { name: 'Go on where it failed' }).waitFor();
    // Whoever comes back from mending it can go on with what was mended.
    await page.getByRole('link', { name: 'Edit the workflow' }).click();
    const limit = page.getByRole('textbox', { name: 'when' });
    await limit.fill('5 > 100');
    await limit.press('Tab');
    await expect.poll(() => limit.inputValue()).toBe('{{ 5 > 100 }}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.goBack();
    await page.getByText('version 1 (current is 2)').waitFor();
    const toEditor = page.getByRole('link', { name: 'Edit the workflow' });
    expect(await toEditor.getAttribute('href')).toBe('/app/workflows/mendable/edit?at=/steps/1');
    await page.getByRole('button', { name: 'Other ways to go on' }).click();
    await page.getByRole('menuitem', { name: 'Go on where it failed, as version 1' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Go on with version 2' }).dblclick();
    await page.waitForURL((url) => url.pathname.startsWith('/app/runs/') && !url.pathname.endsWith(run));
    await page.locator('[data-step="third"] [data-status="succeeded"]').waitFor();
    await page.getByText('kept from the run before').first().waitFor();
    await page
      .getByRole('region', { name: 'The run’s output' })
      .getByText('went on', { exact: true })
      .waitFor();
    const { body } = await stack().call('GET', `/executions/${run}`);
    expect(body.reruns).toHaveLength(1);
    await page.getByRole('link', { name: 'another run' }).click();
    await page.getByRole('link', { name: 'a new run' }).waitFor();
    // The same run again, from its start, fails where it failed.
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('menuitem', { name: 'With the same input', exact: true }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(run));
    await page.getByText('Mend me').first().waitFor();
    await page.getByRole('tab', { name: 'Compare' }).click();
    await page.getByText(/steps? differs? from/).waitFor();
    await page.context().close();
  });

  test('a distributed loop: iterations that its log does not have are found in the list', async () => {
    await save({
      id: 'many',
      steps: [
        {
          id: 'each',
          mode: 'distributed',
          for_each: '{{ [1..130] }}',
          on_item_error: 'continue',
          steps: [{ id: 'shape', transform: '{{ item = 7 ? $error("seven") : item * 10 }}' }],
        },
      ],
    });
    const run = await ended('many');
    const { page } = await stack().open({ path: `/runs/${run}` });
    await page.getByText('130 items, numbered from 0: 129 succeeded, 1 with a caught error').waitFor();
    await page.getByText('List the iterations').click();
    await page.getByLabel('Status of the iterations').selectOption('caught');
    const list = page.getByRole('table', { name: 'Iterations' });
    await list.getByRole('button', { name: '6', exact: true }).click();
    await page.getByRole('heading', { name: 'shape [6]' }).waitFor();
    await page
      .getByRole('region', { name: 'The step shape' })
      .getByText('In the step shape: seven')
      .waitFor();
    expect(new URL(page.url()).searchParams.get('iteration')).toMatch(/^each:/);
    await page.context().close();
  });

  test('a viewer is told which role going on needs', async () => {
    const { page } = await stack().open({ path: `/runs/${failed}`, user: 'viewer' });
    await page.getByText('the role editor is needed').waitFor();
    expect(await page.getByRole('button', { name: /Go on|Run again|Stop/ }).count()).toBe(0);
    await page.context().close();
  });

  test('texts of anybody execute nothing, and lead nowhere', async () => {
    const { page, complaints } = await stack().open({ path: `/runs/${hostile}?step=say` });
    await page.getByRole('region', { name: 'The step say' }).getByText(HOSTILE).first().waitFor();
    const title = await page.title();
    for (const tab of ['Timeline', 'Steps', 'JSON', 'Input', 'Raw'])
      await page.getByRole('tab', { name: tab }).click();
    expect(
      await page.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ).not.toContain('javascript:document.title=3');
    expect([await page.title(), complaints]).toEqual([title, []]);
    expect(await page.locator('main img, main script').count()).toBe(0);
    await page.context().close();
  });

  test('that is not there says so, and where its log might be', async () => {
    const { page } = await stack().open({ path: '/runs/orders.none' });
    await page.getByText('There is no execution orders.none').first().waitFor();
    // What could be the id of no run either.
    await page.goto(`${stack().apiUrl}/app/runs/nope`);
    await page.getByText('There is no such run').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.goto(`${stack().apiUrl}/app/workflows/No%20Id`);
    await page.getByText('There is no such workflow').waitFor();
    await page.context().close();
  });

  test.each([
    ['in a window', {}],
    ['on a phone', { viewport: PHONE, hasTouch: true }],
  ] as const)('axe finds nothing and nothing is cut: %s', async (_name, options) => {
    const { page } = await stack().open(options);
    for (const path of [
      `/runs/${failed}`,
      `/runs/${failed}?view=timeline&step=check&index=1`,
      `/runs/${hostile}`,
    ]) {
      await page.goto(`${stack().apiUrl}/app${path}`);
      await page.getByRole('tabpanel').last().waitFor();
      await expect.poll(() => page.getByText(/ (is|are) loading$/).count()).toBe(0);
      expect(await faultsInEveryLook(page)).toEqual([]);
    }
    await page.context().close();
  });
});
