// The event of an action's Lambda.
import * as z from 'zod';

/** What a state machine sends to an action's Lambda. */
export const actionEvent = z.object({
  input: z.unknown(),
  /** The id of the connection to use; the provider's connection `default` when left out. */
  connection: z.string().optional(),
  execution: z.object({
    id: z.string(),
    workflow_id: z.string(),
    step_id: z.string(),
    /** Tells the calls of one step apart, where it makes several: its place in the loops around it, an agent's call. */
    call_id: z.string().optional(),
    /** A step around it may begin anew, and come to the same place with other data: then the input is another call's. */
    repeats: z.literal(true).optional(),
  }),
  /** How the state machine tries rate limits again; it does not when left out. */
  retry: z
    .object({
      /** This try, the first one being 1. */
      attempt: z.int(),
      max_attempts: z.int(),
      interval_seconds: z.number().default(1),
      backoff_rate: z.number().default(2),
      max_interval_seconds: z.number().optional(),
    })
    .optional(),
});
export type ActionEvent = z.infer<typeof actionEvent>;
