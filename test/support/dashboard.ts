// The dashboard in a real browser, for its tests: one stack and one browser a file, pages that are logged in, axe.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { launchBrowser } from '../../infrastructure/browser.ts';
import { startTestStack, type TestStack } from './test-stack.ts';

export type DemoUser = 'demo' | 'editor' | 'viewer';

export interface OpenedPage {
  readonly page: Page;
  /** What the page complained of: errors, warnings of the browser, breaches of its Content-Security-Policy. */
  readonly complaints: string[];
  /** `GET /executions` of every request so far, in order. */
  readonly requests: string[];
}

export interface OpenOptions extends BrowserContextOptions {
  /** Below /app: `/runs`. The page that /app leads to when left out. */
  readonly path?: string;
  /** Logs in as this user; null stays at the login. The admin `demo` when left out. */
  readonly user?: DemoUser | null;
  /** Another tab of the browser that this page is in. */
  readonly context?: BrowserContext;
}

export interface DashboardTest extends TestStack {
  readonly browser: Browser;
  readonly apiUrl: string;
  /** Opens the dashboard, in a browser profile of its own unless a context is given. */
  open(options?: OpenOptions): Promise<OpenedPage>;
}

export const PHONE = { width: 375, height: 812 };
/** The narrowest that WCAG's reflow asks for. */
export const NARROW = { width: 320, height: 640 };

/**
 * Starts a stack and a browser for the whole test file, and closes both at its end. Call it at the top of the file.
 * @returns undefined on a machine without a browser: the file's tests are skipped there
 * @example const dashboard = await startDashboard(); describe.skipIf(!dashboard)('…', () => { … });
 */
export async function startDashboard({ seed = true } = {}): Promise<DashboardTest | undefined> {
  const browser = await launchBrowser();
  if (!browser) return undefined;
  const stack = await startTestStack({ seed });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });
  const { apiUrl } = stack.stack;
  return {
    ...stack,
    browser,
    apiUrl,
    open: async ({ path = '', user = 'demo', context, ...options } = {}) => {
      const around =
        context ??
        (await browser.newContext({
          locale: 'en-GB',
          timezoneId: 'Europe/Berlin',
          // What moves is drawn anew all the time, by the processor.
          reducedMotion: 'reduce',
          ...options,
        }));
      const page = await around.newPage();
      page.setDefaultTimeout(120_000);
      const opened = { page, ...watched(page) };
      await page.goto(`${apiUrl}/app${path}`);
      if (user !== null) await logIn(page, user);
      return opened;
    },
  };
}

/** Asked for again until the log of a run that has just ended is written, a moment later. */
const NOT_WRITTEN = /status of 404 .* \S+\/executions\/[^/]+\/(steps|workflow|log)(\?\S*)?$/;

function watched(page: Page): Pick<OpenedPage, 'complaints' | 'requests'> {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`.trim();
    if (['error', 'warning'].includes(message.type()) && !NOT_WRITTEN.test(text)) complaints.push(text);
  });
  return { complaints, requests };
}

/** Fills in the login that the page shows. */
export async function logIn(page: Page, user: DemoUser, password: string = user): Promise<void> {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

let axeSource: string | undefined;

/**
 * What axe-core finds on the page as it is, by the rules of WCAG 2.2 AA: `rule: the element`.
 * @example expect(await violations(page)).toEqual([]);
 */
export async function violations(page: Page): Promise<readonly string[]> {
  axeSource ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Playwright's evaluation is not subject to the page's Content-Security-Policy.
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(axeSource);
  // What passes is not told, which spares describing each of its elements.
  return page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    resultTypes: ['violations'],
  }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
    id + ': ' + html + ' ' + failureSummary)))`);
}

/**
 * By how many pixels the page, or what is cut at its edge, is wider than its window. What is placed by script follows a
 * window that has changed some frames later: it has five seconds.
 */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const began = performance.now();
    const look = () => {
      const wider = Math.max(...[document.documentElement, ...document.querySelectorAll('main')]
        .map((one) => one.scrollWidth - one.clientWidth));
      if (wider <= 0 || performance.now() - began > 5000) resolve(wider);
      else requestAnimationFrame(look);
    };
    look();
  })`);
}

/** Until the page shows what it has: its title, and nothing that loads. */
export async function isLoaded(page: Page): Promise<void> {
  // While the session is looked for, the title is the product's.
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  const loading = page.getByText(/ (is|are) loading/);
  await loading.first().waitFor({ state: 'detached' });
}

/**
 * What axe finds, and by how much the page is wider than its window: light as it is, and dark with 320 px.
 * @example expect(await faultsInEveryLook(page)).toEqual([]);
 */
export async function faultsInEveryLook(page: Page): Promise<readonly string[]> {
  const size = page.viewportSize();
  const faults: string[] = [];
  for (const { look, colorScheme, viewport } of looks) {
    // Colours that are on their way to others are no fault.
    await page.emulateMedia({ colorScheme });
    if (viewport) await page.setViewportSize(viewport);
    faults.push(...(await violations(page)).map((text) => `${look}: ${text}`));
    const wider = await overflow(page);
    if (wider !== 0) faults.push(`${look}: wider than the window by ${wider} px`);
  }
  await page.emulateMedia({ colorScheme: null });
  if (size) await page.setViewportSize(size);
  return faults;
}

const looks = [
  { look: 'light', colorScheme: 'light', viewport: undefined },
  { look: 'dark and narrow', colorScheme: 'dark', viewport: NARROW },
] as const;
