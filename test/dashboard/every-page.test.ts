// What holds for every page of the dashboard, with data in every state: it fits every window, can be used by everybody, and
// says what fails. A new page is among them by itself.
import type { BrowserContext, Page, Request, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeenPage, seenPages } from '../../infrastructure/screenshots/pages.ts';
import { seedDashboard } from '../../infrastructure/screenshots/seed.ts';
import { isLoaded, overflow, startDashboard, violations } from '../support/dashboard.ts';
import { coloursAlone, cutTexts, focusFaults, smallTargets } from '../support/page-checks.ts';

const dashboard = await startDashboard();

interface Tab extends SeenPage {
  readonly page: Page;
}

describe.skipIf(!dashboard)('every page', () => {
  const started = () => {
    if (!dashboard) throw new Error('There is no browser');
    return dashboard;
  };
  let context: BrowserContext;
  /** Each page in a tab of its own. */
  let tabs: readonly Tab[] = [];
  /** What each has asked for. */
  const asked = new Map<Page, Set<string>>();
  const complaints: string[] = [];

  beforeAll(async () => {
    const seeded = await seedDashboard(async (method, path, body, headers = {}) => {
      const answer = await started().call(method, path, { body, headers });
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    });
    const { page: login } = await started().open();
    context = login.context();
    context.on('request', (request) => {
      if (!isOfApi(request)) return;
      const page = request.frame().page();
      asked.set(page, (asked.get(page) ?? new Set()).add(addressOf(request)));
    });
    tabs = await Promise.all(
      (await seenPages(seeded)).map(async ({ name, path }) => {
        const { page, complaints: own } = await started().open({ context, user: null, path });
        await isLoaded(page);
        complaints.push(...own.map((text) => `${name}: ${text}`));
        return { name, path, page };
      }),
    );
    await login.close();
  });
  afterAll(() => context?.close());

  /** What `look` finds on each page that is not as it should be, by the page's name. */
  async function found(look: (page: Page) => Promise<readonly string[]>): Promise<readonly string[]> {
    const all: string[] = [];
    for (const { name, page } of tabs) all.push(...(await look(page)).map((text) => `${name}: ${text}`));
    return all;
  }

  test('is shown without a complaint of the browser', () => {
    expect(complaints).toEqual([]);
  });

  test.each([
    ['1280 px wide', { width: 1280, height: 800 }],
    ['with a zoom of 200 %', { width: 640, height: 400 }],
    ['with a zoom of 400 %', { width: 320, height: 256 }],
  ])('fits its window, cuts nothing, and its targets are of 24 px or more: %s', async (_name, size) => {
    expect(
      await found(async (page) => {
        await page.setViewportSize(size);
        const wider = await overflow(page);
        return [
          ...(wider === 0 ? [] : [`wider than the window by ${wider} px`]),
          ...(await cutTexts(page)),
          ...(await smallTargets(page)),
        ];
      }),
    ).toEqual([]);
  });

  test('axe finds nothing, dark in a small window and light in a large one', async () => {
    expect(
      await found(async (page) => {
        // Colours that are on their way to others are no fault.
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.setViewportSize({ width: 320, height: 640 });
        const dark = await violations(page);
        await page.emulateMedia({ colorScheme: 'light' });
        await page.setViewportSize({ width: 1280, height: 800 });
        return [...dark, ...(await violations(page))];
      }),
    ).toEqual([]);
  });

  test('with forced colours tells what is chosen, and moves nothing for whoever wants that', async () => {
    expect(
      await found(async (page) => {
        await page.emulateMedia({ forcedColors: 'active' });
        const faults = await coloursAlone(page);
        await page.emulateMedia({ forcedColors: 'none' });
        return faults;
      }),
    ).toEqual([]);
  });

  test('every control gets the focus by Tab, is seen then, and nothing stands over it', async () => {
    expect(await found(focusFaults)).toEqual([]);
  });

  test('a change of the data takes the focus from nothing', async () => {
    const focused = `[...document.querySelectorAll('main :is(a, button, input)')].find((one) => one.checkVisibility() && !one.disabled)`;
    for (const { page } of tabs)
      await page.evaluate(
        `globalThis.focused = ${focused}; focused.focus(); focused === document.activeElement`,
      );
    const { call } = started();
    const later = {
      id: 'added_later',
      triggers: [{ schedule: 'rate(1 day)' }],
      steps: [{ id: 'a', wait: 'PT1H' }],
    };
    expect((await call('POST', '/workflows', { body: later })).status).toBe(201);
    expect((await call('POST', '/workflows/added_later/executions')).status).toBe(202);
    expect(
      await found(async (page) => {
        const answered = page.waitForResponse((response) => isOfApi(response.request()));
        await page.evaluate('document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))');
        await answered;
        await page.evaluate(
          'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
        );
        return (await page.evaluate('document.activeElement === focused')) ? [] : ['the focus is lost'];
      }),
    ).toEqual([]);
  });

  /** A query that a page renews is given up after its third try. */
  const failsThrice = ({ page }: Tab) =>
    new Promise<void>((resolve) => {
      const failures = new Map<string, number>();
      page.on('requestfailed', (request) => {
        if (!isOfApi(request)) return;
        const address = addressOf(request);
        failures.set(address, (failures.get(address) ?? 0) + 1);
        if (address !== COUNT && failures.get(address) === 3) resolve();
      });
    });

  test('says over the old data that nothing can be reached, and goes on by itself', async () => {
    const banner = (page: Page) => page.getByText('AI-Orchestra cannot be reached');
    const titles = () =>
      Promise.all(tabs.map(({ page }) => page.locator('main').locator('h1, h2').allInnerTexts()));
    // What a page has not yet has to be asked for, and fails.
    await Promise.all(tabs.map(({ page }) => isLoaded(page)));
    const givenUp = Promise.all(
      tabs.filter(({ name }) => /^(runs|home|schedules)$/.test(name)).map(failsThrice),
    );
    await context.setOffline(true);
    const before = await titles();
    await Promise.all(tabs.map(({ page }) => banner(page).waitFor()));
    // What is shown is still there when it is not tried again.
    await givenUp;
    expect(await titles()).toEqual(before);
    expect(
      await found((page) => page.getByRole('alert').getByText('cannot be reached').allInnerTexts()),
    ).toEqual([]);
    await context.setOffline(false);
    await Promise.all(tabs.map(({ page }) => banner(page).waitFor({ state: 'detached' })));
    expect(await titles()).toEqual(before);
  });

  test('each page says that it loads; each request that fails is told with a retry, whatever it fails with, and never as an empty list', async () => {
    await context.addInitScript(AN_HOUR_AHEAD);
    const faults: string[] = [];
    await Promise.all(
      tabs.map(async ({ name, path, page }, tab) => {
        // The count stands beside every page: what becomes of it is the same on each.
        const addresses = [...(asked.get(page) ?? [])].filter(
          (address) => address !== GREETING && (address !== COUNT || /^(home|runs|approvals)$/.test(name)),
        );
        // Those that fail still.
        const failing = new Map(addresses.map((address, position) => [address, answerAt(position, tab)]));
        const held = Promise.withResolvers<void>();
        await page.route('**', async (route) => {
          if (!isOfApi(route.request())) return route.fallback();
          await held.promise;
          return failing.get(addressOf(route.request()))?.give(route) ?? route.fallback();
        });
        await page.goto(`${started().apiUrl}/app${path}`);
        // What every page asks for is what waits.
        if ((asked.get(page)?.size ?? 0) > 1) await loading(page).waitFor();
        held.resolve();
        const main = page.getByRole('main');
        const told = (says: string | RegExp) => main.getByRole('alert').filter({ hasText: says });
        if (name === 'runs') {
          await page.getByRole('link', { name: '? waiting', exact: true }).waitFor();
          failing.delete(COUNT);
        }
        // Some are asked only once others have been answered: what is told is mended, then the next is waited for.
        const mend = async () => {
          const any = new RegExp([...failing.values()].map(({ says }) => says).join('|'));
          const notice = await told(any).first().innerText();
          expect(await main.innerText()).not.toMatch(/No run|There is no|Nothing (waits|is due|failed)/);
          for (const [address, { says }] of failing) {
            if (!notice.includes(says)) continue;
            const retry = told(says).getByRole('button', { name: 'Try again' });
            await retry.first().waitFor();
            failing.delete(address);
            // What is live is asked again by itself as well, and may have been answered by now.
            await retry.evaluateAll(([button]) => button?.click());
            await expect.poll(() => told(says).count()).toBe(0);
          }
        };
        while (failing.size > 0)
          await mend().catch((error: unknown) => {
            faults.push(`${name}: one of ${[...failing.keys()]}: ${error}`);
            failing.clear();
          });
        // A request that is on its way while its route goes would never be answered.
        await isLoaded(page);
        await page.unrouteAll({ behavior: 'wait' });
      }),
    );
    expect(faults).toEqual([]);
  }, 900_000);

  test('tells times by the clock of the service: that of the device has been an hour ahead since', async () => {
    const hours = /(?<!in )\b[1-9] h\b|-\d+ (ms|s|min)/;
    expect(
      await found(async (page) => {
        await isLoaded(page);
        expect(await page.evaluate('Date.now()')).toBeGreaterThan(Date.now() + 3_500_000);
        // Whatever is seen began a few minutes ago.
        return hours.exec(await page.getByRole('main').innerText()) ?? [];
      }),
    ).toEqual([]);
  });

  test('an empty list says how the first entry comes about', async () => {
    const empty: Readonly<Record<string, RegExp>> = {
      home: /Nothing waits for an answer/,
      runs: /A run appears here as soon as a workflow is started/,
      workflows: /Begin with an example/,
      approvals: /A run that reaches a step of the kind “approval” asks here/,
      schedules: /is listed here as soon as it is saved/,
      webhooks: /is listed here as soon as it is saved/,
    };
    const listing = tabs.filter(({ name }) => name in empty);
    expect(listing).toHaveLength(Object.keys(empty).length);
    await Promise.all(
      listing.map(async ({ name, path, page }) => {
        await page.route('**', (route) => {
          if (!isOfApi(route.request())) return route.fallback();
          const none = { count: 0, more: false, groups: [], latest: [] };
          return route.fulfill({ json: { items: [], next_cursor: null, failed: none, running: none } });
        });
        await page.goto(`${started().apiUrl}/app${path}`);
        await isLoaded(page);
        await page
          .getByText(empty[name] ?? '')
          .first()
          .waitFor();
        await page.unrouteAll({ behavior: 'wait' });
      }),
    );
  });

  const loading = (page: Page) =>
    page
      .getByRole('main')
      .getByText(/ (is|are) loading$/)
      .first();
  /** Whether to greet a new user: without an answer nobody is greeted. */
  const GREETING = 'GET /executions?limit=1';
  const COUNT = 'GET /approvals?status=pending&limit=100';
  const AN_HOUR_AHEAD = `Date = class extends Date {
    constructor(...given) { given.length === 0 ? super(Date.now()) : super(...given); }
    static now() { return super.now() + 3_600_000; }
  }`;
  const isOfApi = (request: Request) =>
    request.resourceType() === 'fetch' && !/\/(auth|health|app)(\/|$)/.test(new URL(request.url()).pathname);
  const addressOf = (request: Request) => {
    const { pathname, search } = new URL(request.url());
    return `${request.method()} ${pathname}${search}`;
  };

  interface Answer {
    readonly says: string;
    give(route: Route): Promise<void>;
  }
  const problem = (status: number, title: string): Answer => ({
    says: title,
    give: (route) =>
      route.fulfill({
        status,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: '/docs#internal', title, status, detail: 'Of this test' }),
      }),
  });
  /** What the request at this place among those of its page fails with: in words that no other of the page has. */
  const answerAt = (position: number, tab: number): Answer => {
    if (position === 2) {
      const reason = tab % 2 === 0 ? 'connectionreset' : 'internetdisconnected';
      return { says: 'No answer came from the service', give: (route) => route.abort(reason) };
    }
    if (position === 3)
      return {
        says: 'Something else has answered in its place',
        give: (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Log in to this network</h1>' }),
      };
    return position % 2 === 0
      ? problem(500, `Something failed here, ${position} of this page`)
      : problem(429, `Too many requests, ${position} of this page`);
  };
});
