// The event of an action's Lambda.
import * as z from 'zod';

/** What a state machine sends to an action's Lambda. */
export const actionEvent = z.object({
  input: z.unknown(),
  /** The id of the connection to use; the provider's connection `default` when left out. */
  connection: z.string().optional(),
  execution: z.object({
    id: z.string(),
    /** The execution whose large values are those of the run: the first of those that workflows have started of each other. */
    values_of: z.string().optional(),
    workflow_id: z.string(),
    step_id: z.string(),
    /** Distinguishes the calls of one step that makes several: the indexes of the loops around it, or an agent's call. */
    call_id: z.string().optional(),
    /** A step around it may start over and reach it with other data: then another input means another call. */
    repeats: z.literal(true).optional(),
    /** Of a rerun: the id of the execution whose calls these are, tried again. */
    calls_of: z.string().optional(),
    /** When the execution whose call it is started: none of its calls is older. */
    started_at: z.iso.datetime().optional(),
    /** No try of this call came before; one may have when left out. */
    first_try: z.boolean().optional(),
  }),
  /** A call whose outcome an earlier try left unknown is made again; it fails with OutcomeUnknown when left out. */
  on_unknown: z.literal('retry').optional(),
  /** What the provider can do while no Lambda runs, it does so: the state machine calls again until it is done. */
  background: z
    .object({
      /** Milliseconds since 1970: until when there is time. */
      until: z.number(),
      /** What earlier calls have begun. */
      ongoing: z
        .object({ since: z.number(), calls: z.array(z.object({ of: z.string(), id: z.string() })) })
        .nullable(),
    })
    .optional(),
  /** How the state machine retries rate limits; it does not when left out. */
  retry: z
    .object({
      /** The number of this attempt, from 1. */
      attempt: z.int(),
      max_attempts: z.int(),
      interval_seconds: z.number().default(1),
      backoff_rate: z.number().default(2),
      max_interval_seconds: z.number().optional(),
      /** Of a call in the background: the errors that are retried, which nothing else does; rate limits alone when left out. */
      on: z.array(z.string()).optional(),
    })
    .optional(),
});
export type ActionEvent = z.infer<typeof actionEvent>;
