// Amazon EventBridge Scheduler on a laptop: its REST API, and starting executions when schedules are due.
import { createHash } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod';
import { nextTime, parseExpression } from '../../lib/schedules/schedule-expression.ts';
import { AwsError, asAwsError, restJsonAnswer, restJsonError } from '../aws/error.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws/service.ts';
import { openJsonFile } from '../shared/json-file.ts';
import { type Clock, systemClock } from '../states/model/clock.ts';
import { readSchedule, type ScheduleInput, scheduleInput } from './request.ts';

/** An execution that a schedule asks for. */
export interface ScheduledStart {
  readonly stateMachineArn: string;
  /** JSON text. */
  readonly input: string;
  /** The same for every try of the same due time, so that StartExecution starts one execution. */
  readonly name: string;
}

export interface SchedulerOptions {
  readonly directory: string;
  /** The schedule groups that there are besides `default`. */
  readonly groups?: readonly string[];
  readonly startExecution: (start: ScheduledStart) => Promise<void>;
  /**
   * A schedule was due at a time at which nothing ran, longer ago than its flexible window: it was not started.
   * `dueAt` is the last such time.
   */
  readonly onMissed: (schedule: { readonly name: string; readonly dueAt: Date }) => void;
  /** The execution could not be started at any try; what Scheduler would send to the dead-letter queue. */
  readonly onFailed: (schedule: {
    readonly name: string;
    readonly dueAt: Date;
    readonly error: unknown;
  }) => void;
  readonly clock?: Clock;
}

const schedule = z.object({
  name: z.string(),
  ...scheduleInput.shape,
  /** Milliseconds since 1970, as are `modified`, and `next`, when it is due; null when never again. */
  created: z.number(),
  modified: z.number(),
  next: z.number().nullable(),
  /** Due times whose execution has not been started yet. */
  starting: z.array(z.number()),
});
type Schedule = z.infer<typeof schedule>;

const ARN_PREFIX = 'arn:aws:scheduler:us-east-1:000000000000:schedule/';
/** Two groups may each have a schedule of one name. */
const keyOf = (group: string, name: string) => `${group}/${name}`;
const arnOf = ({ GroupName, name }: Pick<Schedule, 'GroupName' | 'name'>) =>
  ARN_PREFIX + keyOf(GroupName, name);
/** Scheduler's precision. */
const PRECISION_MS = 60_000;
const MAX_RETRY_PAUSE_MS = 60_000;

/** Opens the schedules of a directory, which is made when it is missing, and starts what is due. */
export function createScheduler(options: SchedulerOptions): AwsService {
  const { directory, groups = [], startExecution, onMissed, onFailed, clock = systemClock } = options;
  const file = openJsonFile(path.join(directory, 'schedules.json'), z.array(schedule));
  const schedules = new Map(file.initial?.map((entry) => [keyOf(entry.GroupName, entry.name), entry]));
  const underway = new Set<Promise<void>>();
  const pauses = new Set<() => void>();
  let cancelTimer = () => {};
  let closed = false;

  const save = () => file.save([...schedules.values()]);

  /** When a schedule is due next after a time; null when never. */
  function due(entry: Omit<Schedule, 'next' | 'starting'>, after: number): number | null {
    const expression = parseExpression(entry.ScheduleExpression);
    if (!expression || entry.State === 'DISABLED') return null;
    const once = expression.kind === 'at';
    const timing = {
      expression,
      zone: entry.ScheduleExpressionTimezone,
      start: entry.StartDate === undefined || once ? entry.created : entry.StartDate * 1000,
      end: entry.EndDate === undefined || once ? undefined : entry.EndDate * 1000,
    };
    return nextTime(timing, after) ?? null;
  }

  function arm(): void {
    cancelTimer();
    const times = [...schedules.values()].flatMap(({ next }) => (next === null ? [] : [next]));
    if (closed || times.length === 0) return;
    cancelTimer = clock.schedule(
      times.reduce((least, time) => Math.min(least, time)),
      runDue,
    );
  }

  function runDue(): void {
    const now = clock.now();
    for (const entry of [...schedules.values()]) {
      if (entry.next === null || entry.next > now) continue;
      // After a pause of the machine only the last of the due times counts.
      let dueAt = entry.next;
      let next = due(entry, dueAt);
      while (next !== null && next <= now) {
        dueAt = next;
        next = due(entry, dueAt);
      }
      const window = (entry.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000;
      if (now - dueAt > Math.max(window, PRECISION_MS))
        onMissed({ name: entry.name, dueAt: new Date(dueAt) });
      else entry.starting.push(dueAt);
      entry.next = next;
      if (entry.starting.includes(dueAt)) track(start(entry, dueAt));
      else removeCompleted(entry);
    }
    track(save());
    arm();
  }

  function removeCompleted(entry: Schedule): void {
    const completed = entry.next === null && entry.State === 'ENABLED' && entry.starting.length === 0;
    if (completed && entry.ActionAfterCompletion === 'DELETE')
      schedules.delete(keyOf(entry.GroupName, entry.name));
  }

  function track(work: Promise<void>): void {
    const settled = work.catch(() => {}).finally(() => underway.delete(settled));
    underway.add(settled);
  }

  /** Starts the execution of a due time, and forgets the due time when that is done or given up. */
  async function start(entry: Schedule, dueAt: number): Promise<void> {
    const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = entry.Target.RetryPolicy;
    const oldest = dueAt + MaximumEventAgeInSeconds * 1000;
    for (let attempt = 1; ; attempt++) {
      try {
        await startExecution(request(entry, dueAt, attempt));
        break;
      } catch (error) {
        const pause = Math.min(1000 * 2 ** (attempt - 1), MAX_RETRY_PAUSE_MS);
        if (attempt > MaximumRetryAttempts || clock.now() + pause > oldest) {
          onFailed({ name: entry.name, dueAt: new Date(dueAt), error });
          break;
        }
        await sleep(pause);
        if (closed) return; // goes on at the next start
      }
    }
    // An update meanwhile has put another entry in its place.
    const current = schedules.get(keyOf(entry.GroupName, entry.name)) ?? entry;
    current.starting = current.starting.filter((time) => time !== dueAt);
    removeCompleted(current);
    await save();
  }

  function request(entry: Schedule, dueAt: number, attempt: number): ScheduledStart {
    const { created, Target } = entry;
    const id = createHash('sha256')
      .update(`${arnOf(entry)} ${created} ${dueAt}`)
      .digest('hex')
      .slice(0, 32);
    const attributes: Readonly<Record<string, string>> = {
      'schedule-arn': arnOf(entry),
      'scheduled-time': new Date(dueAt).toISOString().replace('.000Z', 'Z'),
      'execution-id': id,
      'attempt-number': String(attempt),
    };
    const input = (Target.Input ?? '{}').replace(
      /<aws\.scheduler\.([a-z-]+)>/g,
      (text, attribute: string) => attributes[attribute] ?? text,
    );
    return { stateMachineArn: Target.Arn, input, name: `schedule-${id}` };
  }

  function sleep(ms: number): Promise<void> {
    if (closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.schedule(clock.now() + ms, () => {
        pauses.delete(end);
        resolve();
      });
      const end = () => {
        cancel();
        resolve();
      };
      pauses.add(end);
    });
  }

  /** @throws ResourceNotFoundException */
  function checkGroup(name: string): void {
    if (name !== 'default' && !groups.includes(name))
      throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  }

  function existing(group: string, name: string): Schedule {
    checkGroup(group);
    const found = schedules.get(keyOf(group, name));
    if (!found) throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
    return found;
  }

  async function put(name: string, input: ScheduleInput, former?: Schedule): Promise<AwsResponse> {
    const now = clock.now();
    const entry = { name, ...input, created: former?.created ?? now, modified: now };
    const starting = former?.starting ?? [];
    // A new rate without a start date is due at once (user guide, "Rate-based schedules").
    schedules.set(keyOf(input.GroupName, name), {
      ...entry,
      starting,
      next: due(entry, former ? now : now - 1),
    });
    await save();
    arm();
    return restJsonAnswer({ ScheduleArn: arnOf(entry) });
  }

  function create(name: string, input: ScheduleInput): Promise<AwsResponse> | AwsResponse {
    checkGroup(input.GroupName);
    const found = schedules.get(keyOf(input.GroupName, name));
    if (!found) return put(name, input);
    if (input.ClientToken !== undefined && input.ClientToken === found.ClientToken)
      return restJsonAnswer({ ScheduleArn: arnOf(found) });
    throw new AwsError('ConflictException', `Schedule ${name} already exists.`, 409);
  }

  function describe({
    name,
    created,
    modified,
    next: _next,
    starting: _starting,
    ClientToken: _token,
    ...entry
  }: Schedule) {
    const dates = { CreationDate: created / 1000, LastModificationDate: modified / 1000 };
    return { Arn: arnOf({ ...entry, name }), Name: name, ...dates, ...entry };
  }

  function list(query: URLSearchParams): AwsResponse {
    const group = query.get('ScheduleGroup');
    if (group !== null) checkGroup(group);
    const size = Number(query.get('MaxResults') ?? 100);
    if (!Number.isInteger(size) || size < 1 || size > 100)
      throw new AwsError(
        'ValidationException',
        "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must be between 1 and 100",
      );
    const state = query.get('State');
    const after = Buffer.from(query.get('NextToken') ?? '', 'base64url').toString();
    const matching = [...schedules.values()]
      .filter((entry) => entry.name.startsWith(query.get('NamePrefix') ?? '') && arnOf(entry) > after)
      .filter((entry) => group === null || entry.GroupName === group)
      .filter((entry) => state === null || entry.State === state)
      .sort((a, b) => (arnOf(a) < arnOf(b) ? -1 : 1));
    const page = matching.slice(0, size);
    const last = page.at(-1);
    const summaries = page
      .map(describe)
      .map(({ Arn, Name, CreationDate, LastModificationDate, GroupName, State, Target }) => ({
        Arn,
        Name,
        CreationDate,
        LastModificationDate,
        GroupName,
        State,
        Target: { Arn: Target.Arn },
      }));
    const NextToken =
      matching.length > size && last ? Buffer.from(arnOf(last)).toString('base64url') : undefined;
    return restJsonAnswer({ Schedules: summaries, NextToken });
  }

  async function route({ method, url, body }: AwsRequest): Promise<AwsResponse> {
    const name = /^\/schedules\/([^/]+)$/.exec(url.pathname)?.[1];
    if (method === 'GET' && url.pathname === '/schedules') return list(url.searchParams);
    if (name !== undefined) {
      if (method === 'POST') return create(name, readSchedule(name, body, clock.now()));
      if (method === 'PUT') {
        const input = readSchedule(name, body, clock.now());
        return put(name, input, existing(input.GroupName, name));
      }
      const group = url.searchParams.get('groupName') ?? 'default';
      if (method === 'GET') return restJsonAnswer(describe(existing(group, name)));
      if (method === 'DELETE') {
        existing(group, name);
        schedules.delete(keyOf(group, name));
        await save();
        arm();
        return restJsonAnswer({});
      }
    }
    throw new AwsError(
      'UnknownOperationException',
      `${method} ${url.pathname} of scheduler is not served here`,
      404,
    );
  }

  for (const entry of schedules.values()) for (const dueAt of entry.starting) track(start(entry, dueAt));
  runDue();
  return {
    signingName: 'scheduler',
    async handle(request) {
      try {
        return await route(request);
      } catch (error) {
        return restJsonError(asAwsError(error, 'InternalServerException'));
      }
    },
    async close() {
      closed = true;
      cancelTimer();
      for (const end of pauses) end();
      await Promise.all(underway);
    },
  };
}
