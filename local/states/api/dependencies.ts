// What the API's operations work with.
import type { Engine } from '../engine/engine.ts';
import type { ArnScope } from '../model/arns.ts';
import type { Recorder } from '../persistence/recorder.ts';
import type { Environment } from '../runtime/environment.ts';
import type { Store } from '../store/store.ts';

export interface Dependencies {
  readonly store: Store;
  readonly engine: Engine;
  readonly environment: Environment;
  /** Holds what is to be written before executions are read from the store. */
  readonly journal: Recorder;
  readonly scope: ArnScope;
}
