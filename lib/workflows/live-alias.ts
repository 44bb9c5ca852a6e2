// The alias `live` of a workflow's state machine: the version in force, under an ARN that other workflows can name.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConflictException,
  CreateStateMachineAliasCommand,
  DeleteStateMachineAliasCommand,
  DescribeStateMachineAliasCommand,
  ResourceNotFound,
  type SFNClient,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn';
import { LIVE_ALIAS, liveAliasArn } from '../arns.ts';
import { ApiProblem } from '../problem.ts';
import { succeeds } from '../promises.ts';

type Client = Pick<SFNClient, 'send'>;

/**
 * Step Functions refuses to change an alias while a version of the same state machine is being published or deleted,
 * as when two people save at once: one of them has to win. Milliseconds before each retry.
 */
const RETRY_DELAYS_MS = [50, 100, 200, 400, 800];

export async function hasLiveAlias(workflowId: string, client: Client): Promise<boolean> {
  const stateMachineAliasArn = liveAliasArn(workflowId);
  const command = new DescribeStateMachineAliasCommand({ stateMachineAliasArn });
  return succeeds(client.send(command), ResourceNotFound);
}

/**
 * @param versionArn the version that the alias is to point to; undefined deletes the alias
 * @throws ApiProblem precondition-failed when Step Functions is changing the state machine for somebody else
 */
export async function putLiveAlias(
  workflowId: string,
  versionArn: string | undefined,
  client: Client,
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      if (versionArn === undefined) await remove(workflowId, client);
      else await put(workflowId, versionArn, client);
      return;
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      const delay = RETRY_DELAYS_MS[tries];
      if (delay === undefined) {
        throw new ApiProblem(
          'precondition-failed',
          `The workflow ${workflowId} is being saved or deleted by someone else right now; try again`,
          { cause: error },
        );
      }
      await sleep(delay);
    }
  }
}

async function put(workflowId: string, versionArn: string, client: Client): Promise<void> {
  const stateMachineAliasArn = liveAliasArn(workflowId);
  const routingConfiguration = [{ stateMachineVersionArn: versionArn, weight: 100 }];
  const update = new UpdateStateMachineAliasCommand({ stateMachineAliasArn, routingConfiguration });
  if (await succeeds(client.send(update), ResourceNotFound)) return;
  // This too conflicts when somebody else created it meanwhile for another version: the next attempt updates it.
  await client.send(new CreateStateMachineAliasCommand({ name: LIVE_ALIAS, routingConfiguration }));
}

async function remove(workflowId: string, client: Client): Promise<void> {
  const stateMachineAliasArn = liveAliasArn(workflowId);
  // Neither a missing alias nor a missing state machine is an error.
  await succeeds(client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn })), ResourceNotFound);
}
