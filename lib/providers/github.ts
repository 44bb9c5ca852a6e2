// GitHub: its connection, client and errors, and how a repository is named.
import { Octokit } from '@octokit/rest';
import * as z from 'zod';
import { setting } from '../config.ts';
import type { Connection } from '../connections/connections.ts';
import { githubCredentials } from '../connections/credentials.ts';
import { ConnectionExpired, NotFound } from '../errors.ts';
import { GITHUB_VERSION } from './api-versions.ts';
import { forgetInstallationTokens, installationAuth } from './github-app.ts';
import { answer, refused, unreachable } from './provider-failure.ts';
import { retryAfterSeconds } from './provider-wait.ts';

export const github: Connection<typeof githubCredentials> = {
  provider: 'github',
  secrets: githubCredentials,
};

export type GitHubSecrets = z.output<typeof githubCredentials>;

export const repoName = z
  .string()
  .regex(
    /^(?:[\w-]{1,100}\/)?(?!\.{1,2}$)[\w.-]{1,100}$/,
    'must be owner/name, or the name of an own repository',
  )
  .describe("The repository: owner/name, or name for one of the connection's own account");

export const filePath = z
  .string()
  .max(1000)
  // No empty, `.` or `..` segment, and so no slash at either end.
  .regex(
    /^(?!\.{1,2}(?:\/|$))[^/\\\0]+(?:\/(?!\.{1,2}(?:\/|$))[^/\\\0]+)*$/,
    'must be a path inside the repository, like docs/guide.md',
  );

const silent = () => {};

/** A client without retries: those belong to the state machine, where they can be seen. */
export function githubClient({
  secrets,
  signal,
}: {
  readonly secrets: GitHubSecrets;
  readonly signal: AbortSignal;
}): Octokit {
  const client = new Octokit({
    ...(secrets.token === undefined ? installationAuth(secrets) : { auth: secrets.token }),
    baseUrl: setting('GITHUB_API_URL'),
    // Following a redirect would turn the POST to a renamed repository into a GET.
    request: { signal, redirect: 'manual' },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  client.hook.before('request', ({ headers }) => {
    headers['x-github-api-version'] = GITHUB_VERSION;
  });
  client.hook.error('request', (error) => {
    if (secrets.app && requestError.safeParse(error).data?.status === 401) forgetInstallationTokens();
    throw error;
  });
  return client;
}

/**
 * The validated data of one call.
 * @param place the repository of the call, which NotFound then names
 * @throws RateLimited (also for a 403 that is one), Unauthorized, NotFound (also for a renamed repository),
 *   InvalidInput, Conflict, ProviderUnavailable
 */
export async function data<Schema extends z.ZodType>(
  schema: Schema,
  call: Promise<{ readonly status: number; readonly data: unknown }>,
  place?: { readonly owner: string; readonly repo: string },
): Promise<z.output<Schema>> {
  const reply = await call.catch((error: unknown) => {
    const failure = asOurs(error);
    if (!(failure instanceof NotFound && place)) throw failure;
    throw new NotFound(
      `The repository ${place.owner}/${place.repo}, or what was asked for in it, does not exist or the token cannot see it. ${failure.message}`,
    );
  });
  if (reply.status >= 300) {
    throw new NotFound(`GitHub answered ${reply.status}: the repository has moved; use its new name`);
  }
  return answer('GitHub', schema, reply.data);
}

/** The owner and name of a repository; the owner of a bare name is the connection's own account. */
export async function repository(
  client: Octokit,
  name: string,
  { app }: GitHubSecrets,
): Promise<{ owner: string; repo: string }> {
  const [first = '', second] = name.split('/');
  if (second !== undefined) return { owner: first, repo: second };
  // An installation is no user, and may not ask who it is.
  if (app) return { owner: app.account, repo: first };
  const user = await data(z.object({ login: z.string() }), client.rest.users.getAuthenticated());
  return { owner: user.login, repo: first };
}

/** GitHub's largest page. */
export const PAGE = 100;

interface Collecting<Item> {
  /** The items of a page, at most `PAGE`; fewer on the last. */
  page(number: number): Promise<readonly Item[]>;
  /** Which of them are included; all, when left out. */
  keep?(item: Item): boolean;
  /** From this item on none is included. */
  end?(item: Item): boolean;
  readonly max: number;
}

/** How many pages are read when many items may not be included. */
const MAX_PAGES = 10;

/** The first `max` items, read page by page, and whether there are or may be more. */
export async function collect<Item>({
  page,
  keep = () => true,
  end = () => false,
  max,
}: Collecting<Item>): Promise<{ items: Item[]; more: boolean }> {
  const items: Item[] = [];
  for (let number = 1; number <= MAX_PAGES; number++) {
    const list = await page(number);
    const last = list.findIndex((item) => end(item));
    items.push(...list.slice(0, last === -1 ? PAGE : last).filter((item) => keep(item)));
    if (items.length > max) return { items: items.slice(0, max), more: true };
    if (list.length < PAGE || last !== -1) return { items, more: false };
  }
  return { items, more: true };
}

/** The parts of Octokit's RequestError that matter; without `response` GitHub did not answer. */
const requestError = z.object({
  name: z.literal('HttpError'),
  status: z.number(),
  message: z.string(),
  response: z.object({ headers: z.record(z.string(), z.unknown()) }).optional(),
  request: z.object({ url: z.string() }).optional(),
});

/** GitHub asks for this wait when it sends no time: "Otherwise, wait for at least one minute before retrying your request." */
const UNTOLD_WAIT_SECONDS = 60;
/**
 * How GitHub calls its limits: "API rate limit exceeded", "secondary rate limit", formerly "abuse detection mechanism", and
 * in the address of the page about them, which Octokit appends to the message.
 */
const limitWords =
  /\b(?:rate|secondary)[ -]limit|\babuse detection\b|\btemporarily blocked\b|\btoo many (?:concurrent )?requests\b/i;
/** The limit of what may be created, as an invalid request (422): https://github.com/cli/cli/issues/4801. */
const tooQuickly = /\bsubmitted too quickly\b/i;

/** https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps: of classic tokens and OAuth apps. */
function lacksScope(header: (name: string) => string | undefined): boolean {
  const listed = (name: string) =>
    header(name)
      ?.split(',')
      .map((one) => one.trim())
      .filter(Boolean);
  const [accepted = [], had] = [listed('x-accepted-oauth-scopes'), listed('x-oauth-scopes')];
  return had !== undefined && accepted.length > 0 && !accepted.some((scope) => had.includes(scope));
}

function asOurs(error: unknown): unknown {
  const { data: failure } = requestError.safeParse(error);
  if (!failure?.response) return unreachable('GitHub', error) ?? error;
  const header = (name: string) => {
    const value = failure.response?.headers[name];
    return value === undefined ? undefined : String(value);
  };
  const { status, message, request } = failure;
  // Of the request for an installation's token: the App was uninstalled (404) or suspended (403).
  const isGone = status === 404 || (status === 403 && /suspended/i.test(message));
  if (isGone && request?.url.endsWith('/access_tokens') === true)
    return new ConnectionExpired(`GitHub no longer lets the App act there: ${message}`);
  // GitHub, "Rate limits for the REST API" (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api):
  // both limits answer 403 or 429. The primary one sends the time of its reset; the secondary one sends Retry-After, that
  // time, or neither, and is then recognisable by its words or by the page that they link to.
  const usedUp = header('x-ratelimit-remaining') === '0';
  const told = header('retry-after') !== undefined || limitWords.test(message);
  const limited =
    status === 429 || (status === 403 && (usedUp || told)) || (status === 422 && tooQuickly.test(message));
  const reset = Number(header('x-ratelimit-reset') ?? Number.NaN);
  const untilReset = usedUp ? Math.ceil(reset - Date.now() / 1000) : Number.NaN;
  // A reset that has passed says nothing of a limit that still holds.
  const seconds = retryAfterSeconds(header('retry-after')) ?? (untilReset > 0 ? untilReset : undefined);
  return refused({
    provider: 'GitHub',
    status,
    lacksScope: status === 403 && !limited && lacksScope(header),
    meaning: limited ? 429 : undefined,
    message,
    retryAfterSeconds: seconds ?? (limited ? UNTOLD_WAIT_SECONDS : undefined),
    growing: limited && seconds === undefined,
  });
}
