// The messages between the main thread and the worker that runs the functions.

/** Main to worker: run a function once. */
export interface Call {
  /** Identifies the call between the two threads. */
  readonly id: number;
  readonly functionName: string;
  /** Absolute path of the module that exports `handler`. */
  readonly file: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly requestId: string;
  /** When the call times out, in milliseconds since 1970. */
  readonly deadline: number;
  /** JSON text. */
  readonly payload: string;
}

/** Worker to main. */
export type Report =
  /** The function returned or failed; `payload` is JSON text. `restart`: Lambda would not use this sandbox again. */
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly payload: string;
      readonly failed: boolean;
      readonly restart: boolean;
    }
  /** The function ended its process. */
  | { readonly kind: 'exit'; readonly id: number; readonly code: number }
  /** Text that a call wrote, or code that runs outside of any call. */
  | { readonly kind: 'output'; readonly id: number | undefined; readonly text: string };
