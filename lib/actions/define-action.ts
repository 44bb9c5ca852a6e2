// How an action is written: one call of defineAction, which makes the action's Lambda handler.
import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type * as z from 'zod';
import { type Connection, type ConnectionReader, connectionReader } from '../connections/connections.ts';
import type { ActionEffect } from '../effect.ts';
import { invocationValue } from '../invocation-value.ts';
import { callKey, earliestAttempt } from './call-key.ts';
import type { ActionEvent } from './invocation/action-event.ts';
import type { ActionLog, ActionOutput, InvocationContext } from './invocation/invocation.ts';
import { OngoingCalls } from './invocation/ongoing-calls.ts';
import { type LargeValueStore, largeValueStore } from './large-values/store.ts';
import { checkOutput } from './middlewares/check-output.ts';
import { deadline, earlyTimeout } from './middlewares/deadline.ts';
import { logCall } from './middlewares/log-call.ts';
import { parseEvent } from './middlewares/parse-event.ts';
import { readLargeValues } from './middlewares/read-large-values.ts';
import { readSecrets } from './middlewares/read-secrets.ts';
import { redactErrors } from './middlewares/redact-errors.ts';
import { retryRateLimits } from './middlewares/retry-rate-limits.ts';
import { validateInput } from './middlewares/validate-input.ts';

export interface ActionContext<Secrets> {
  /** The fields that the action declared, read from its connection. */
  readonly secrets: Secrets;
  /** Aborts shortly before the Lambda's own deadline. */
  readonly signal: AbortSignal;
  /** Until then. */
  remainingMs(): number;
  /** To be left with what the call makes, so that a further try of it finds it there (see call-key.ts). */
  readonly callKey: string;
  /** Since when an earlier try of the call can have left something; undefined when there was none. */
  readonly triedSince: Date | undefined;
  /** Since when a try of the call can have left something, another one at the same moment included. */
  readonly since: Date;
  /** What goes on at the provider between the calls, when the step says `background`. */
  readonly ongoing?: OngoingCalls | undefined;
  /** A call whose outcome an earlier try left unknown is to be made again, though it may take effect twice. */
  readonly retryUnknown: boolean;
}

/** With `effect` and, where that is `write`, `once`: see effect.ts. */
export type ActionDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
  Secrets extends z.ZodObject = z.ZodObject,
> = ActionEffect & ActionParts<Input, Output, Secrets>;

interface ActionParts<Input extends z.ZodObject, Output extends z.ZodObject, Secrets extends z.ZodObject> {
  readonly title: string;
  /** One sentence: what it does, and what its effect is when it has one. */
  readonly summary: string;
  /** Whose connection it reads, and which fields of it. */
  readonly connection: Connection<Secrets>;
  /** The OAuth scopes of which the connection needs one, where its provider tells its scopes (lib/connections/scopes.ts). */
  readonly scopes?: readonly string[];
  /** A strict object: keys that it does not have are refused. */
  readonly input: Input;
  readonly output: Output;
  /** The Lambda's timeout and the Task's default timeout. */
  readonly timeoutSeconds: number;
  /** Errors that another attempt may cure and does no harm after, besides those of every action and of its connection. */
  readonly retryableErrors?: readonly string[];
  /** Its calls can go on at the provider while no Lambda runs: it asks models. */
  readonly background?: true;
  /** Template files are read from S3 (only actions that render templates). */
  readonly readsTemplates?: boolean;
  /** Of large values it is given the references: a model is shown their beginning, and hands them on. */
  readonly keepsReferences?: boolean;
  /** An input and the output that it could give. */
  readonly example: { readonly input: z.input<Input>; readonly output: z.input<Output> };
  run(input: z.output<Input>, context: ActionContext<z.output<Secrets>>): Promise<z.input<Output>>;
}

/** An action's Lambda handler, with its definition for the catalogue. */
export interface ActionHandler {
  (event: unknown, context: InvocationContext): Promise<ActionOutput>;
  readonly definition: ActionDefinition;
}

export interface ActionDependencies {
  readonly connections: ConnectionReader;
  readonly logger: ActionLog;
  readonly largeValues: LargeValueStore;
  /** Milliseconds before the Lambda's deadline at which `signal` aborts: enough to report the error. Not 0. */
  readonly marginMs: number;
}

// One a container: what is cached in them outlives an invocation, as Lambda intends.
const defaults: ActionDependencies = {
  connections: connectionReader(),
  logger: new Logger({ serviceName: 'ai-orchestra' }),
  largeValues: largeValueStore,
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
  { connections, logger, largeValues, marginMs }: ActionDependencies = defaults,
): ActionHandler {
  const event = invocationValue<ActionEvent>('event');
  const signal = invocationValue<AbortSignal>('signal');
  const secrets = invocationValue<z.output<Secrets>>('secrets');
  const input = invocationValue<z.output<Input>>('input');
  const { provider } = definition.connection;

  const call = middy<unknown, ActionOutput, unknown, InvocationContext>({ timeoutEarlyInMillis: 0 })
    .use(parseEvent(event))
    .use(definition.keepsReferences ? [] : [readLargeValues(event, signal, largeValues)])
    .use(readSecrets(definition.connection, connections, { event, signal }, secrets, definition.scopes))
    .use(validateInput(definition.input, event, input))
    .use(checkOutput(definition.output, { event, signal, secrets, provider }, largeValues))
    .handler(async (_event, context: InvocationContext) => {
      const { execution, on_unknown, background, ...rest } = event.get(context);
      const since = earliestAttempt(execution);
      const ongoing = definition.background && background && new OngoingCalls(background);
      const running = definition.run(input.get(context), {
        secrets: secrets.get(context),
        signal: signal.get(context),
        remainingMs: () => Math.max(0, context.getRemainingTimeInMillis() - marginMs),
        callKey: callKey({ execution, ...rest }),
        triedSince: execution.first_try ? undefined : since,
        since,
        retryUnknown: on_unknown === 'retry',
        ongoing,
      });
      return running.finally(() => ongoing?.end());
    });

  // A chain around a chain: middy's early timeout ends the handler, not the middlewares before it, and reading the
  // secrets takes time too.
  const handler = middy<unknown, ActionOutput, unknown, InvocationContext>(earlyTimeout(marginMs))
    .use(redactErrors(provider, secrets))
    .use(retryRateLimits(event))
    .use(logCall(logger, event))
    .use(deadline(marginMs))
    .handler(async (raw, context: InvocationContext, { signal: timeout }) => {
      signal.set(context, timeout);
      return call(raw, context);
    });
  return Object.assign(handler, { definition });
}
