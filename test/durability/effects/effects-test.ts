// Calls each action that writes under faults at each point, as a state machine would, and counts what its provider then has.
import type { ActionHandler } from '../../../lib/actions/define-action.ts';
import { httpConnection } from '../../../local/providers/providers.ts';
import { type EmulatedActions, startEmulatedActions } from '../../support/emulated-actions.ts';
import {
  type Fault,
  type FaultProxy,
  type ProxiedRequest,
  startFaultProxy,
} from '../../support/fault-proxy.ts';
import { grantedConnection } from '../../support/google-consent.ts';
import { invoke } from '../../support/provider-server.ts';
import { type Dice, dice } from '../crash/random.ts';
import { type WritingAction, writingActions } from './writing-actions.ts';

// One line a call is too much here.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

export interface EffectsTestOptions {
  /** Of each action, at least; left out, each fault is met at each point once. */
  readonly runs?: number;
  readonly seed: number;
}

export interface EffectsOfAction {
  /** `gmail/send-message (gmail.send)` */
  readonly action: string;
  readonly once: string | undefined;
  readonly runs: number;
  readonly succeeded: number;
  readonly outcomeUnknown: number;
  /** What the provider has of them all. */
  readonly effects: number;
  /** What must not be, a line each. */
  readonly wrong: readonly string[];
}

const unavailable = {
  status: 503,
  body: '{"message":"try later"}',
  headers: { 'content-type': 'application/json' },
};
/** Of a provider's answers: before it has acted, after it has, and the Lambda killed meanwhile (`stall`). */
const faults: readonly [Fault, ...Fault[]] = ['drop', 'lose', 'cut', 'stall', unavailable];

const MAX_TRIES = 4;
/** Little more than the margin that a Lambda keeps for its answer; what takes longer is killed. */
const KILLED_AFTER_MS = 750;
/** From then on tries have all the time that they need, on a slow machine too. */
const PATIENT_TRIES_MS = 20_000;

/** Runs of all actions, those of one provider after each other. */
export async function effectsTest(options: EffectsTestOptions): Promise<EffectsOfAction[]> {
  const emulated = await startEmulatedActions('github', 'notion', 'google', 'http');
  const proxies: FaultProxy[] = [];
  const before = async (target: string) => {
    const proxy = await startFaultProxy(target);
    proxies.push(proxy);
    return proxy;
  };
  try {
    const aws = await before(emulated.server.url);
    const [github, notion, google, http] = [
      await before(emulated.url('github')),
      await before(emulated.url('notion')),
      await before(emulated.url('google')),
      await before(emulated.url('http')),
    ];
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.url,
      GITHUB_API_URL: github.url,
      NOTION_BASE_URL: notion.url,
      GMAIL_BASE_URL: google.url,
      HTTP_PRIVATE_ORIGINS: http.url,
    });
    const connection = JSON.stringify(httpConnection(http.url));
    emulated.server.stored.set('/ai-orchestra/test/connections/http/default', connection);
    for (const scope of ['compose', 'send']) {
      const fields = await grantedConnection(emulated.url('google'), scope);
      emulated.server.stored.set(`/ai-orchestra/test/connections/google/${scope}`, JSON.stringify(fields));
    }
    const byProvider = { github, notion, google, http };
    const lanes = Object.entries(byProvider).map(async ([provider, proxy]) => {
      const found: EffectsOfAction[] = [];
      for (const action of writingActions.filter((one) => one.provider === provider)) {
        found.push(await runsOf(action, { emulated, proxy, aws, ...options }));
      }
      return found;
    });
    return (await Promise.all(lanes)).flat();
  } finally {
    await emulated.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
}

interface Bench extends EffectsTestOptions {
  readonly emulated: EmulatedActions;
  readonly proxy: FaultProxy;
  readonly aws: FaultProxy;
}

type Outcome = 'succeeded' | 'failed' | 'unknown';

let started = 0;

async function runsOf(action: WritingAction, bench: Bench): Promise<EffectsOfAction> {
  const file = new URL(`../../../functions/actions/${action.path}.ts`, import.meta.url);
  const { handler }: { handler: ActionHandler } = await import(file.href);
  const random = dice(bench.seed + started);
  const outcomes = new Map<string, Outcome>();
  const each = points(action);
  for (let run = 0; run < Math.max(each.length, bench.runs ?? 0); run++) {
    // Of all actions' runs, so that no name is another's.
    const name = `run-${String(started++).padStart(5, '0')}`;
    plan(each[run], action, bench, random);
    outcomes.set(name, await runOnce(action, handler, name, random));
    bench.proxy.clear();
    bench.aws.clear();
  }
  const names = [...outcomes.keys()];
  const counts = new Map<string, number>();
  for (const name of await action.made(bench.emulated.url(action.provider), names)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const wrong = names.flatMap((name) => {
    const count = counts.get(name) ?? 0;
    const outcome = outcomes.get(name) ?? 'failed';
    const known = outcome === 'succeeded' ? count === 1 : outcome === 'unknown' ? action.mayBeUnknown : false;
    return count <= 1 && known ? [] : [`${name} ${outcome}, and the provider has it ${count} times`];
  });
  const label = action.variant === undefined ? action.path : `${action.path} (${action.variant})`;
  const count = (wanted: Outcome) => [...outcomes.values()].filter((one) => one === wanted).length;
  const effects = names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  return {
    action: label,
    once: handler.definition.once,
    runs: names.length,
    succeeded: count('succeeded'),
    outcomeUnknown: count('unknown'),
    effects,
    wrong,
  };
}

interface Point {
  /** Which of an action's writes, or of the writes of its record, meets it. */
  readonly write: number;
  readonly fault: Fault;
  readonly ofRecord?: true;
}

/** Each fault alone at each write, and the record's own: the SDK of S3 itself tries three times. */
function points({ writes, path }: WritingAction): Point[] {
  const all: Point[] = [];
  for (let write = 0; write < writes; write++) all.push(...faults.map((fault) => ({ write, fault })));
  if (path !== 'gmail/send-message' && path !== 'http/request') return all;
  for (const fault of ['drop', 'lose'] as const) {
    for (const write of [0, 1]) all.push({ write, fault, ofRecord: true });
  }
  return all;
}

const isRecordWrite = ({ method, path }: ProxiedRequest) =>
  method !== 'GET' && path.startsWith('/logs-bucket/');

/** Which requests of a run meet which faults: one point each, and after those any faults at any requests. */
function plan(
  point: Point | undefined,
  { isWrite }: WritingAction,
  { proxy, aws }: Bench,
  random: Dice,
): void {
  if (point) {
    const { fault, write, ofRecord } = point;
    let seen = 0;
    if (ofRecord) aws.inject([fault, fault, fault], { when: (one) => isRecordWrite(one) && seen++ >= write });
    else proxy.inject([fault], { when: (one) => isWrite(one) && seen++ === write });
    return;
  }
  const some = Array.from({ length: random.integer(1, 4) }, () => random.one(faults));
  proxy.inject(some, { when: (request) => isWrite(request) || random.next() < 0.2 });
  if (random.next() > 0.3) return;
  const failing = Array.from({ length: random.integer(1, 4) }, () => random.one(['drop', 'lose'] as const));
  aws.inject(failing, { when: (request) => isRecordWrite(request) && random.next() < 0.7 });
}

/** As a state machine calls it: up to four tries, then a redrive of what failed, until it succeeds or is unknown for good. */
async function runOnce(
  { path, input, connection, oneAfterTheOther }: WritingAction,
  handler: ActionHandler,
  name: string,
  random: Dice,
): Promise<Outcome> {
  const call = async (first_try: boolean, remainingMs = KILLED_AFTER_MS): Promise<Outcome> => {
    const execution = { id: `arn:${name}`, step_id: path, first_try };
    const options = { remainingMs, execution, ...(connection && { connection }) };
    try {
      await invoke(handler, input(name), options);
      return 'succeeded';
    } catch (error) {
      return error instanceof Error && error.name === 'OutcomeUnknown' ? 'unknown' : 'failed';
    }
  };
  const atOnce = !oneAfterTheOther && random.next() < 0.15;
  let outcome: Outcome = 'failed';
  if (atOnce) {
    const both = await Promise.all([call(true), call(false)]);
    if (both.includes('succeeded')) return 'succeeded';
    if (both.includes('unknown')) outcome = 'unknown';
  }
  for (let attempt = 0; attempt < 2 * MAX_TRIES && outcome !== 'succeeded'; attempt++) {
    const before = outcome;
    outcome = await call(attempt === 0 && !atOnce, attempt < MAX_TRIES ? KILLED_AFTER_MS : PATIENT_TRIES_MS);
    if (outcome === 'unknown' && before === 'unknown') return outcome;
  }
  return outcome;
}
