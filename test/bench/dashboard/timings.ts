// How fast the dashboard is in a real browser: a list of 100,000 runs, a run of 10,000 iterations, a graph of 500 steps.
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../../infrastructure/browser.ts';
import { baselineMs, drawnAfter, type MeasuredPage, openMeasured, PHONE, scrollAbout } from './browser.ts';
import { editor } from './editor.ts';
import type { Figure } from './figure.ts';
import { type BenchStack, ITEMS, RUNS, runRow, STEPS, startBenchStack } from './stack.ts';

/** What counts, not how long it takes: the same on every machine. */
const EXACT: readonly Figure['unit'][] = ['elements', 'requests', 'MB'];

/**
 * Prints each figure as it is known.
 * @param only the name of what is measured alone
 * @returns what is over a limit that does not depend on the machine
 */
export async function printTimings(only?: string): Promise<readonly string[]> {
  const browser = await launchBrowser();
  if (!browser) {
    console.log('There is no browser on this machine: no timings');
    return [];
  }
  const stack = await startBenchStack();
  const over: string[] = [];
  const baseline = await baselineMs(browser);
  console.log(
    `\nThis browser lays out 500 plain rows in ${baseline.toFixed(1)} ms: × is in times of that.\n`,
  );
  const print = (figure: Figure) => {
    console.log(lineOf(figure, baseline));
    const { what, value, unit, limit } = figure;
    if (limit !== undefined && value > limit && EXACT.includes(unit))
      over.push(`${what}: ${value.toFixed(0)} ${unit}, more than ${limit}`);
  };
  try {
    for (const [name, measure] of Object.entries(measures))
      if (only === undefined || only === name)
        for await (const figure of measure(browser, stack)) print(figure);
  } finally {
    await browser.close();
    await stack.close();
  }
  return over;
}

function lineOf({ what, value, unit, limit }: Figure, baseline: number): string {
  const digits = unit === 'ms' && value < 10 ? 1 : unit === 's' ? 2 : 0;
  const ratio = unit === 'ms' ? `${(value / baseline).toFixed(1)} ×` : '';
  const bound = limit === undefined ? '' : `limit ${limit} ${unit}${value > limit ? ', over it here' : ''}`;
  return `${what.padEnd(66)}${value.toFixed(digits).padStart(9)} ${unit.padEnd(9)}${ratio.padStart(9)}   ${bound}`;
}

type Figures = AsyncGenerator<Figure, void>;

const reached = (row: number) => `[...document.querySelectorAll('tbody tr[aria-rowindex]')]
  .some((row) => Number(row.getAttribute('aria-rowindex')) >= ${row})`;

async function* runsList(browser: Browser, { apiUrl }: BenchStack): Figures {
  const opened = await openMeasured(browser, apiUrl, '/workflows');
  const { page, requests } = opened;
  const list = `${RUNS.toLocaleString('en')} runs`;
  await page.getByRole('heading', { level: 1, name: 'Workflows' }).waitFor();
  const open = `document.querySelector('nav a[href$="/runs"]').click()`;
  yield { what: `${list}: first rows`, value: await drawnAfter(page, open, reached(2)), unit: 'ms' };
  await opened.longestTask();
  await scrollAbout(page);
  yield {
    what: `${list}: longest task while scrolling`,
    value: await opened.longestTask(),
    unit: 'ms',
    limit: 50,
  };
  const before = requests.length;
  const start = performance.now();
  const most = await scrollTo(page, 50_000, opened);
  yield { what: `${list}: scroll to row 50,000`, value: (performance.now() - start) / 1000, unit: 's' };
  yield { what: `${list}: most elements on the way`, value: most, unit: 'elements', limit: 2000 };
  yield {
    what: `${list}: requests on the way`,
    value: requests.length - before,
    unit: 'requests',
    limit: 100,
  };
  yield {
    what: `${list}: longest task on the way`,
    value: await opened.longestTask(),
    unit: 'ms',
    limit: 50,
  };
  await scrollAbout(page);
  yield {
    what: `${list}: longest task scrolling there`,
    value: await opened.longestTask(),
    unit: 'ms',
    limit: 50,
  };
  yield { what: `${list}: heap there`, value: await opened.heapMb(), unit: 'MB', limit: 150 };
  await page.evaluate('scrollTo(0, 0)');
  const choose = `const select = [...document.querySelectorAll('select')].find((each) => each.labels[0]?.innerText === 'Status');
    Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(select, 'failed');
    select.dispatchEvent(new Event('change', { bubbles: true }))`;
  const onlyFailed = `document.querySelectorAll('tbody tr').length > 0 &&
    [...document.querySelectorAll('tbody tr')].every((row) => row.querySelector('[data-status="failed"]'))`;
  yield { what: `${list}: a filter`, value: await drawnAfter(page, choose, onlyFailed), unit: 'ms' };
  await opened.close();
}

/** As who drags the bar down again and again. @returns the most elements that the page had */
async function scrollTo(page: Page, row: number, { elements }: MeasuredPage): Promise<number> {
  let most = 0;
  while (!(await page.evaluate(reached(row)))) {
    await page.evaluate(
      'new Promise((resolve) => { scrollTo(0, document.body.scrollHeight); requestAnimationFrame(resolve); })',
    );
    most = Math.max(most, await elements());
  }
  return most;
}

async function* largeRun(browser: Browser, stack: BenchStack): Figures {
  const start = performance.now();
  const id = await stack.ended('large_loop');
  const run = `${ITEMS.toLocaleString('en')} iterations`;
  yield { what: `${run}: the run itself`, value: (performance.now() - start) / 1000, unit: 's' };
  for (const viewport of [undefined, PHONE]) {
    const opened = await openMeasured(browser, stack.apiUrl, '/workflows', viewport);
    const { page } = opened;
    const at = viewport ? 'phone' : 'wide';
    // Its chunk is loaded, as after any other run.
    await go(page, `/runs/${runRow(0).id}`);
    await page.getByText('There is no such run').first().waitFor();
    const open = `history.pushState(null, '', '/app/runs/${encodeURIComponent(id)}')`;
    const shown = `document.querySelector('[data-iteration]') && document.querySelectorAll('[data-step]').length > 2`;
    yield {
      what: `${run}, ${at}: open`,
      value: await drawnAfter(page, open, shown),
      unit: 'ms',
      limit: 1000,
    };
    await opened.longestTask();
    const next = `[...document.querySelectorAll('button')].find((each) => /^Next (failed|caught)$/.test(each.innerText) && !each.disabled).click()`;
    const url = page.url();
    yield {
      what: `${run}, ${at}: next failed`,
      value: await drawnAfter(page, next, `location.href !== '${url}'`),
      unit: 'ms',
    };
    await page
      .getByRole('button', { name: /^Next (failed|caught)$/, disabled: false })
      .first()
      .press('Enter');
    yield {
      what: `${run}, ${at}: longest task of it`,
      value: await opened.longestTask(),
      unit: 'ms',
      limit: 50,
    };
    yield { what: `${run}, ${at}: elements`, value: await opened.elements(), unit: 'elements', limit: 2000 };
    yield { what: `${run}, ${at}: heap`, value: await opened.heapMb(), unit: 'MB', limit: 150 };
    await opened.close();
  }
}

/** Leads the open app somewhere, as a link does. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', '/app${path}')`);
}

async function* graph(browser: Browser, stack: BenchStack): Figures {
  const id = await stack.ended('large_graph');
  for (const viewport of [undefined, PHONE]) {
    const opened = await openMeasured(browser, stack.apiUrl, `/runs/${id}?view=json`, viewport);
    const { page } = opened;
    const what = `a graph of ${STEPS} steps, ${viewport ? 'phone' : 'wide'}`;
    await page.getByText('The workflow as it was').waitFor();
    const tab = (name: string) =>
      `[...document.querySelectorAll('[role="tab"]')].find((each) => each.innerText === '${name}').click()`;
    const steps = `document.querySelectorAll('[data-step]').length >= ${STEPS}`;
    // The first time its data is asked for.
    await drawnAfter(page, tab('Graph'), steps);
    await drawnAfter(page, tab('JSON'), `!document.querySelector('[data-step]')`);
    await opened.longestTask();
    yield {
      what: `${what}: laid out`,
      value: await drawnAfter(page, tab('Graph'), steps),
      unit: 'ms',
      limit: 100,
    };
    yield { what: `${what}: longest task of it`, value: await opened.longestTask(), unit: 'ms' };
    yield { what: `${what}: elements`, value: await opened.elements(), unit: 'elements' };
    await scrollAbout(page);
    yield {
      what: `${what}: longest task while panning`,
      value: await opened.longestTask(),
      unit: 'ms',
      limit: 50,
    };
    await page.locator('[data-step]').first().focus();
    for (let key = 0; key < 30; key += 1) await page.keyboard.press('Tab');
    yield {
      what: `${what}: longest task by keyboard`,
      value: await opened.longestTask(),
      unit: 'ms',
      limit: 50,
    };
    const select = `document.querySelectorAll('[data-step]')[250].click()`;
    yield {
      what: `${what}: select a step`,
      value: await drawnAfter(page, select, `document.querySelector('[aria-current="step"]')`),
      unit: 'ms',
    };
    yield { what: `${what}: longest task of it`, value: await opened.longestTask(), unit: 'ms' };
    for (const name of ['Timeline', 'Steps']) {
      const view = `document.querySelector('[role="tabpanel"] ${name === 'Steps' ? 'table' : '[class*="timeline"]'}')`;
      yield {
        what: `${name} of ${STEPS} steps: shown`,
        value: await drawnAfter(page, tab(name), view),
        unit: 'ms',
      };
      await opened.longestTask();
      await scrollAbout(page);
      yield {
        what: `${name} of ${STEPS} steps: longest task while scrolling`,
        value: await opened.longestTask(),
        unit: 'ms',
        limit: 50,
      };
      yield { what: `${name} of ${STEPS} steps: elements`, value: await opened.elements(), unit: 'elements' };
    }
    await opened.close();
  }
}

async function* liveChange(browser: Browser, { apiUrl, call }: BenchStack): Figures {
  const { id } = await call('POST', '/workflows/pausing/executions', { input: {} });
  const opened = await openMeasured(browser, apiUrl, `/runs/${id}`);
  const { page } = opened;
  await page.locator('[data-step="ask"] [data-status="waiting"]').waitFor();
  await call('POST', `/approvals/${id}.ask`, { decision: 'approve' });
  const start = performance.now();
  await page.locator('[data-step="last"] [data-status="waiting"]').waitFor();
  yield { what: 'a change of state is shown', value: performance.now() - start, unit: 'ms', limit: 2000 };
  await call('POST', `/executions/${id}/stop`, {});
  await opened.close();
}

const measures = { runs: runsList, iterations: largeRun, graph, live: liveChange, editor };
