// Schemas of webhooks.
import * as z from 'zod';

export const hookParams = z.object({
  id: z
    .string()
    .regex(
      /^[a-z][a-z0-9_-]{0,47}(\.[a-z0-9][a-z0-9_-]{0,63})?$/,
      'the workflow’s id, and a dot and the webhook’s name when it has one',
    )
    .meta({ examples: ['triage'] }),
});

export const received = z
  .object({ execution_id: z.string().meta({ examples: ['triage.hook-9f86d081…'] }) })
  .meta({ id: 'Received' });
