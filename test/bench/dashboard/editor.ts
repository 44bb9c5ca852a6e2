// How fast the editor is with a workflow of 500 steps: a key's effect, the problems after it, memory over 1,000 edits.
import type { Browser } from 'playwright-core';
import { drawnAfter, openMeasured } from './browser.ts';
import type { Figure } from './figure.ts';
import { type BenchStack, STEPS } from './stack.ts';

const EDITS = 1000;

/** The text, in its shadow root. */
const content = `[...document.querySelectorAll('main div')].find((each) => each.shadowRoot?.querySelector('.cm-content'))
  .shadowRoot.querySelector('.cm-content')`;
const type = (text: string) => `document.execCommand('insertText', false, ${JSON.stringify(text)})`;
const erase = `document.execCommand('delete')`;
const says = (text: string) =>
  `[...document.querySelectorAll('[role="status"]')].some((each) => each.innerText.startsWith(${JSON.stringify(text)}))`;

export async function* editor(browser: Browser, { apiUrl }: BenchStack): AsyncGenerator<Figure, void> {
  const opened = await openMeasured(browser, apiUrl, '/workflows/large_graph/edit?edit=json');
  const { page } = opened;
  const what = `the editor with ${STEPS} steps`;
  await page.getByText(/^No problems/).waitFor();
  await page.evaluate(`${content}.focus()`);
  await opened.longestTask();
  const keys: number[] = [];
  const broken: number[] = [];
  const mended: number[] = [];
  for (let times = 0; times < 5; times += 1) {
    keys.push(await drawnAfter(page, type('\n'), `${content}.innerText.startsWith('\\n')`));
    await page.evaluate(erase);
    broken.push(await drawnAfter(page, type('x'), says('1 problem')));
    // The whole workflow is compiled before this is said.
    mended.push(await drawnAfter(page, erase, says('No problems')));
  }
  yield { what: `${what}: a key is shown`, value: median(keys), unit: 'ms', limit: 50 };
  yield { what: `${what}: a mistake in the JSON is told`, value: median(broken), unit: 'ms', limit: 150 };
  yield {
    what: `${what}: it is compiled, and has no problems`,
    value: median(mended),
    unit: 'ms',
    limit: 150,
  };
  yield { what: `${what}: longest task meanwhile`, value: await opened.longestTask(), unit: 'ms' };
  const before = await opened.heapMb();
  for (let edit = 0; edit < EDITS / 2; edit += 1) {
    await page.evaluate(type('x'));
    await page.evaluate(erase);
  }
  await page.getByText(/^No problems/).waitFor();
  const grown = (await opened.heapMb()) - before;
  yield {
    what: `${what}: more memory after ${EDITS} edits`,
    value: Math.max(0, grown),
    unit: 'MB',
    limit: 10,
  };
  await opened.close();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
