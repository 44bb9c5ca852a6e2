// `npm run screenshots`: the README's picture of the dashboard, taken from the running product with data of its own.
// `npm run screenshots -- <folder>`: instead every page, wide and on a phone, light and dark, for whoever reviews it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { launchBrowser } from '../browser.ts';
import { projectFolder } from '../project-folder.ts';
import { seenPages } from './pages.ts';
import { type Call, type Seeded, seedDashboard } from './seed.ts';

const README_PICTURE = join(projectFolder, 'docs', 'dashboard.png');
const MAX_BYTES = 200_000;
const WIDE = { width: 1280, height: 800 };
const looks = [
  { name: '1280-light', viewport: WIDE, colorScheme: 'light' },
  { name: '1280-dark', viewport: WIDE, colorScheme: 'dark' },
  { name: '375-light', viewport: { width: 375, height: 812 }, colorScheme: 'light', hasTouch: true },
  { name: '375-dark', viewport: { width: 375, height: 812 }, colorScheme: 'dark', hasTouch: true },
] as const;

/** Starts the product as `npm start` does, on free ports, and gives the API's address once it is up. */
async function startProduct(
  home: string,
): Promise<{ readonly process: ChildProcess; readonly apiUrl: string }> {
  const started = spawn(process.execPath, [join(projectFolder, 'local', 'main.ts')], {
    cwd: projectFolder,
    env: { ...process.env, ORCHESTRA_HOME: home, PORT: '0', AWS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: started.stdout })) {
    const [, apiUrl] = /^ +Dashboard +(\S+)\/app$/.exec(line) ?? [];
    if (apiUrl !== undefined) return { process: started, apiUrl };
  }
  throw new Error('The product did not start');
}

const login = z.object({ access_token: z.string() });

async function asAdmin(apiUrl: string): Promise<Call> {
  let token: string | undefined;
  const call: Call = async (method, path, body, more = {}) => {
    const response = await fetch(apiUrl + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...more,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  token = login.parse(await call('POST', '/auth/login', { user_id: 'demo', password: 'demo' })).access_token;
  return call;
}

/** A profile of its own for each look; what moves stands still. */
async function openedPage(browser: Browser, apiUrl: string, look: (typeof looks)[number]): Promise<Page> {
  const { name: _, ...options } = look;
  const context = await browser.newContext({
    ...options,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${apiUrl}/app`);
  return page;
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('User').fill('demo');
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** Until nothing loads any more. */
async function show(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page
    .getByText(/ (is|are) loading$/)
    .first()
    .waitFor({ state: 'detached' });
}

async function readmePicture(browser: Browser, apiUrl: string, { failedRun }: Seeded): Promise<void> {
  const page = await openedPage(browser, apiUrl, looks[0]);
  await logIn(page);
  await show(page, `${apiUrl}/app/runs/${failedRun}`);
  const picture = await page.screenshot();
  if (picture.length > MAX_BYTES)
    throw new Error(`The picture has ${picture.length} bytes, more than ${MAX_BYTES}`);
  await writeFile(README_PICTURE, picture);
  console.log(`docs/dashboard.png: ${picture.length} bytes`);
}

async function everyPage(browser: Browser, apiUrl: string, seeded: Seeded, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const look of looks) {
    const page = await openedPage(browser, apiUrl, look);
    const take = (name: string) =>
      page.screenshot({ path: join(folder, `${name}-${look.name}.png`), fullPage: true });
    await page.getByLabel('User').waitFor();
    await take('login');
    await logIn(page);
    for (const { name, path } of await seenPages(seeded)) {
      await show(page, `${apiUrl}/app${path}`);
      await take(name);
    }
    await page.context().close();
  }
}

const [folder] = process.argv.slice(2);
const home = await mkdtemp(join(tmpdir(), 'orchestra-'));
const browser = await launchBrowser();
if (!browser) throw new Error('There is no browser on this machine: install Chrome');
const product = await startProduct(home);
try {
  const seeded = await seedDashboard(await asAdmin(product.apiUrl));
  if (folder === undefined) await readmePicture(browser, product.apiUrl, seeded);
  else await everyPage(browser, product.apiUrl, seeded, folder);
} finally {
  await browser.close();
  product.process.kill();
  await once(product.process, 'exit');
  await rm(home, { recursive: true, force: true });
}
