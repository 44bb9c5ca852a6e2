// What the API's operations work with.

import type { Engine } from '../engine/engine.ts';
import type { Place } from '../model/arns.ts';
import type { Clock } from '../model/clock.ts';
import type { Recorder } from '../persistence/recorder.ts';
import type { TaskTokens } from '../runtime/task-tokens.ts';
import type { Store } from '../store/store.ts';

export interface Service {
  readonly store: Store;
  readonly engine: Engine;
  /** What it has been told is to be written before executions are read from the store. */
  readonly journal: Recorder;
  readonly clock: Clock;
  readonly place: Place;
  readonly tokens: TaskTokens;
}
