// A page of the dashboard under measurement: its long tasks, its memory, how many elements it has, and what the same
// browser takes for work of known size.
import type { Browser, CDPSession, Page } from 'playwright-core';

export interface MeasuredPage {
  readonly page: Page;
  /** Requests of the API so far. */
  readonly requests: string[];
  /** Milliseconds of the longest task since the last call; 0 when none took 50. */
  longestTask(): Promise<number>;
  elements(): Promise<number>;
  /** MB of the JavaScript heap once what is not needed is gone. */
  heapMb(): Promise<number>;
  close(): Promise<void>;
}

export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 375, height: 812 };

const watchTasks = `
  window.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
`;

/** Opens the page, logged in. */
export async function openMeasured(
  browser: Browser,
  apiUrl: string,
  path: string,
  viewport = WIDE,
): Promise<MeasuredPage> {
  const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  const page = await context.newPage();
  await page.addInitScript(watchTasks);
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'fetch') requests.push(request.url().slice(apiUrl.length));
  });
  await page.goto(`${apiUrl}/app${path}`);
  await page.getByLabel('User').fill('demo');
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  return {
    page,
    requests,
    longestTask: () =>
      page.evaluate(
        `new Promise((resolve) => setTimeout(() => resolve(Math.max(0, ...longTasks.splice(0))), 100))`,
      ),
    elements: () => page.evaluate('document.querySelectorAll("*").length'),
    heapMb: () => heapOf(devtools),
    close: () => context.close(),
  };
}

async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6;
}

/**
 * Milliseconds from an action in the page until the frame that shows its effect is drawn.
 * @param action JavaScript that acts; @param shown JavaScript that is true once the effect is in the document
 */
export function drawnAfter(page: Page, action: string, shown: string): Promise<number> {
  return page.evaluate(`new Promise((resolve, reject) => {
    const start = performance.now();
    setTimeout(() => reject(new Error('Nothing of it was shown within a minute')), 60_000);
    const look = () => ${shown} ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)))
      : requestAnimationFrame(look);
    ${action};
    look();
  })`);
}

/**
 * Milliseconds that this browser takes to make and lay out 500 plain rows of six elements: what a limit is compared
 * with, for machines differ fivefold. The least of some, as what disturbs only adds to it.
 */
export async function baselineMs(browser: Browser): Promise<number> {
  const page = await browser.newPage({ viewport: WIDE });
  const ms: number = await page.evaluate(`(() => {
    const once = () => {
      const start = performance.now();
      const list = document.createElement('ol');
      for (let row = 0; row < 500; row += 1) {
        const item = list.appendChild(document.createElement('li'));
        item.style.display = 'grid';
        item.style.gridTemplateColumns = '20px auto minmax(0, 1fr) auto';
        for (let cell = 0; cell < 5; cell += 1)
          item.appendChild(document.createElement('span')).textContent = 'row ' + row + ' cell ' + cell;
      }
      document.body.append(list);
      list.getBoundingClientRect();
      const took = performance.now() - start;
      list.remove();
      return took;
    };
    return Math.min(...Array.from({ length: 9 }, once));
  })()`);
  await page.close();
  return ms;
}

/** Scrolls for some seconds as a wheel or a finger does, a piece each frame, down and up again. */
export async function scrollAbout(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    let frame = 0;
    const step = () => {
      scrollBy(0, frame < 90 ? 160 : -160);
      frame += 1;
      if (frame < 180) requestAnimationFrame(step); else resolve();
    };
    requestAnimationFrame(step);
  })`);
}
