// What providers do wrong, and what becomes of it: the rows of the table in docs/workflow-reference.md, each with the fault
// that a proxy before the emulated provider makes of it.
import type { Fault } from './fault-proxy.ts';
import * as failures from './provider-failures.ts';

/** Those with an SDK or a client of their own, and any other one over HTTP. */
export const providers = [...failures.providers, 'http'] as const;
export type Provider = (typeof providers)[number];
const names: Readonly<Record<Provider, string>> = { ...failures.names, http: 'HTTP' };
const bodies: Readonly<Record<Provider, (message: string, status: number) => object>> = {
  ...failures.bodies,
  http: (detail, status) => ({ type: 'about:blank', status, detail }),
};

/** The error; with the seconds that the state machine is told to wait. `goes on`: no error. */
type Outcome = 'goes on' | `${string} ${number}` | string;

export interface FaultRow {
  /** As the table has it, in Markdown. */
  readonly what: string;
  readonly fault: (provider: Provider, elsewhere: string) => Fault;
  /** What most providers' becomes. */
  readonly outcome: Outcome;
  /** What becomes of it at some; undefined where it cannot be. */
  readonly but?: Partial<Record<Provider, Outcome>>;
  /** Providers whose own it is; every one when left out. */
  readonly of?: readonly Provider[];
  /** Which request of the call meets it, from 1; each one when left out. */
  readonly at?: number;
  /** It is in the reference's table of statuses. */
  readonly isStatus?: true;
  /** The call has to end of itself. */
  readonly hangs?: true;
}

const json = { 'content-type': 'application/json' };
const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}) =>
  (provider: Provider): Fault => ({
    status,
    headers: { ...json, ...headers },
    body: JSON.stringify(bodies[provider]('Its own words', status)),
  });
const own =
  (status: number, body: object, headers: () => Readonly<Record<string, string>> = () => ({})) =>
  (): Fault => ({ status, headers: { ...json, ...headers() }, body: JSON.stringify(body) });
const google = (reason: string) => ({
  error: { code: 403, message: 'Later', errors: [{ domain: 'usageLimits', reason, message: 'Later' }] },
});
const secondary = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
const reset = () => ({
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 90),
});
const status = (number: number, outcome: Outcome): FaultRow => ({
  what: `\`${number}\``,
  fault: answer(number),
  outcome,
  isStatus: true,
});

export const faultTable: readonly FaultRow[] = [
  {
    what: '`429` with `Retry-After` in seconds',
    fault: answer(429, { 'retry-after': '17' }),
    outcome: 'RateLimited 17',
  },
  {
    what: '`429` with `Retry-After` as a date',
    fault: (provider) =>
      answer(429, { 'retry-after': new Date(Date.now() + 40_000).toUTCString() })(provider),
    outcome: 'RateLimited 40',
  },
  { what: '`429` without it', fault: answer(429), outcome: 'RateLimited', but: { github: 'RateLimited 60' } },
  {
    what: '`403` of the secondary limit, with a reset',
    of: ['github'],
    fault: own(403, secondary, reset),
    outcome: 'RateLimited 90',
  },
  {
    what: '`403` of the secondary limit, without one',
    of: ['github'],
    fault: own(403, secondary),
    outcome: 'RateLimited 60',
  },
  {
    what: '`403` `rateLimitExceeded`',
    of: ['gmail'],
    fault: own(403, google('rateLimitExceeded')),
    outcome: 'RateLimited',
  },
  {
    what: '`403` `userRateLimitExceeded`',
    of: ['gmail'],
    fault: own(403, google('userRateLimitExceeded')),
    outcome: 'RateLimited',
  },
  {
    what: '`529` `service_overload`',
    of: ['notion'],
    fault: own(529, { object: 'error', status: 529, code: 'service_overload', message: 'Later' }, () => ({
      'retry-after': '9',
    })),
    outcome: 'RateLimited 9',
  },
  {
    what: '`429` `insufficient_quota`',
    of: ['openai'],
    fault: own(429, {
      error: { message: 'No credit', type: 'insufficient_quota', code: 'insufficient_quota' },
    }),
    outcome: 'Unauthorized',
  },
  { what: '`409` `conflict_error`', of: ['notion'], fault: answer(409), outcome: 'Conflict' },
  {
    what: '`301` of a repository that was renamed',
    of: ['github'],
    fault: (_, elsewhere) => ({
      status: 301,
      headers: { ...json, location: `${elsewhere}/repositories/1` },
      body: JSON.stringify({ message: 'Moved Permanently', url: `${elsewhere}/repositories/1` }),
    }),
    outcome: 'NotFound',
  },
  {
    what: 'a redirect to another host',
    fault: (provider, elsewhere) => ({
      status: 307,
      headers: { ...json, location: elsewhere },
      body: JSON.stringify(bodies[provider]('Elsewhere', 307)),
    }),
    outcome: 'ProviderUnavailable',
    // To a server that HTTP requests may call, it is followed, without the credentials.
    but: { github: 'NotFound', http: 'InvalidInput' },
  },
  status(410, 'NotFound'),
  status(451, 'NotFound'),
  status(500, 'ProviderUnavailable'),
  status(502, 'ProviderUnavailable'),
  status(503, 'ProviderUnavailable'),
  status(504, 'ProviderUnavailable'),
  {
    what: '`401` at a later request of a call',
    fault: answer(401),
    at: 2,
    outcome: 'Unauthorized',
    but: { gmail: 'goes on' },
  },
  { what: 'no answer', fault: () => 'hang', hangs: true, outcome: 'ProviderUnavailable' },
  {
    what: 'an answer that stops within its body',
    fault: () => 'stall midway',
    hangs: true,
    outcome: 'ProviderUnavailable',
  },
  { what: 'a connection that is closed', fault: () => 'drop', outcome: 'ProviderUnavailable' },
  { what: 'a connection that is reset', fault: () => 'reset', outcome: 'ProviderUnavailable' },
  { what: 'half a body', fault: () => 'cut', outcome: 'ProviderUnavailable' },
  {
    what: 'a page of HTML with `200`',
    fault: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' }),
    outcome: 'ProviderUnavailable',
  },
  {
    what: 'JSON that is called `text/plain`',
    fault: () => 'untyped',
    outcome: 'goes on',
    but: { github: 'ProviderUnavailable', gmail: 'ProviderUnavailable' },
  },
];

export function outcomeOf(row: FaultRow, provider: Provider): Outcome | undefined {
  if (row.of && !row.of.includes(provider)) return undefined;
  return row.but?.[provider] ?? row.outcome;
}

/** The rows in Markdown. */
export function documented(): string {
  const shown = (outcome: Outcome) =>
    outcome === 'goes on' ? 'none: the call goes on' : `\`${outcome.split(' ')[0]}\``;
  const rows = faultTable
    .filter(({ isStatus }) => !isStatus)
    .map((row) => {
      const usual = shown(row.outcome);
      const others = providers.flatMap((provider) => {
        const outcome = outcomeOf(row, provider);
        const told = outcome === undefined ? usual : shown(outcome);
        return told === usual ? [] : [`${names[provider]}: ${told}`];
      });
      const whose = row.of ? row.of.map((provider) => names[provider]).join(', ') : 'every one';
      return `| ${row.what} | ${whose} | ${[usual, ...others].join('; ')} |`;
    });
  return ['| what it does | who | error |', '|---|---|---|', ...rows].join('\n');
}
