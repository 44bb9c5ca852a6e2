// The schema of what started a run.
import * as z from 'zod';

const user = z.string().nullable().describe('Who started it; null where that is not known');

/** What started a run. */
export const runTrigger = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('api'), user }),
    z.object({ type: z.literal('rerun'), user }),
    z.object({ type: z.literal('schedule') }),
    z.object({
      type: z.literal('webhook'),
      delivery: z.string().nullable().describe('The sender’s id of the delivery, where it sends one'),
    }),
    z.object({
      type: z.literal('workflow'),
      execution_id: z.string().describe('The execution whose step started it'),
    }),
  ])
  .meta({ id: 'RunTrigger' });
export type RunTrigger = z.output<typeof runTrigger>;

export const triggerType = z.enum(['api', 'rerun', 'schedule', 'webhook', 'workflow']);
