// The state machine of a workflow: publishing versions of its definition, and removing it.
import {
  ConflictException,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  InvalidDefinition,
  SFNClient,
  StateMachineAlreadyExists,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { ApiProblem } from '../api/problem.ts';
import type { Definition } from '../compiler/compile.ts';
import { setting } from '../config.ts';
import { stateMachineArn, stateMachineName } from '../executions/id.ts';

/**
 * Publishes a definition as a new, immutable version of the workflow's state machine, which is made when it
 * does not exist.
 * @returns the version's ARN
 * @throws ApiProblem being-deleted, precondition-failed, invalid-workflow
 */
export async function publishDefinition(
  workflowId: string,
  definition: Definition,
  isNew: boolean,
  client: Pick<SFNClient, 'send'> = new SFNClient({}),
): Promise<string> {
  const text = JSON.stringify(definition);
  const create = () => createStateMachine(workflowId, text, client);
  const update = () => updateStateMachine(workflowId, text, client);
  try {
    // The other one is for what an earlier save or delete that broke off has left behind.
    return isNew
      ? await orElse(create, StateMachineAlreadyExists, update)
      : await orElse(update, StateMachineDoesNotExist, create);
  } catch (error) {
    throw publishProblem(error, workflowId);
  }
}

/** Removes a version that no document names. Executions that run on it go on. */
export async function deleteVersion(versionArn: string, client: Pick<SFNClient, 'send'>): Promise<void> {
  await client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: versionArn }));
}

/** Deletes the state machine with all its versions; Step Functions finishes that when no execution runs any more. */
export async function deleteStateMachine(workflowId: string, client: Pick<SFNClient, 'send'>): Promise<void> {
  await client.send(new DeleteStateMachineCommand({ stateMachineArn: stateMachineArn(workflowId) }));
}

async function createStateMachine(
  workflowId: string,
  definition: string,
  client: Pick<SFNClient, 'send'>,
): Promise<string | undefined> {
  const created = await client.send(
    new CreateStateMachineCommand({
      name: stateMachineName(workflowId),
      definition,
      roleArn: setting('STATE_MACHINE_ROLE_ARN'),
      type: 'STANDARD',
      publish: true,
    }),
  );
  return created.stateMachineVersionArn;
}

async function updateStateMachine(
  workflowId: string,
  definition: string,
  client: Pick<SFNClient, 'send'>,
): Promise<string | undefined> {
  const updated = await client.send(
    new UpdateStateMachineCommand({
      stateMachineArn: stateMachineArn(workflowId),
      definition,
      roleArn: setting('STATE_MACHINE_ROLE_ARN'),
      publish: true,
    }),
  );
  return updated.stateMachineVersionArn;
}

async function orElse(
  first: () => Promise<string | undefined>,
  refusal: new (...parameters: never[]) => Error,
  second: () => Promise<string | undefined>,
): Promise<string> {
  const versionArn = await first().catch((error: unknown) => {
    if (error instanceof refusal) return second();
    throw error;
  });
  if (versionArn === undefined)
    throw new TypeError('Step Functions gave no version although publish was asked for');
  return versionArn;
}

function publishProblem(error: unknown, workflowId: string): unknown {
  if (error instanceof StateMachineDeleting) {
    return new ApiProblem(
      'being-deleted',
      `The workflow ${workflowId} was deleted and its last executions are still ending; try again then, or take another id`,
      { cause: error, headers: { 'retry-after': '10' } },
    );
  }
  if (error instanceof ConflictException) {
    return new ApiProblem(
      'precondition-failed',
      `The workflow ${workflowId} is being saved by someone else right now`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof InvalidDefinition) {
    return new ApiProblem('invalid-workflow', `Step Functions refused the definition: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}
