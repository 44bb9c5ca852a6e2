// How an action is written: one call of defineAction, which makes the action's Lambda handler.
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type Connection, readConnection } from '../connections/connections.ts';
import { InvalidInput, OrchestraError, OutputTooLarge } from '../errors.ts';

/** Step Functions' limit for the output of a state, in bytes of UTF-8. */
const MAX_OUTPUT_BYTES = 262_144;

/** What a state machine sends to an action's Lambda. */
export const actionEvent = z.object({
  input: z.unknown(),
  /** The id of the connection to use; the provider's connection `default` when left out. */
  connection: z.string().optional(),
  execution: z.object({ id: z.string(), workflow_id: z.string(), step_id: z.string() }),
});
export type ActionEvent = z.infer<typeof actionEvent>;

export interface ActionContext<Secrets> {
  /** The fields that the action declared, read from its connection. */
  readonly secrets: Secrets;
  /** Aborts shortly before the Lambda's own deadline. */
  readonly signal: AbortSignal;
  readonly execution: ActionEvent['execution'];
}

export interface ActionDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
  Secrets extends z.ZodObject = z.ZodObject,
> {
  readonly title: string;
  /** One sentence: what it does, and what its effect is when it has one. */
  readonly summary: string;
  /** Whose connection it reads, and which fields of it. */
  readonly connection: Connection<Secrets>;
  readonly input: Input;
  readonly output: Output;
  /**
   * `read` changes nothing outside; `idempotent` may run twice with the effect of once; `write` may not.
   * A `write` is not tried again when it is unknown whether the first try took effect.
   */
  readonly effect: 'read' | 'idempotent' | 'write';
  /** The Lambda's timeout and the Task's default timeout. */
  readonly timeoutSeconds: number;
  /** Template files are read from S3 (only actions that render templates). */
  readonly readsTemplates?: boolean;
  /** An input and the output that it could give. */
  readonly example: { readonly input: z.input<Input>; readonly output: z.input<Output> };
  run(input: z.output<Input>, context: ActionContext<z.output<Secrets>>): Promise<z.input<Output>>;
}
