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

type Client = Pick<SFNClient, 'send'>;

/**
 * Step Functions refuses to change an alias while a version of the same state machine is being published or deleted,
 * as when two save at once: of these one has to win. Milliseconds before each further try.
 */
const WAITS_MS = [50, 100, 200, 400, 800];

export async function hasLiveAlias(workflowId: string, client: Client): Promise<boolean> {
  const stateMachineAliasArn = liveAliasArn(workflowId);
  return unlessMissing(client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn })));
}

/**
 * @param versionArn what the alias is to stand for; undefined when nothing may run any more
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
      const wait = WAITS_MS[tries];
      if (wait === undefined) {
        throw new ApiProblem(
          'precondition-failed',
          `The workflow ${workflowId} is being saved or deleted by someone else right now; try again`,
          { cause: error },
        );
      }
      await sleep(wait);
    }
  }
}

async function put(workflowId: string, versionArn: string, client: Client): Promise<void> {
  const stateMachineAliasArn = liveAliasArn(workflowId);
  const routingConfiguration = [{ stateMachineVersionArn: versionArn, weight: 100 }];
  const update = new UpdateStateMachineAliasCommand({ stateMachineAliasArn, routingConfiguration });
  if (await unlessMissing(client.send(update))) return;
  // A conflict too when somebody else made it meanwhile, for another version: the next try updates it.
  await client.send(new CreateStateMachineAliasCommand({ name: LIVE_ALIAS, routingConfiguration }));
}

async function remove(workflowId: string, client: Client): Promise<void> {
  const stateMachineAliasArn = liveAliasArn(workflowId);
  await unlessMissing(client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn })));
}

/** @returns false when there is no such alias, or no such state machine */
async function unlessMissing(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFound) return false;
    throw error;
  }
}
