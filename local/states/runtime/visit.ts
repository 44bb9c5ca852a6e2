// One visit of an execution to a state: what the state's fields are evaluated with, and how it ends.

import { after, type Eventually } from '../language/eventually.ts';
import type { Bindings } from '../language/expression.ts';
import {
  type Assign,
  compileAssign,
  compileTemplate,
  evaluate,
  evaluateAssign,
  evaluateTyped,
  type Language,
  type Template,
  type Typed,
} from '../language/fields.ts';
import type { Progress } from '../model/checkpoint.ts';
import { isoTime } from '../model/clock.ts';
import { ErrorName, EvaluationFailure, inState, StateFailure } from '../model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { Thread } from './thread.ts';

export interface Outcome {
  readonly output: Json;
  readonly assigned: JsonObject;
  /** The next state's name; undefined at the end of the flow. */
  readonly next: string | undefined;
}

/** The fields that every way out of a state has: `Assign`, `Output`, `Next`. */
export interface Exit {
  readonly assign: Assign;
  readonly output: Template | undefined;
  readonly next: string | undefined;
}

/** `field` names where in the state the fields stand, with a slash: `Catch[0]/`. */
export function compileExit(fields: JsonObject, language: Language, field = ''): Exit {
  const { Assign, Output, Next } = fields;
  return {
    assign: compileAssign(isJsonObject(Assign) ? Assign : undefined, language, `${field}Assign`),
    output: Output === undefined ? undefined : compileTemplate(Output, `${field}Output`, language),
    next: typeof Next === 'string' ? Next : undefined,
  };
}

/** What `$states` holds besides input and context. */
export interface Extra {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

export class Visit {
  readonly thread: Thread;
  readonly stateName: string;
  readonly input: Json;
  readonly enteredEventId: number;
  readonly enteredAt: number;
  /** How far the state had come when the engine was stopped, on the visit that goes on after that. */
  readonly resumed: Progress | undefined;
  retryCount = 0;
  /** `$states.context.Task.Token` while a Task's Arguments are evaluated. */
  taskToken: string | undefined;

  constructor(
    thread: Thread,
    stateName: string,
    input: Json,
    entered: { readonly eventId: number; readonly at: number; readonly resumed?: Progress },
  ) {
    this.thread = thread;
    this.stateName = stateName;
    this.input = input;
    this.enteredEventId = entered.eventId;
    this.enteredAt = entered.at;
    this.resumed = entered.resumed;
  }

  bindings(extra: Extra = {}, mapItem = this.thread.mapItem): Bindings {
    const context = () => this.#context(mapItem);
    // Most expressions do not look at the context: it is made for those that do.
    const states = {
      input: this.input,
      get context() {
        return context();
      },
      ...extra,
    };
    return { ...this.thread.variables, states };
  }

  evaluate(template: Template, bindings = this.bindings()): Eventually<Json> {
    return this.#evaluating(() => evaluate(template, bindings));
  }

  /** The value of a typed field, undefined when the state does not have it. */
  evaluateTyped<T extends Json>(field: Typed<T> | undefined, bindings?: Bindings): Eventually<T | undefined> {
    if (!field) return undefined;
    return this.#evaluating<T | undefined>(() => evaluateTyped(field, bindings ?? this.bindings()));
  }

  /** Leaves the state: with `Output` where it is given, otherwise with `output`. */
  leave(exit: Exit, output: Json, extra: Extra = {}): Eventually<Outcome> {
    const { assign, output: template, next } = exit;
    if (!template && assign.length === 0) return { output, assigned: {}, next };
    const bindings = this.bindings(extra);
    return this.#evaluating(() => {
      const given = template ? evaluate(template, bindings) : output;
      return after(given, (value) =>
        after(evaluateAssign(assign, bindings), (assigned) => ({ output: value, assigned, next })),
      );
    });
  }

  /** Records that a value cannot be used, and gives the error to throw. */
  evaluationFailed(text: string, location?: string): StateFailure {
    const cause = inState(this.stateName, this.enteredEventId, text);
    this.thread.record('EvaluationFailed', {
      evaluationFailedEventDetails: {
        error: ErrorName.queryEvaluationError,
        cause,
        ...(location !== undefined && { location }),
        state: this.stateName,
      },
    });
    return new StateFailure(ErrorName.queryEvaluationError, cause);
  }

  /** An error of the interpreter itself, with the words AWS puts before it. */
  failure(error: string, text: string): StateFailure {
    return new StateFailure(error, inState(this.stateName, this.enteredEventId, text));
  }

  /** Throws Cancelled when the execution or this line of it is stopped before. */
  sleepUntil(at: number): Promise<void> {
    const { clock } = this.thread.execution.environment;
    if (at <= clock.now()) return Promise.resolve();
    return this.thread.cancellation.race<void>((resolve) => clock.schedule(at, () => resolve()));
  }

  /** Notes how far the state has come. */
  setProgress(progress: Progress): void {
    this.thread.setProgress(progress);
  }

  #evaluating<T>(work: () => Eventually<T>): Eventually<T> {
    const failed = (error: unknown): never => {
      if (error instanceof EvaluationFailure) throw this.evaluationFailed(error.message, error.location);
      throw error;
    };
    try {
      const result = work();
      return result instanceof Promise ? result.catch(failed) : result;
    } catch (error) {
      return failed(error);
    }
  }

  #context(mapItem: Thread['mapItem']): JsonObject {
    const { identity } = this.thread.execution;
    return {
      Execution: {
        Id: identity.arn,
        Input: this.thread.execution.input,
        Name: identity.name,
        RoleArn: identity.roleArn,
        StartTime: isoTime(identity.startedAt),
        // Express executions that nothing else has started are not redriven, and do not say so.
        ...((identity.type === 'STANDARD' || identity.mapRun) && { RedriveCount: identity.redriveCount }),
        ...(identity.redrivenAt !== undefined && { RedriveTime: isoTime(identity.redrivenAt) }),
      },
      StateMachine: { Id: identity.machineArn, Name: identity.machineName },
      State: { Name: this.stateName, EnteredTime: isoTime(this.enteredAt), RetryCount: this.retryCount },
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
      ...(mapItem && { Map: { Item: { ...mapItem } } }),
    };
  }
}
