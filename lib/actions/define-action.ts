// How an action is written: one call of defineAction, which makes the action's Lambda handler.
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { type Connection, type ConnectionReader, connectionReader } from '../connections/connections.ts';
import {
  InvalidInput,
  OrchestraError,
  ProviderUnavailable,
  RateLimited,
  RetryAfter,
  Unauthorized,
} from '../errors.ts';
import { pointerTo } from '../json-pointer.ts';
import { type ActionEvent, actionEvent } from './action-event.ts';
import { callKey } from './call-key.ts';
import { deployedActionId } from './names.ts';
import { checkSize } from './output-size.ts';
import { withoutSecrets } from './redact.ts';
import { codeFrames, reportable } from './reportable-error.ts';
import { illFormedText } from './well-formed.ts';

export interface ActionContext<Secrets> {
  /** The fields that the action declared, read from its connection. */
  readonly secrets: Secrets;
  /** Aborts shortly before the Lambda's own deadline. */
  readonly signal: AbortSignal;
  /** To be left with what the call makes, so that a further try of it finds it there (see call-key.ts). */
  readonly callKey: string;
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
  /** A strict object: keys that it does not have are refused. */
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

/** What the handler needs of Lambda's context. */
export type InvocationContext = Pick<Context, 'functionName' | 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** An action's Lambda handler, with its definition for the catalogue. */
export interface ActionHandler {
  (event: unknown, context: InvocationContext): Promise<Record<string, unknown>>;
  readonly definition: ActionDefinition;
}

/** One line a call, as JSON. */
export interface ActionLog {
  info(message: string, entry: Record<string, unknown>): void;
  warn(message: string, entry: Record<string, unknown>): void;
  error(message: string, entry: Record<string, unknown>): void;
}

export interface ActionDependencies {
  readonly connections: ConnectionReader;
  readonly logger: ActionLog;
  /** Milliseconds before the Lambda's deadline at which `signal` aborts: enough to report the error. */
  readonly marginMs: number;
}

// One a container: what is cached in them outlives an invocation, as Lambda intends.
const defaults: ActionDependencies = {
  connections: connectionReader(),
  logger: new Logger({ serviceName: 'ai-orchestra' }),
  marginMs: 500,
};

/**
 * Makes the Lambda handler of an action. It takes an ActionEvent and gives the action's output.
 * Its errors are those of lib/errors.ts, with no credential in the message and no stack trace; anything
 * else that goes wrong is logged and reported as a plain Error without internals.
 *
 * @example
 * export const handler = defineAction({ title: 'Create an issue', connection: github, …, run: async (input, { secrets }) => … });
 */
export function defineAction<
  Input extends z.ZodObject,
  Output extends z.ZodObject,
  Secrets extends z.ZodObject,
>(
  definition: ActionDefinition<Input, Output, Secrets>,
  { connections, logger, marginMs }: ActionDependencies = defaults,
): ActionHandler {
  async function handle(event: unknown, context: InvocationContext): Promise<Record<string, unknown>> {
    const started = performance.now();
    const parsedEvent = actionEvent.safeParse(event);
    const execution = parsedEvent.data?.execution;
    const record = (outcome: string) => ({
      action: deployedActionId(context.functionName),
      step: execution?.step_id,
      execution_id: execution?.id,
      request_id: context.awsRequestId,
      duration_ms: Math.round(performance.now() - started),
      outcome,
    });
    let secrets: z.output<Secrets> | undefined;
    try {
      if (!parsedEvent.success) throw invalid('The event', parsedEvent.error);
      const { connection, input } = parsedEvent.data;
      const output = await withDeadline(context, marginMs, async (signal) => {
        secrets = await connections.read(definition.connection, connection, signal);
        refuseIllFormed(input);
        const parsedInput = definition.input.safeParse(withoutNulls(input, definition.input));
        if (!parsedInput.success) throw invalid('The input', parsedInput.error);
        return definition.run(parsedInput.data, { secrets, signal, callKey: callKey(parsedEvent.data) });
      });
      const checked = checkSize(
        withoutSecrets(definition.output.parse(output), Object.values(secrets ?? {})),
      );
      logger.info('action', record('succeeded'));
      return checked;
    } catch (error) {
      const known = error instanceof OrchestraError;
      if (error instanceof Unauthorized) {
        connections.forget(definition.connection, parsedEvent.data?.connection);
      }
      if (known) logger.warn('action', record(error.name));
      else logger.error('action', { ...record('failed unexpectedly'), frames: codeFrames(error) });
      throw reportable(
        known
          ? calledAgain(error, parsedEvent.data?.retry)
          : new Error(`The action failed unexpectedly; see its log, request ${context.awsRequestId}`),
        Object.values(secrets ?? {}),
      );
    }
  }
  return Object.assign(handle, { definition });
}

/** The longest that a provider may ask for when the step does not say: GitHub's limits are by the hour. */
const LONGEST_WAIT_SECONDS = 3600;
/** The longest interval when the provider does not say how long. */
const LONGEST_INTERVAL_SECONDS = 30;

/**
 * A rate limit becomes RetryAfter where the state machine will call again: after the time that the provider said, or by
 * exponential backoff with full jitter where it said none.
 */
function calledAgain(error: OrchestraError, retry: ActionEvent['retry']): OrchestraError {
  if (!(error instanceof RateLimited) || !retry || retry.attempt >= retry.max_attempts) return error;
  const { interval_seconds: interval, backoff_rate: rate, max_interval_seconds: longest } = retry;
  const backoff = Math.min(
    longest ?? Math.max(LONGEST_INTERVAL_SECONDS, interval),
    interval * rate ** (retry.attempt - 1),
  );
  const seconds = error.retryAfterSeconds ?? Math.random() * backoff;
  if (seconds > (longest ?? LONGEST_WAIT_SECONDS)) return error;
  return new RetryAfter(seconds, { cause: error });
}

/** Runs the work with a signal that aborts before the Lambda's deadline, also when the work does not heed it. */
async function withDeadline<Result>(
  context: InvocationContext,
  marginMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const allowedMs = Math.max(0, context.getRemainingTimeInMillis() - marginMs);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seconds = Math.round(allowedMs / 100) / 10;
    late.reject(new ProviderUnavailable(`The provider did not answer in time (${seconds} s)`));
    abort.abort(new DOMException('The action ran out of time', 'TimeoutError'));
  }, allowedMs);
  try {
    return await Promise.race([work(abort.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * An expression that gives nothing arrives as null, since JSON has no other word for it: an optional parameter that
 * takes no null is then left out.
 */
function withoutNulls(input: unknown, schema: z.ZodObject): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const meansNothing = ([key, value]: [string, unknown]) => {
    const parameter: z.ZodType | undefined = schema.shape[key];
    return (
      value === null && parameter?.safeParse(undefined).success === true && !parameter.safeParse(null).success
    );
  };
  return Object.fromEntries(Object.entries(input).filter((entry) => !meansNothing(entry)));
}

/** @throws InvalidInput for text that no provider could be sent */
function refuseIllFormed(input: unknown): void {
  const path = illFormedText(input);
  if (path) {
    throw new InvalidInput(
      `The input is invalid. ${pointer(path)}: must be Unicode text, and holds half of a surrogate pair`,
    );
  }
}

/** A JSON pointer for people. */
function pointer(path: readonly PropertyKey[]): string {
  return pointerTo('', ...path) || '(whole)';
}

/** Names each place of an input that does not fit its schema, with a JSON pointer (RFC 6901). */
function invalid(what: string, error: z.ZodError): InvalidInput {
  const issues = error.issues.map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    return `${pointer(path)}: ${issue.message}`;
  });
  const more = issues.length > 20 ? [`and ${issues.length - 20} more`] : [];
  return new InvalidInput(`${what} is invalid. ${[...issues.slice(0, 20), ...more].join('; ')}`);
}
