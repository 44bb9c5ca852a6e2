// What a provider's folder exports for the worker thread that runs its emulator.
//
// Every folder has the same parts: `<provider>.ts` ties them together, `routes` says how a request is answered, `store`
// is the state behind the routes, `seed` what that state starts with (the credentials among it), `refusals` what the
// real provider refuses although the emulator behind the routes would accept it.

/** Exported as `provider` by `<provider>/<provider>.ts`. */
export interface EmulatedProvider {
  /** Starts with the state of a new emulator. Runs again at every start, with the same arguments but the addresses. */
  start(options: StartOptions): Promise<RunningProvider>;
  /** Fills a new state through the provider's own API; runs once in the life of a state. */
  seed?(send: SendSeedRequest, seededAt: number): Promise<void>;
  /** Whether a request changes state that is to survive a restart. GET, HEAD and OPTIONS are never asked. */
  changesState(path: string, body: Buffer): boolean;
}

export interface StartOptions {
  /** Where clients reach it, for the addresses in its responses. */
  readonly baseUrl: string;
  /** When the state was first created (ms since the epoch). */
  readonly seededAt: number;
  /** Where the API is: its callback alone is registered as a redirect URI. */
  readonly apiUrl: string;
  /** The public key of the GitHub App, in PEM. */
  readonly appPublicKey: string | undefined;
}

export interface RunningProvider {
  /** The refusal of a request whose credentials or parameters the emulator behind would wrongly accept. */
  refuse(request: Request, body: Buffer): Response | undefined;
  /** The header Authorization of replayed requests and of seed requests, where the emulator behind asks for one. */
  authorization?(): string;
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** Resolves to the JSON of the response. */
export type SendSeedRequest = (request: SeedRequest) => Promise<unknown>;

export interface SeedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** When it pretends to have been sent (ms since the epoch). */
  readonly at: number;
}

/** What the worker thread is started with. */
export interface EmulatorSettings {
  /** URL of the module that exports `provider: EmulatedProvider`. */
  readonly module: string;
  /** Path of the request log. */
  readonly stateFile: string;
  readonly apiUrl: string;
  readonly appPublicKey: string | undefined;
}
