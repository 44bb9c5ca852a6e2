// The answers of the dashboard's function: a file of its folder, in the encoding that the browser prefers.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setting } from '../config.ts';
import { ApiProblem } from '../problem.ts';
import type { dashboardRoutes } from './routes/dashboard.ts';
import type { AnswerOf, RequestOf } from './routes/route.ts';

type FileRoute = Extract<(typeof dashboardRoutes)[number], { operation: 'getDashboardFile' }>;

const PAGE = 'index.html';
/** As Vite names what is built of a file `….worker.ts`. */
const WORKER = /^assets\/[\w-]+\.worker-[\w-]+\.js$/;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Nothing inline and nothing from elsewhere; no text becomes HTML, a script or the address of one (Trusted Types), but for
 * the one address of the compiler's worker.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types compiler-worker',
].join('; ');

/**
 * A worker that comes from an address has the policy of its own answer, not that of the page (HTML, section 10.2.4, "run a
 * worker", and CSP Level 3, section 3.1). The compiler's makes functions of JSON Schemas, as ajv does, and has no network.
 */
const workerHeaders = {
  'content-security-policy': "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'none'",
};

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
};

/**
 * A file of the dashboard; for a path that is none the page, whose router knows what it means. What stands in `assets/`
 * has its content's hash in its name and never changes, so that one that is missing is of another deployment.
 * @throws ApiProblem `not-found`
 */
export async function dashboardFile(
  path: string,
  headers: RequestOf<FileRoute>['headers'],
): Promise<AnswerOf<FileRoute>> {
  const isAsset = path.startsWith('assets/');
  const found = await readEncoded(path, headers['accept-encoding']);
  if (!found && isAsset) throw new ApiProblem('not-found', `This version of the dashboard has no ${path}`);
  const { name, content, encoding } = found ?? (await page(headers['accept-encoding']));
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  const cached = {
    'cache-control': isAsset ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
    vary: 'accept-encoding',
  };
  if (knows(headers['if-none-match'], etag)) return { status: 304, headers: cached };
  return {
    status: 200,
    body: content,
    headers: {
      ...cached,
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      ...(encoding && { 'content-encoding': encoding }),
      ...(name === PAGE && pageHeaders),
      ...(WORKER.test(name) && workerHeaders),
    },
  };
}

interface Encoded {
  readonly name: string;
  readonly content: Buffer;
  readonly encoding: string | undefined;
}

async function page(acceptEncoding: string | undefined): Promise<Encoded> {
  const found = await readEncoded(PAGE, acceptEncoding);
  if (!found) throw new TypeError(`${setting('DASHBOARD_FOLDER')} has no ${PAGE}: npm run build makes it`);
  return found;
}

/** The best of what the build has compressed and the browser takes; undefined when there is no such file. */
async function readEncoded(name: string, acceptEncoding = ''): Promise<Encoded | undefined> {
  // Names as the build gives them, so that no path leads out of the folder or to a compressed copy.
  if (!/^(?:assets\/)?[\w-][\w.-]*\.(?:css|html|js|svg|woff2)$/.test(name)) return undefined;
  const file = join(setting('DASHBOARD_FOLDER'), name);
  for (const [encoding, ending] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ] as const) {
    const content = accepts(acceptEncoding, encoding) ? await readOrNothing(file + ending) : undefined;
    if (content) return { name, content, encoding };
  }
  const content = await readOrNothing(file);
  return content && { name, content, encoding: undefined };
}

async function readOrNothing(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** RFC 9110, section 12.5.3: a coding that is named counts before `*`, and `q=0` refuses it. */
export function accepts(acceptEncoding: string, coding: string): boolean {
  const weights = new Map(
    acceptEncoding.split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1';
      return [name, Number(weight)];
    }),
  );
  return (weights.get(coding) ?? weights.get('*') ?? 0) > 0;
}

/** RFC 9110, section 13.1.2: weak comparison, and `*` for whatever there is. */
function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = ifNoneMatch?.split(',').map((text) => text.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}
