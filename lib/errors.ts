// Every error of the project. The names are API: Retry and Catch in a state machine match them.

/** The base of all errors of the project: a literal name, a message for people, and no secret in either. */
export abstract class OrchestraError extends Error {
  abstract override readonly name: string;
}

/** The provider refused the request because too many were sent (429, or its own form of it). */
export class RateLimited extends OrchestraError {
  override readonly name = 'RateLimited';
  /** Seconds to wait before the next attempt, from the provider; undefined when it sent none. */
  readonly retryAfterSeconds: number | undefined;

  /** Whether a wait after a further attempt has to be longer than `retryAfterSeconds`. */
  readonly growing: boolean;

  constructor(
    message: string,
    retryAfterSeconds?: number,
    options: ErrorOptions & { readonly growing?: boolean | undefined } = {},
  ) {
    super(
      retryAfterSeconds === undefined ? message : `${message} (retry_after_seconds: ${retryAfterSeconds})`,
      options,
    );
    this.retryAfterSeconds = retryAfterSeconds;
    this.growing = options.growing ?? false;
  }
}

/**
 * RateLimited, for a call that the state machine repeats after the delay that the provider sent: a Wait state
 * (lib/compiler/asl/retry-after.ts) reads the seconds from the message. Of a call in the background, any error that is retried.
 */
export class RetryAfter extends OrchestraError {
  override readonly name = 'RetryAfter';

  /** @param reason the error, where it is no rate limit: logs tell it (lib/executions/run-error.ts) */
  constructor(seconds: number, options?: ErrorOptions, reason?: Error) {
    super(`${Math.ceil(seconds)}${reason ? ` ${reason.name}: ${reason.message}` : ''}`, options);
  }
}

/**
 * What the call has begun still runs at the provider, and the state machine calls again: a Wait state reads the seconds, and
 * a variable keeps what is ongoing (lib/compiler/asl/background.ts).
 */
export class StillRunning extends OrchestraError {
  override readonly name = 'StillRunning';

  constructor(seconds: number, ongoing: object) {
    super(JSON.stringify({ seconds, ongoing }));
  }
}

/** The provider failed or could not be reached: 5xx, a dropped connection, a timeout, a response in another format. */
export class ProviderUnavailable extends OrchestraError {
  override readonly name = 'ProviderUnavailable';
  /** Whether the request surely never reached the provider. */
  readonly unsent: boolean;

  constructor(message: string, options: ErrorOptions & { readonly unsent?: boolean } = {}) {
    super(message, options);
    this.unsent = options.unsent ?? false;
  }
}

/**
 * A call that writes may have taken effect or not, and there is nothing by which a further try could find out. It is not
 * tried again unless its step says `on_unknown: retry`.
 */
export class OutcomeUnknown extends OrchestraError {
  override readonly name = 'OutcomeUnknown';
}

/** The provider did not accept the connection's credentials, or they do not allow this call (401, 402, 403). */
export class Unauthorized extends OrchestraError {
  override readonly name = 'Unauthorized';
  /** Whether the credentials are good, and lack a scope that the call needs. */
  readonly lacksScope: boolean;

  constructor(message: string, options: ErrorOptions & { readonly lacksScope?: boolean } = {}) {
    super(message, options);
    this.lacksScope = options.lacksScope ?? false;
  }
}

/** What the request names does not exist at the provider, or the credentials cannot see it (404, 410, 451). */
export class NotFound extends OrchestraError {
  override readonly name = 'NotFound';
}

/** The input does not fit the action's schema, or the provider refused it as invalid (400, 422). */
export class InvalidInput extends OrchestraError {
  override readonly name = 'InvalidInput';
}

/** A model answered, which was paid for, and its answer does not fit what it was asked for, also when it was told why. */
export class InvalidModelOutput extends OrchestraError {
  override readonly name = 'InvalidModelOutput';
}

/** The provider's state changed meanwhile or does not allow this change (409, 412, 423). */
export class Conflict extends OrchestraError {
  override readonly name = 'Conflict';
}

/** The output is larger than a state of Step Functions may hold (256 KiB). */
export class OutputTooLarge extends OrchestraError {
  override readonly name = 'OutputTooLarge';
}

/** A large value that an input refers to is not kept any more. */
export class LargeValueExpired extends OrchestraError {
  override readonly name = 'LargeValueExpired';
}

/** The named connection does not exist, its secret lacks a field that the action reads, or it is not for this workflow. */
export class ConnectionInvalid extends OrchestraError {
  override readonly name = 'ConnectionInvalid';
}

/** The provider has ended the grant of the connection: it expired or was revoked, and a person has to connect it again. */
export class ConnectionExpired extends OrchestraError {
  override readonly name = 'ConnectionExpired';
}

/** An environment variable that this function needs is missing. */
export class ConfigurationError extends OrchestraError {
  override readonly name = 'ConfigurationError';
}

/** An agent's model still wants to call tools after its last turn. */
export class MaxTurnsExceeded extends OrchestraError {
  override readonly name = 'MaxTurnsExceeded';
}
