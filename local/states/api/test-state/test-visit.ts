// The visit to the state that TestState tests, in an execution of its own that is not stored.
import { randomUUID } from 'node:crypto';
import { type ArnScope, stateMachineArn } from '../../model/arns.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Environment } from '../../runtime/environment.ts';
import { Execution, NO_JOURNAL } from '../../runtime/execution.ts';
import { type MapItem, Thread } from '../../runtime/thread.ts';
import { type ResultFields, Visit } from '../../runtime/visit.ts';
import { mergeContext } from './context.ts';

export interface TestSetup {
  readonly stateName: string;
  /** JSON text. */
  readonly input: string;
  readonly roleArn: string;
  readonly variables: JsonObject;
  readonly context: JsonObject;
  readonly mapItem: MapItem | undefined;
}

class TestVisit extends Visit {
  readonly #given: JsonObject;
  readonly #mapItem: MapItem | undefined;

  constructor(thread: Thread, { stateName, context, mapItem }: TestSetup) {
    const { execution } = thread;
    super(thread, stateName, execution.input, { eventId: 0, at: execution.identity.startedAt });
    this.#given = context;
    this.#mapItem = mapItem;
  }

  override bindings(result: ResultFields = {}, mapItem = this.#mapItem) {
    const bindings = super.bindings(result, mapItem);
    const states = bindings['states'] as JsonObject; // what every visit binds
    return {
      ...bindings,
      states: { ...states, context: mergeContext(states['context'] ?? {}, this.#given) },
    };
  }
}

export function testVisit(environment: Environment, scope: ArnScope, setup: TestSetup): Visit {
  const { input, roleArn, variables } = setup;
  const [name, machineName] = [randomUUID(), randomUUID()];
  const machineArn = stateMachineArn(scope, machineName);
  const identity = {
    id: 0,
    revision: 0,
    version: undefined,
    alias: undefined,
    arn: `${machineArn.replace(':stateMachine:', ':express:')}:${name}`,
    ...{ name, machineArn, machineName, roleArn, input },
    type: 'EXPRESS' as const,
    startedAt: environment.clock.now(),
    redriveCount: 0,
    redrivenAt: undefined,
  };
  const execution = new Execution(identity, environment, NO_JOURNAL);
  return new TestVisit(Thread.ofExecution(execution, variables), setup);
}
