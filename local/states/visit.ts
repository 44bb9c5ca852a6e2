// One visit of an execution to a state: what the state's fields are evaluated with, and how it ends.
import type { Progress } from './checkpoint.ts';
import { isoTime } from './clock.ts';
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
} from './data-flow.ts';
import { ErrorName, EvaluationFailure, inState, StateFailure } from './errors.ts';
import type { Bindings } from './expression.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
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
    return {
      ...this.thread.variables,
      states: { input: this.input, context: this.#context(mapItem), ...extra },
    };
  }

  evaluate(template: Template, bindings = this.bindings()): Promise<Json> {
    return this.#evaluating(() => evaluate(template, bindings));
  }

  /** The value of a typed field, undefined when the state does not have it. */
  async evaluateTyped<T extends Json>(
    field: Typed<T> | undefined,
    bindings?: Bindings,
  ): Promise<T | undefined> {
    if (!field) return undefined;
    return this.#evaluating(() => evaluateTyped(field, bindings ?? this.bindings()));
  }

  /** Leaves the state: with `Output` where it is given, otherwise with `output`. */
  async leave(exit: Exit, output: Json, extra: Extra = {}): Promise<Outcome> {
    const { assign, output: template, next } = exit;
    if (!template && assign.length === 0) return { output, assigned: {}, next };
    const bindings = this.bindings(extra);
    return this.#evaluating(async () => ({
      output: template ? await evaluate(template, bindings) : output,
      assigned: await evaluateAssign(assign, bindings),
      next,
    }));
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

  async #evaluating<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EvaluationFailure) throw this.evaluationFailed(error.message, error.location);
      throw error;
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
      ...(mapItem && { Map: { Item: { Index: mapItem.Index, Value: mapItem.Value } } }),
    };
  }
}
