// A real browser, for tests and for pictures: Chromium from an npm package on Linux x64, an installed Chrome elsewhere.
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** @returns undefined on a machine where there is none */
export async function launchBrowser(): Promise<Browser | undefined> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    // Unpacked into the temporary folder the first time, which takes seconds.
    const executablePath = await chromium.executablePath();
    // Not the package's own arguments, which put all into one process and switch off web security.
    return playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  }
  return playwright.launch({ channel: 'chrome' }).catch(() => undefined);
}
