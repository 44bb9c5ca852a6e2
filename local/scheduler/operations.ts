// The operations on schedules: CreateSchedule, UpdateSchedule, GetSchedule, DeleteSchedule, ListSchedules.
import { AwsError } from '../aws/error.ts';
import { validationError } from '../aws/validation.ts';
import type { ScheduleInput } from './request.ts';
import { arnOf, nextDueTime, type Schedule } from './schedule.ts';
import type { ScheduleStore } from './store.ts';

export interface OperationContext {
  readonly store: ScheduleStore;
  /** The schedule groups that exist besides `default`. */
  readonly groups: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** To be called after a change of the schedules. */
  readonly onChange: () => void;
}

export async function createSchedule(
  context: OperationContext,
  name: string,
  input: ScheduleInput,
): Promise<object> {
  checkGroup(context, input.GroupName);
  const found = context.store.find(input.GroupName, name);
  // A new rate without a start date is due at once (user guide, "Rate-based schedules").
  if (!found) return put(context, name, input, undefined, context.now - 1);
  if (input.ClientToken !== undefined && input.ClientToken === found.ClientToken)
    return { ScheduleArn: arnOf(found) };
  throw new AwsError('ConflictException', `Schedule ${name} already exists.`, 409);
}

export async function updateSchedule(
  context: OperationContext,
  name: string,
  input: ScheduleInput,
): Promise<object> {
  const former = findSchedule(context, input.GroupName, name);
  return put(context, name, input, former, context.now);
}

/** @param after the time after which the schedule is due */
async function put(
  { store, now, onChange }: OperationContext,
  name: string,
  input: ScheduleInput,
  former: Schedule | undefined,
  after: number,
): Promise<object> {
  const entry = { name, ...input, created: former?.created ?? now, modified: now };
  store.set({ ...entry, starting: former?.starting ?? [], next: nextDueTime(entry, after) });
  await store.save();
  onChange();
  return { ScheduleArn: arnOf(entry) };
}

export function getSchedule(context: OperationContext, group: string, name: string): object {
  return describe(findSchedule(context, group, name));
}

export async function deleteSchedule(
  context: OperationContext,
  group: string,
  name: string,
): Promise<object> {
  findSchedule(context, group, name);
  context.store.delete(group, name);
  await context.store.save();
  context.onChange();
  return {};
}

export function listSchedules(context: OperationContext, query: URLSearchParams): object {
  const group = query.get('ScheduleGroup');
  if (group !== null) checkGroup(context, group);
  const size = Number(query.get('MaxResults') ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > 100)
    throw validationError([
      "Value at 'maxResults' failed to satisfy constraint: Member must be between 1 and 100",
    ]);
  const state = query.get('State');
  const after = Buffer.from(query.get('NextToken') ?? '', 'base64url').toString();
  const matching = context.store
    .list()
    .filter((entry) => entry.name.startsWith(query.get('NamePrefix') ?? '') && arnOf(entry) > after)
    .filter((entry) => group === null || entry.GroupName === group)
    .filter((entry) => state === null || entry.State === state)
    .sort((a, b) => (arnOf(a) < arnOf(b) ? -1 : 1));
  const page = matching.slice(0, size);
  const last = page.at(-1);
  const NextToken =
    matching.length > size && last ? Buffer.from(arnOf(last)).toString('base64url') : undefined;
  return { Schedules: page.map(summarize), NextToken };
}

/** @throws ResourceNotFoundException */
function checkGroup({ groups }: OperationContext, name: string): void {
  if (name !== 'default' && !groups.includes(name))
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
}

/** @throws ResourceNotFoundException */
function findSchedule(context: OperationContext, group: string, name: string): Schedule {
  checkGroup(context, group);
  const found = context.store.find(group, name);
  if (!found) throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  return found;
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

function summarize(entry: Schedule): object {
  const { Arn, Name, CreationDate, LastModificationDate, GroupName, State, Target } = describe(entry);
  return { Arn, Name, CreationDate, LastModificationDate, GroupName, State, Target: { Arn: Target.Arn } };
}
