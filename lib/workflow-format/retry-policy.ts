// How a step that failed is retried.
import * as z from 'zod';
import { seconds } from './seconds.ts';

export const retryPolicy = z
  .strictObject({
    max_attempts: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('All tries, the first one counted; 4 when left out'),
    interval_seconds: seconds.optional().describe('Before the second try; 1 when left out'),
    backoff_rate: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe('Factor from one interval to the next; 2 when left out'),
    max_interval_seconds: seconds.optional().describe('No interval is longer; 30 when left out'),
    on: z
      .array(z.string().min(1).max(256))
      .min(1)
      .optional()
      .describe("Error names; the action's retryable errors when left out"),
  })
  .meta({ id: 'RetryPolicy' });
export type RetryPolicy = z.infer<typeof retryPolicy>;
