// What CreateSchedule and UpdateSchedule take, and the rules that AWS holds them to.
import * as z from 'zod';
import { parseExpression } from '../../lib/schedules/schedule-expression.ts';
import { isTimeZone } from '../../lib/schedules/time-zone.ts';
import { AwsError } from '../aws/error.ts';
import { readJson, validationError } from '../aws/validation.ts';

/** Seconds since 1970, as the REST JSON protocol sends times. */
const timestamp = z.number();

export const scheduleInput = z.object({
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).default('UTC'),
  GroupName: z.string().min(1).max(64).default('default'),
  StartDate: timestamp.optional(),
  EndDate: timestamp.optional(),
  Description: z.string().max(512).optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  FlexibleTimeWindow: z.object({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.number().int().min(1).max(1440).optional(),
  }),
  Target: z.object({
    Arn: z.string().min(1).max(1600),
    RoleArn: z
      .string()
      .regex(/^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of a role'),
    Input: z.string().min(1).optional(),
    RetryPolicy: z
      .object({
        MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).default(86_400),
        MaximumRetryAttempts: z.number().int().min(0).max(185).default(185),
      })
      .default({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }),
    DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  }),
  ClientToken: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - and _')
    .optional(),
});
export type ScheduleInput = z.infer<typeof scheduleInput>;

const invalid = (message: string) => new AwsError('ValidationException', message);

/**
 * Reads the body of CreateSchedule or UpdateSchedule. Whether its group exists is not checked.
 * @throws ValidationException
 */
export function readSchedule(name: string, body: Buffer, now: number): ScheduleInput {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw validationError([
      `Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$`,
    ]);
  const input = readJson(body.toString(), scheduleInput);
  const expression = parseExpression(input.ScheduleExpression);
  if (!expression) throw invalid(`Invalid Schedule Expression ${input.ScheduleExpression}.`);
  if (!isTimeZone(input.ScheduleExpressionTimezone))
    throw invalid(`Invalid Schedule Expression Timezone ${input.ScheduleExpressionTimezone}.`);
  const { Mode, MaximumWindowInMinutes } = input.FlexibleTimeWindow;
  if ((Mode === 'FLEXIBLE') !== (MaximumWindowInMinutes !== undefined))
    throw invalid(
      Mode === 'FLEXIBLE'
        ? 'A flexible time window of mode FLEXIBLE needs MaximumWindowInMinutes.'
        : 'A flexible time window of mode OFF takes no MaximumWindowInMinutes.',
    );
  const { StartDate, EndDate, Target } = input;
  if (expression.kind !== 'at') {
    if (StartDate !== undefined && StartDate * 1000 < now - 5 * 60_000)
      throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
    if (EndDate !== undefined && EndDate * 1000 <= now)
      throw invalid('The EndDate you specify cannot be in the past.');
    if (StartDate !== undefined && EndDate !== undefined && EndDate <= StartDate)
      throw invalid('The StartDate you specify must be earlier than the EndDate.');
  }
  checkTarget(Target);
  return input;
}

/** The operation StartExecution itself as a target (user guide, "Using universal targets"). */
export const START_EXECUTION = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';

export const startParameters = z.object({
  StateMachineArn: z.string().min(1),
  Name: z.string().min(1).optional(),
  Input: z.string().default('{}'),
});

const STATE_MACHINE = /^arn:aws(-[a-z]+)?:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]+(:[\w-]+)?$/;

function checkTarget({ Arn, Input }: ScheduleInput['Target']): void {
  if (Arn === START_EXECUTION) {
    readJson(Input ?? '', startParameters);
    return;
  }
  if (!STATE_MACHINE.test(Arn))
    throw invalid(
      `${Arn} is not a target that is served here: it must be the ARN of a state machine, or ${START_EXECUTION}.`,
    );
  // Step Functions takes JSON only, and AWS checks that when the schedule is created.
  try {
    JSON.parse(Input ?? '{}');
  } catch {
    throw invalid('Invalid Input. The Input of a state machine must be JSON text.');
  }
}
