// One line of states under way: the execution's own, a branch of a Parallel, an iteration of a Map.
import type { Cancellation } from './cancellation.ts';
import type { Execution } from './execution.ts';
import type { EventDetails, HistoryEvent } from './history.ts';
import type { Json, JsonObject } from './json.ts';

/** `$states.context.Map.Item` of an iteration. */
export interface MapItem {
  readonly Index: number;
  readonly Value: Json;
}

export class Thread {
  readonly execution: Execution;
  readonly kind: 'execution' | 'branch' | 'iteration';
  readonly cancellation: Cancellation;
  readonly mapItem: MapItem | undefined;
  /** Assigning replaces it: an inner flow that was given the earlier one keeps seeing that. */
  variables: JsonObject;
  previousEventId: number;

  private constructor(
    execution: Execution,
    kind: Thread['kind'],
    cancellation: Cancellation,
    variables: JsonObject,
    previousEventId: number,
    mapItem: MapItem | undefined,
  ) {
    this.execution = execution;
    this.kind = kind;
    this.cancellation = cancellation;
    this.variables = variables;
    this.previousEventId = previousEventId;
    this.mapItem = mapItem;
  }

  static ofExecution(execution: Execution, variables: JsonObject = {}, previousEventId = 0): Thread {
    return new Thread(execution, 'execution', execution.cancellation, variables, previousEventId, undefined);
  }

  /**
   * A line below this one, which begins with its variables and ends with its own forgotten. `group` stops it
   * together with those beside it.
   */
  inner(kind: 'branch' | 'iteration', group: Cancellation, mapItem = this.mapItem): Thread {
    return new Thread(this.execution, kind, group, this.variables, this.previousEventId, mapItem);
  }

  /** Adds an event to this line. */
  record(type: HistoryEvent['type'], details?: EventDetails): number {
    this.previousEventId = this.execution.record(this.previousEventId, type, details);
    return this.previousEventId;
  }
}
