// Schemas of schedules.
import * as z from 'zod';
import { pageOf, workflowId } from './common.ts';

export const scheduleId = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,47}\.(0|[1-9]\d?)$/,
    'a schedule id is the workflow’s id, a dot and the number of the trigger, from 0',
  )
  .meta({ examples: ['weekly_digest.0'] });

export const schedule = z
  .object({
    id: scheduleId,
    workflow_id: workflowId,
    trigger: z.int().min(0).describe('The index in the workflow’s `triggers`, from 0'),
    schedule: z.string().meta({ examples: ['cron(0 9 ? * MON *)'] }),
    timezone: z.string().meta({ examples: ['Europe/Berlin'] }),
    state: z.enum(['enabled', 'paused', 'ended']).describe('`ended`: it is never due again'),
    next_time: z.iso.datetime().nullable().describe('When it is due next; null unless it is enabled'),
    next_times: z
      .array(z.iso.datetime())
      .describe('The next five times, fewer when it ends; none unless it is enabled'),
    paused_by: z
      .string()
      .nullable()
      .describe('The user who paused it; null also when the workflow itself says `"enabled": false`'),
    paused_at: z.iso.datetime().nullable(),
    input: z.record(z.string(), z.unknown()).describe('The input of its runs'),
  })
  .meta({ id: 'Schedule' });

export const schedulePage = pageOf(schedule).meta({ id: 'SchedulePage' });
