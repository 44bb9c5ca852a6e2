// A request of the API for tests, whose answer has to be one that the route table promises.
import * as z from 'zod';
import { problemsOf } from '../../lib/api/openapi.ts';
import type { Route } from '../../lib/api/routes/route.ts';
import { routes } from '../../lib/api/routes/route-table.ts';
import { problemTypes } from '../../lib/problem.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests compare bodies with exact values, so that their types need no narrowing first.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
  readonly text: string;
}

export interface RequestOptions {
  readonly role?: 'viewer' | 'editor' | 'admin' | 'nobody';
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function checkedRequest(
  url: string,
  method: string,
  path: string,
  { role = 'editor', body, raw, headers = {} }: RequestOptions = {},
): Promise<Answer> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${role}`,
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: /json/.test(type) ? JSON.parse(text) : text,
  };
  checkAnswer(method, path, answer);
  return answer;
}

/** The route table promises statuses, bodies, headers and problem types; an answer beside it fails the test. */
function checkAnswer(method: string, path: string, { status, headers, body, text }: Answer): void {
  const route = routeOf(method, path);
  if (!route) return;
  const where = `${method} ${path} answered ${status} ${text}`;
  if (status < 400) {
    const promised = route.answers[status];
    if (!promised) throw new Error(`${where}: the table has no such status`);
    promised.body?.parse(body);
    for (const name of Object.keys(promised.headers ?? {})) {
      if (name !== 'preference-applied' && !headers.has(name)) throw new Error(`${where}: without ${name}`);
    }
  } else if (headers.get('content-type') === 'application/problem+json') {
    const type = z.object({ type: z.string() }).parse(body).type.replace('/docs#', '');
    const found = problemsOf(route).find((name) => name === type);
    if (!found || problemTypes[found].status !== status)
      throw new Error(`${where}: not a problem of the route`);
  }
}

function routeOf(method: string, path: string): Route | undefined {
  const [pathname = ''] = path.split('?');
  const fits = (route: Route) =>
    route.method === method && new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
  // A literal path goes before one with a parameter.
  return routes.filter(fits).toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
}
