// One visit of a thread to a state: what the state's fields are evaluated with, and the state's outcome.
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
import { andThen, type MaybePromise } from '../language/maybe-promise.ts';
import type { Progress } from '../model/checkpoint.ts';
import { isoTime } from '../model/clock.ts';
import { ErrorName, EvaluationFailure, inState, StateFailure } from '../model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { MapItem, Thread } from './thread.ts';

export interface Outcome {
  readonly output: Json;
  readonly assigned: JsonObject;
  /** The next state's name; undefined at the end of the flow. */
  readonly next: string | undefined;
}

/** The fields of each transition out of a state: `Assign`, `Output`, `Next`. */
export interface Exit {
  readonly assign: Assign;
  readonly output: Template | undefined;
  readonly next: string | undefined;
}

/** `field` is the path of the fields in the state, with a slash at its end: `Catch[0]/`. */
export function compileExit(fields: JsonObject, language: Language, field = ''): Exit {
  const { Assign, Output, Next } = fields;
  return {
    assign: compileAssign(isJsonObject(Assign) ? Assign : undefined, language, `${field}Assign`),
    output: Output === undefined ? undefined : compileTemplate(Output, `${field}Output`, language),
    next: typeof Next === 'string' ? Next : undefined,
  };
}

/** What `$states` has besides input and context. */
export interface ResultFields {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

export class Visit {
  readonly thread: Thread;
  readonly stateName: string;
  readonly input: Json;
  readonly enteredEventId: number;
  readonly enteredAt: number;
  /** On a visit that goes on after a restart: how far the state had come. */
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

  /** @param mapItem for `ItemSelector`: no other field finds it in the context (developer guide, "Context object") */
  bindings(result: ResultFields = {}, mapItem?: MapItem): Bindings {
    const context = () => this.#context(mapItem);
    // Most expressions do not read the context, so it is made when it is read.
    const states = {
      input: this.input,
      get context() {
        return context();
      },
      ...result,
    };
    return { ...this.thread.variables, states };
  }

  evaluate(template: Template, bindings = this.bindings()): MaybePromise<Json> {
    return this.#evaluating(() => evaluate(template, bindings));
  }

  /** The value of a typed field, undefined when the state does not have it. */
  evaluateTyped<T extends Json>(
    field: Typed<T> | undefined,
    bindings?: Bindings,
  ): MaybePromise<T | undefined> {
    if (!field) return undefined;
    return this.#evaluating<T | undefined>(() => evaluateTyped(field, bindings ?? this.bindings()));
  }

  /** The outcome of the state: with the value of `Output`, or, where the state has none, with `output`. */
  leave(exit: Exit, output: Json, result: ResultFields = {}): MaybePromise<Outcome> {
    const { assign, output: template, next } = exit;
    if (!template && assign.length === 0) return { output, assigned: {}, next };
    const bindings = this.bindings(result);
    return this.#evaluating(() => {
      const given = template ? evaluate(template, bindings) : output;
      return andThen(given, (value) =>
        andThen(evaluateAssign(assign, bindings), (assigned) => ({ output: value, assigned, next })),
      );
    });
  }

  /** Records that an expression or its value cannot be used, and gives the error to throw. */
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

  /** An error of the interpreter itself, in the words of AWS. */
  failure(error: string, text: string): StateFailure {
    return new StateFailure(error, inState(this.stateName, this.enteredEventId, text));
  }

  /** Throws Cancelled when the execution or this thread of it is stopped before. */
  sleepUntil(at: number): Promise<void> {
    const { clock } = this.thread.execution.environment;
    if (at <= clock.now()) return Promise.resolve();
    return this.thread.cancellation.race<void>((resolve) => clock.schedule(at, () => resolve()));
  }

  setProgress(progress: Progress): void {
    this.thread.setProgress(progress);
  }

  #evaluating<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    const failed = (error: unknown): never => {
      if (error instanceof EvaluationFailure) throw this.evaluationFailed(error.message, error.location);
      throw error;
    };
    try {
      const result = work();
      return result instanceof Promise ? this.#awaited(result).catch(failed) : result;
    } catch (error) {
      return failed(error);
    }
  }

  /** An expression may take long: the thread does not wait for it when it is stopped. */
  #awaited<T>(work: Promise<T>): Promise<T> {
    const { thread } = this;
    return thread.evaluating(
      thread.cancellation.race<T>((resolve, reject) => {
        work.then(resolve, reject);
        return () => {};
      }),
    );
  }

  #context(mapItem: MapItem | undefined): JsonObject {
    const { identity } = this.thread.execution;
    return {
      Execution: {
        Id: identity.arn,
        Input: this.thread.execution.input,
        Name: identity.name,
        RoleArn: identity.roleArn,
        StartTime: isoTime(identity.startedAt),
        // Only Standard executions and the children of Map Runs can be redriven.
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
