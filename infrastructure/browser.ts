// A real browser, for tests and for pictures: Chromium from an npm package on Linux x64, an installed Chrome elsewhere.
import { type Browser, chromium as playwright } from 'playwright-core';
import { keptBrowser } from './kept-browser.ts';

/** Whether the npm package's Chromium runs here. */
export const hasPackagedBrowser = process.platform === 'linux' && process.arch === 'x64';

/** @returns undefined on a machine where there is none */
export async function launchBrowser(): Promise<Browser | undefined> {
  if (hasPackagedBrowser) {
    // Not the package's own arguments, which put all into one process and switch off web security.
    return playwright.launch({
      executablePath: await keptBrowser(),
      args: ['--no-sandbox', '--disable-gpu'],
    });
  }
  return playwright.launch({ channel: 'chrome' }).catch(() => undefined);
}
