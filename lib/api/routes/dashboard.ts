// Routes of the dashboard: a page and its files, served to browsers.
import * as z from 'zod';
import type { Route } from './route.ts';

/** The page reads its own parameters, so that any may come. */
const query = z.looseObject({});
const headers = z.object({
  'accept-encoding': z.string().optional().describe('`br` and `gzip` are understood'),
  'if-none-match': z.string().optional().describe('The ETag of what the browser has'),
});

const common = { method: 'GET', function: 'dashboard', role: null, tag: 'dashboard', hidden: true } as const;

const served = {
  query,
  headers,
  answers: {
    200: {
      description: 'The page, or one of its files',
      contentType: 'text/html; charset=utf-8',
      body: z.instanceof(Uint8Array),
      headers: {
        'cache-control': 'How long it may be kept',
        'content-encoding': 'How the body is compressed',
        'content-security-policy': 'The page loads and calls nothing but this origin',
        'content-type': 'The type of the file',
        'cross-origin-opener-policy': 'No page of another origin shares its window',
        etag: 'The version of the file',
        'permissions-policy': 'What of the device the page does not use',
        'referrer-policy': 'Links do not reveal the page',
        vary: 'The body differs by this header of the request',
      },
    },
    304: {
      description: 'The browser has the newest version',
      headers: { 'cache-control': 'How long it may be kept', etag: 'The version of the file' },
    },
  },
  problems: ['not-found'],
} as const;

const pages = [
  {
    ...common,
    operation: 'getRoot',
    path: '/',
    summary: 'Leads to the dashboard',
    query,
    answers: { 302: { description: 'The dashboard', headers: { location: 'Path of the dashboard' } } },
    problems: [],
  },
  {
    ...common,
    ...served,
    operation: 'getDashboard',
    path: '/app',
    summary: 'Gives the dashboard',
  },
  {
    ...common,
    ...served,
    operation: 'getDashboardFile',
    path: '/app/{file+}',
    summary: 'Gives a file of the dashboard, and for a path that is none the dashboard itself',
    // Empty, or left out, after the slash of `/app/`.
    params: z.object({ file: z.string().default('') }),
  },
] as const satisfies readonly Route[];

/** What watches an address, or previews a link, asks for its headers: an HTTP API has a route for each method. */
const headersOf = <Page extends (typeof pages)[number]>(page: Page) =>
  ({ ...page, method: 'HEAD', operation: `${page.operation}Headers`, sameAs: page.operation }) as const;

export const dashboardRoutes = [
  ...pages,
  headersOf(pages[0]),
  headersOf(pages[1]),
  headersOf(pages[2]),
] as const;
