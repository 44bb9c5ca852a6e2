// What the crash test checks of every execution after the last kill.
import type { EngineProcess } from './engine-process.ts';
import type { Kind } from './load.ts';
import type { Provider } from './provider.ts';

interface Event {
  readonly id: number;
  readonly previousEventId: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly stateExitedEventDetails?: { readonly name: string };
  readonly lambdaFunctionScheduledEventDetails?: { readonly input: string };
  readonly taskScheduledEventDetails?: { readonly parameters: string };
}

/** One execution, and its expected result. */
export interface Accepted {
  readonly arn: string;
  readonly id: string;
  readonly kind: Kind;
}

/** What is wrong with it, a line each. */
export async function check(
  engine: EngineProcess,
  provider: Provider,
  { arn, id, kind }: Accepted,
): Promise<string[]> {
  const execution = await engine.call('DescribeExecution', { executionArn: arn });
  const wrong: string[] = [];
  const expect = (what: string, found: unknown, expected: unknown) => {
    const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
    if (is !== should) wrong.push(`${kind.name} ${id}: ${what} is ${is}, not ${should}`);
  };
  expect('status', execution['status'], kind.status);
  expect('error', execution['error'], kind.error);
  if (kind.output) expect('output', JSON.parse(String(execution['output'] ?? 'null')), kind.output(id));
  const missing = kind.calls.filter((call) => !call.endsWith('/broken') && !provider.effects.has(id + call));
  expect('missing effects', missing, []);
  if (kind.express) return wrong;
  const events = await historyOf(engine, arn);
  expect('ids of events', events.find((event, index) => event.id !== index + 1)?.id, undefined);
  expect('previous event', events.find((event) => event.previousEventId >= event.id)?.id, undefined);
  // A finished state was not repeated: each was entered, and exited, as often as its kind expects.
  expect('visits', visits(events, 'stateEnteredEventDetails'), sorted(kind.visits));
  if (kind.status === 'SUCCEEDED') {
    expect('visits left', visits(events, 'stateExitedEventDetails'), sorted(kind.visits));
  }
  expect('early waits', earlyWaits(events), []);
  // Every call was recorded before it was made.
  for (const [call, scheduled] of scheduledCalls(events)) {
    const made = provider.calls.get(call) ?? 0;
    if (made > scheduled)
      wrong.push(`${kind.name} ${id}: ${call} was called ${made} times, not ${scheduled}`);
  }
  return wrong;
}

async function historyOf(engine: EngineProcess, executionArn: string): Promise<Event[]> {
  const events: Event[] = [];
  let nextToken: unknown;
  do {
    const page = await engine.call('GetExecutionHistory', {
      executionArn,
      maxResults: 1000,
      ...(nextToken !== undefined && { nextToken }),
    });
    events.push(...(page['events'] as Event[])); // as the API has them
    nextToken = page['nextToken'];
  } while (nextToken !== undefined);
  return events;
}

function visits(
  events: readonly Event[],
  details: 'stateEnteredEventDetails' | 'stateExitedEventDetails',
): object {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const name = event[details]?.name;
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return sorted(counts);
}

const sorted = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Waits of a second that ended too early, and after how long. */
function earlyWaits(events: readonly Event[]): string[] {
  const entered = new Map(
    events.filter(({ type }) => type === 'WaitStateEntered').map((event) => [event.id, event.timestamp]),
  );
  return events
    .filter(({ type }) => type === 'WaitStateExited')
    .map(({ id, previousEventId, timestamp }) => ({
      id,
      ms: Math.round((timestamp - (entered.get(previousEventId) ?? 0)) * 1000),
    }))
    .filter(({ ms }) => ms < 1000)
    .map(({ id, ms }) => `${id} after ${ms} ms`);
}

/** How often each call has been scheduled, by its id. */
function scheduledCalls(events: readonly Event[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    const direct = event.lambdaFunctionScheduledEventDetails?.input;
    const service = event.taskScheduledEventDetails?.parameters;
    const order = direct ? JSON.parse(direct) : service ? JSON.parse(service).Payload : undefined;
    if (typeof order?.id === 'string') counts.set(order.id, (counts.get(order.id) ?? 0) + 1);
  }
  return counts;
}
