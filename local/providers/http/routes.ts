// The API of the emulated HTTP service: a list by pages and by cursor, one order, its invoice as a file; and an echo.
import * as z from 'zod';
import { problem } from './refusals.ts';
import type { OrderStore } from './store.ts';

const newOrder = z.object({
  reference: z.string().min(1).max(100),
  customer: z.string().max(200).default('A customer'),
  status: z.enum(['open', 'paid']).default('open'),
  total: z.int().min(0).default(0),
  due: z.iso.date().default('2030-01-01'),
});

const MAX_PAGE = 1000;

export function createRoutes(store: OrderStore): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const { method } = request;
    if (url.pathname === '/echo') return echo(request);
    if (url.pathname === '/v1/me') return Response.json({ name: 'Acme orders' });
    if (url.pathname === '/v1/orders' && method === 'POST') return create(request, store);
    if (url.pathname === '/v1/orders') return page(url, store);
    const [, id, part] = /^\/v1\/orders\/(\d{1,9})(\/invoice)?$/.exec(url.pathname) ?? [];
    const order = id === undefined ? undefined : store.find(Number(id));
    if (!order) return problem(404, 'Not Found', `There is no ${url.pathname}`);
    if (part) return invoice(order);
    if (method === 'DELETE') {
      store.delete(order.id);
      return new Response(null, { status: 204 });
    }
    if (method !== 'PATCH') return Response.json(order);
    const changes = newOrder.partial().safeParse(await jsonOf(request));
    if (!changes.success) return invalid(changes.error);
    const changed = { ...order, ...JSON.parse(JSON.stringify(changes.data)) };
    store.change(changed);
    return Response.json(changed);
  };
}

async function create(request: Request, store: OrderStore): Promise<Response> {
  const parsed = newOrder.safeParse(await jsonOf(request));
  if (!parsed.success) return invalid(parsed.error);
  const order = store.create(parsed.data, request.headers.get('idempotency-key'));
  return Response.json(order, { status: 201, headers: { location: `/v1/orders/${order.id}` } });
}

/**
 * By `page` and `per_page` a list, whose header Link has the next page (RFC 8288); by `limit` and `cursor` an object, which has
 * the next cursor.
 */
function page(url: URL, store: OrderStore): Response {
  const number = (name: string, otherwise: number) => {
    const value = Number(url.searchParams.get(name) ?? otherwise);
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  const all = store.list(url.searchParams.get('status'));
  if (url.searchParams.has('limit') || url.searchParams.has('cursor')) {
    const from = Number(Buffer.from(url.searchParams.get('cursor') ?? '', 'base64url').toString() || 0);
    const end = from + Math.min(number('limit', 5), MAX_PAGE);
    const next_cursor = end < all.length ? Buffer.from(String(end)).toString('base64url') : null;
    return Response.json({ data: all.slice(from, end), next_cursor });
  }
  const size = Math.min(number('per_page', 5), MAX_PAGE);
  const current = number('page', 1);
  const next = new URL(url);
  next.searchParams.set('page', String(current + 1));
  const hasMore = current * size < all.length;
  const headers = hasMore ? { link: `<${next.pathname}${next.search}>; rel="next"` } : {};
  return Response.json(all.slice((current - 1) * size, current * size), { headers });
}

function invoice({
  id,
  reference,
  customer,
  total,
}: {
  id: number;
  reference: string;
  customer: string;
  total: number;
}) {
  const text = `Invoice ${reference}\n${customer}\n${(total / 100).toFixed(2)} EUR\n`;
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="invoice-${id}.txt"`,
  };
  return new Response(text, { headers });
}

async function echo(request: Request): Promise<Response> {
  const { method, url, headers } = request;
  const { pathname, search, searchParams } = new URL(url);
  return Response.json({
    method,
    path: pathname + search,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(headers),
    body: await request.text(),
  });
}

async function jsonOf(request: Request): Promise<unknown> {
  return request.json().catch(() => undefined);
}

function invalid({ issues: [issue] }: z.ZodError): Response {
  return problem(422, 'Unprocessable Content', `/${issue?.path.join('/')}: ${issue?.message}`);
}
