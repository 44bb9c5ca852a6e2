// The triggers of a workflow: their shape, their schedules' expressions, and the input that they give.
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import { cronMistake } from '../../schedules/cron.ts';
import { nextTime, parseExpression } from '../../schedules/schedule-expression.ts';
import { isTimeZone } from '../../schedules/time-zone.ts';
import { timingOf } from '../../schedules/timing.ts';
import { inputProblems } from '../../workflow-format/check-input.ts';
import {
  hookId,
  MAX_TRIGGERS,
  type ScheduleTrigger,
  SECRET_HEADERS,
  type Trigger,
  triggerKinds,
  WEBHOOK_INPUT,
  type WebhookTrigger,
  webhookKinds,
} from '../../workflow-format/triggers.ts';
import { type InputDeclaration, isExpress, type Workflow } from '../../workflow-format/workflow.ts';
import type { Report } from '../problems/problem.ts';
import { closest, shown } from '../problems/suggestions.ts';
import { triggerInExpress } from '../tree/express.ts';
import { reportIssues, typeName, without } from './zod-issues.ts';

/** What the rest of the document says that triggers depend on. */
interface Head extends Pick<Workflow, 'type'> {
  readonly id?: string | undefined;
  readonly inputs?: Readonly<Record<string, InputDeclaration>> | undefined;
}

/** EventBridge Scheduler's limit for the input of a target, and Step Functions' for an execution's. */
const MAX_INPUT_BYTES = 262_144;
const KINDS = Object.keys(triggerKinds);

/**
 * @param now the time, where it is known: then schedules that have passed are told
 * @returns undefined when the document has none; of those with a mistake nothing is given
 */
export function parseTriggers(
  raw: unknown,
  head: Head,
  now: number | undefined,
  report: Report,
): Trigger[] | undefined {
  if (raw === undefined) return undefined;
  if (!Array.isArray(raw)) {
    report({
      code: 'wrong-type',
      pointer: '/triggers',
      message: `triggers is a list, not ${typeName(raw)}`,
    });
    return undefined;
  }
  if (raw.length > MAX_TRIGGERS) {
    report({
      code: 'invalid-value',
      pointer: '/triggers',
      message: `triggers has to be at most ${MAX_TRIGGERS} items, not ${raw.length}`,
    });
    return undefined;
  }
  const hooks = new Map<string, string>();
  return raw.flatMap((value: unknown, index): Trigger[] => {
    const pointer = pointerTo('/triggers', index);
    if (isExpress(head)) report(triggerInExpress(pointer));
    const trigger = parseTrigger(value, pointer, report);
    if (!trigger) return [];
    if ('schedule' in trigger) checkSchedule(trigger, pointer, now, report);
    else checkWebhook(trigger, hooks, pointer, head, report);
    checkInput(trigger, pointer, head, report);
    return [trigger];
  });
}

function parseTrigger(raw: unknown, pointer: string, report: Report): Trigger | undefined {
  if (!isObject(raw)) {
    report({ code: 'wrong-type', pointer, message: `A trigger is an object, not ${typeName(raw)}` });
    return undefined;
  }
  const kinds = (['schedule', 'webhook'] as const).filter((key) => Object.hasOwn(raw, key));
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined) {
    const meant = Object.keys(raw).find((key) => closest(key, KINDS) !== undefined);
    report({
      code: 'no-trigger-kind',
      pointer,
      message: second
        ? 'A trigger has schedule or webhook, not both'
        : 'Nothing says what starts the workflow',
      hint:
        kind === undefined && meant !== undefined
          ? `Did you mean ${closest(meant, KINDS)} where it says ${meant}?`
          : 'Write {"schedule": "rate(1 hour)"} or {"webhook": {"verify": "github"}}, each a trigger of its own.',
    });
    return undefined;
  }
  return kind === 'schedule' ? parseSchedule(raw, pointer, report) : parseWebhook(raw, pointer, report);
}

function parseSchedule(
  raw: Record<string, unknown>,
  pointer: string,
  report: Report,
): ScheduleTrigger | undefined {
  // Dates are looked at here: what zod says of them is about regular expressions.
  const dates = (['start_date', 'end_date'] as const).filter(
    (key) => typeof raw[key] === 'string' && !triggerKinds.schedule.shape[key].safeParse(raw[key]).success,
  );
  for (const key of dates) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, key),
      message: `${shown(raw[key])} is no date and time`,
      hint: 'ISO 8601 with an offset: "2026-03-01T09:00:00Z" or "2026-03-01T09:00:00+01:00".',
    });
  }
  const sound = Object.fromEntries(
    Object.entries(raw).filter(([key]) => !(dates as readonly string[]).includes(key)),
  );
  const parsed = triggerKinds.schedule.safeParse(sound);
  if (parsed.success) return parsed.data;
  const keys = Object.keys(triggerKinds.schedule.shape);
  reportIssues(parsed.error.issues, raw, (path) => pointerTo(pointer, ...path), keys, report);
  // What is sound of it is still checked, so that one mistake does not hide the others.
  return triggerKinds.schedule.safeParse(without(sound, parsed.error.issues)).data;
}

function parseWebhook(
  raw: Record<string, unknown>,
  pointer: string,
  report: Report,
): WebhookTrigger | undefined {
  const at = pointerTo(pointer, 'webhook');
  const { webhook: rawWebhook, ...rest } = raw;
  const around = triggerKinds.webhook.omit({ webhook: true });
  const outside = around.safeParse(rest);
  if (!outside.success) {
    const keys = ['webhook', ...Object.keys(around.shape)];
    reportIssues(outside.error.issues, rest, (path) => pointerTo(pointer, ...path), keys, report);
  }
  if (!isObject(rawWebhook)) {
    report({
      code: 'wrong-type',
      pointer: at,
      message: `webhook is an object, not ${typeName(rawWebhook)}`,
      hint: 'It looks like {"verify": "github"}.',
    });
    return undefined;
  }
  const verify = Object.keys(webhookKinds).find((kind) => kind === rawWebhook['verify']) as
    | keyof typeof webhookKinds
    | undefined; // found among these very keys
  // Without a way to verify, anyone could start the workflow: there is no default.
  const schema = webhookKinds[verify ?? 'github'];
  if (verify === undefined) {
    const missing = rawWebhook['verify'] === undefined;
    report({
      code: missing ? 'missing-key' : 'invalid-value',
      pointer: missing ? at : pointerTo(at, 'verify'),
      message: missing ? '"verify" is missing here' : `verify cannot be ${shown(rawWebhook['verify'])}`,
      hint: `What it can be: ${Object.keys(webhookKinds)
        .map((kind) => JSON.stringify(kind))
        .join(', ')}.`,
    });
    return undefined;
  }
  const parsed = schema.safeParse(rawWebhook);
  if (!parsed.success) {
    const keys = Object.keys(schema.shape);
    reportIssues(parsed.error.issues, rawWebhook, (path) => pointerTo(at, ...path), keys, report);
  }
  const sound = parsed.success
    ? parsed.data
    : schema.safeParse(without(rawWebhook, parsed.error.issues)).data;
  const others = outside.success ? outside.data : around.safeParse(without(rest, outside.error.issues)).data;
  return sound && { ...others, webhook: sound };
}

function checkSchedule(
  trigger: ScheduleTrigger,
  pointer: string,
  now: number | undefined,
  report: Report,
): void {
  const { schedule, timezone, start_date: start, end_date: end } = trigger;
  const expression = parseExpression(schedule);
  if (!expression) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, 'schedule'),
      message: `${shown(schedule)} is no schedule${whyNoCron(schedule)}`,
      hint: 'rate(5 minutes), cron(minutes hours day-of-month month day-of-week year) with ? for one of the two days, as cron(0 9 ? * MON-FRI *), or at(2026-03-01T09:00:00).',
    });
  }
  const isZone = timezone === undefined || isTimeZone(timezone);
  if (!isZone) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, 'timezone'),
      message: `There is no time zone ${shown(timezone)}`,
      hint: 'A name of the IANA database: "Europe/Berlin", "America/New_York", "UTC".',
    });
  }
  if (start !== undefined && end !== undefined && Date.parse(end) <= Date.parse(start)) {
    report({
      code: 'invalid-schedule',
      pointer: pointerTo(pointer, 'end_date'),
      message: 'end_date is not after start_date: nothing would ever be due',
    });
  } else if (expression && isZone) checkDue(trigger, pointer, now, report);
  if (expression?.kind !== 'at') return;
  for (const key of ['start_date', 'end_date'] as const) {
    if (trigger[key] === undefined) continue;
    report({
      code: 'no-effect',
      pointer: pointerTo(pointer, key),
      message: `${key} is for rate and cron: at(…) is due once, whatever it says`,
      hint: 'Leave it out.',
    });
  }
}

function whyNoCron(schedule: string): string {
  const mistake = /^\s*cron\((.*)\)\s*$/.exec(schedule)?.[1];
  const why = mistake === undefined ? undefined : cronMistake(mistake);
  return why === undefined ? '' : `: ${why}`;
}

/** A schedule that no time fits, or that only times fit that are over. */
function checkDue(trigger: ScheduleTrigger, pointer: string, now: number | undefined, report: Report): void {
  const at = pointerTo(pointer, 'schedule');
  const begin = Date.UTC(1970, 0, 1);
  // A rate counts from when the workflow was first saved, which may have been at any time.
  const timing = timingOf(trigger, begin);
  if (!timing || nextTime(timing, Math.max(begin, timing.start) - 1) === undefined)
    report({
      code: 'invalid-schedule',
      pointer: at,
      message: `${shown(trigger.schedule)} is never due`,
      hint: 'No day, or none between start_date and end_date, fits all of its fields.',
    });
  else if (now !== undefined && nextTime(timing, now) === undefined)
    report({
      code: 'never-due',
      pointer: at,
      message: `${shown(trigger.schedule)} is not due any more: its last time has passed`,
      hint:
        trigger.end_date === undefined
          ? 'Give it a time to come, or leave the trigger out.'
          : 'Change end_date, or leave the trigger out.',
    });
}

function checkWebhook(
  { webhook }: WebhookTrigger,
  hooks: Map<string, string>,
  pointer: string,
  { id = 'workflow', inputs }: Head,
  report: Report,
): void {
  const hook = hookId(id, webhook);
  const before = hooks.get(hook);
  if (before !== undefined) {
    report({
      code: 'duplicate-webhook',
      pointer: pointerTo(pointer, 'webhook'),
      message: `Two webhooks have the address /hooks/${hook}`,
      hint: `The other one is at ${before}. Give one of them another "name".`,
    });
  }
  hooks.set(hook, pointer);
  webhook.headers?.forEach((name, index) => {
    if (!SECRET_HEADERS.includes(name.toLowerCase())) return;
    report({
      code: 'invalid-value',
      pointer: pointerTo(pointer, 'webhook', 'headers', index),
      message: `${name} proves who sends, and is never given to a run`,
    });
  });
  const declared = inputs?.[WEBHOOK_INPUT];
  if (declared && (declared.type === undefined || declared.type === 'object')) return;
  report({
    code: 'trigger-input',
    pointer,
    message: `A webhook gives its delivery as the input ${WEBHOOK_INPUT}, which the workflow ${declared ? `declares as ${declared.type}` : 'does not declare'}`,
    hint: `Declare it: "inputs": {"${WEBHOOK_INPUT}": {"type": "object"}}; steps read {{ inputs.${WEBHOOK_INPUT}.body }}.`,
  });
}

function checkInput(trigger: Trigger, place: string, { inputs = {} }: Head, report: Report): void {
  const { input = {} } = trigger;
  const at = pointerTo(place, 'input');
  const filled = 'webhook' in trigger;
  const expressions = new Set(
    Object.keys(input).filter((name) => JSON.stringify(input[name])?.includes('{{')),
  );
  for (const name of expressions) {
    report({
      code: 'trigger-input',
      pointer: pointerTo(at, name),
      message: 'The input of a trigger holds plain values, never expressions',
      hint: 'Compute it in a step.',
    });
  }
  const declared = Object.entries(inputs).filter(([name]) => !filled || name !== WEBHOOK_INPUT);
  for (const problem of inputProblems(Object.fromEntries(declared), input, at)) {
    const { code, message, hint } = problem;
    if ([...expressions].some((name) => problem.pointer === pointerTo(at, name))) continue;
    // A missing one stands nowhere; where it belongs may not be there either.
    const pointer = code === 'missing-input' ? (trigger.input ? at : place) : problem.pointer;
    report({ code: 'trigger-input', pointer, message, ...(hint !== undefined && { hint }) });
  }
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > MAX_INPUT_BYTES) {
    report({
      code: 'literal-too-large',
      pointer: at,
      message: `What is written here has ${bytes} bytes; an execution's input holds ${MAX_INPUT_BYTES}`,
      hint: 'Keep large texts in a template or behind an address.',
    });
  }
}
