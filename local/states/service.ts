// What the API's operations work with.
import type { Place } from './arns.ts';
import type { Clock } from './clock.ts';
import type { Engine } from './engine.ts';
import type { Recorder } from './recorder.ts';
import type { Store } from './store/store.ts';
import type { TaskTokens } from './task-tokens.ts';

export interface Service {
  readonly store: Store;
  readonly engine: Engine;
  /** What it has been told is to be written before executions are read from the store. */
  readonly journal: Recorder;
  readonly clock: Clock;
  readonly place: Place;
  readonly tokens: TaskTokens;
}
