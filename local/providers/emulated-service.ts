// What a provider's file exports about its emulator, for the worker thread that serves it.

export interface EmulatedService {
  /** Starts with the state of a new emulator. Runs again at every start, with the same arguments but `baseUrl`. */
  start(options: {
    /** Where clients reach it, for the addresses in its answers. */
    readonly baseUrl: string;
    /** When the state was first made (ms since the epoch). */
    readonly seededAt: number;
  }): Promise<RunningService>;
  /** Fills a new state through the provider's own API; runs once in the life of a state. */
  seed?(send: SendSeed, seededAt: number): Promise<void>;
  /** Whether a request changes state that is to survive a restart. GET, HEAD and OPTIONS are never asked. */
  changesState(path: string, body: Buffer): boolean;
}

export interface RunningService {
  /** The refusal of a request whose credentials or parameters the service behind would wrongly accept. */
  refuse?(request: Request, body: Buffer): Response | undefined;
  /** The header Authorization of requests that are played again and of those that seed, where the service behind asks for one. */
  authorization?(): string;
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** Gives the JSON of the answer. */
export type SendSeed = (request: SeedRequest) => Promise<unknown>;

export interface SeedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** When it pretends to have been sent (ms since the epoch). */
  readonly at: number;
}

/** What the thread is started with. */
export interface EmulatorSettings {
  /** URL of the module that exports `service: EmulatedService`. */
  readonly module: string;
  /** Path of the request log. */
  readonly stateFile: string;
}
