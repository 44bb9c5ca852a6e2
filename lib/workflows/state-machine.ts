// The state machine of a workflow: publishes and deletes versions of its definition.
import { isDeepStrictEqual } from 'node:util';
import {
  ConflictException,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeStateMachineCommand,
  InvalidDefinition,
  ListStateMachineVersionsCommand,
  SFNClient,
  StateMachineAlreadyExists,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  type StateMachineType,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { stateMachineArn as stateMachineArnOf, stateMachineName } from '../arns.ts';
import type { Definition } from '../compiler/compile.ts';
import { setting } from '../config.ts';
import { ApiProblem } from '../problem.ts';
import { isExpress, type Workflow } from '../workflow-format/workflow.ts';

/** The part of a compiled workflow that its state machine needs. */
type Compiled = {
  readonly workflow: Pick<Workflow, 'id' | 'type'>;
  readonly definition: Definition;
};

/** The existing state machine has the other type, which cannot be changed: it belongs to another workflow, or is its rest. */
export class StateMachineOfOtherType extends ApiProblem {
  constructor(workflowId: string) {
    const detail = `Another workflow ${workflowId} is being saved or deleted right now; try again`;
    super('being-deleted', detail, { headers: { 'retry-after': '1' } });
  }
}

/**
 * Publishes a definition as a new, immutable version of the workflow's state machine, which is created when it does not
 * exist.
 * @returns the version's ARN
 * @throws ApiProblem being-deleted, precondition-failed, invalid-workflow
 * @throws StateMachineOfOtherType when it is new
 */
export async function publishDefinition(
  { workflow, definition }: Compiled,
  isNew: boolean,
  client: Pick<SFNClient, 'send'> = new SFNClient({}),
): Promise<string> {
  const text = JSON.stringify(definition);
  const create = () => createStateMachine(workflow, text, client);
  const update = () => updateStateMachine(workflow.id, text, client);
  const adopt = async () => {
    const stateMachineArn = stateMachineArnOf(workflow.id);
    const { type } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    if (type !== stateMachineType(workflow)) throw new StateMachineOfOtherType(workflow.id);
    return update();
  };
  try {
    // The second operation is for what an interrupted save or deletion has left behind.
    return isNew
      ? await orElse(create, StateMachineAlreadyExists, adopt)
      : await orElse(update, StateMachineDoesNotExist, create);
  } catch (error) {
    throw publishProblem(error, workflow.id, isNew);
  }
}

function stateMachineType(workflow: Pick<Workflow, 'type'>): StateMachineType {
  return isExpress(workflow) ? 'EXPRESS' : 'STANDARD';
}

/** Whether executions can be started of the version, and would run this definition. */
export async function isInForce(
  versionArn: string,
  { workflow, definition }: Compiled,
  client: Pick<SFNClient, 'send'>,
): Promise<boolean> {
  try {
    const found = await client.send(new DescribeStateMachineCommand({ stateMachineArn: versionArn }));
    return (
      found.status !== 'DELETING' &&
      found.type === stateMachineType(workflow) &&
      isDeepStrictEqual(JSON.parse(found.definition ?? 'null'), JSON.parse(JSON.stringify(definition)))
    );
  } catch (error) {
    if (error instanceof StateMachineDoesNotExist) return false;
    throw error;
  }
}

/** So many versions are kept, for starts that read the document just before it changed. */
const KEPT_VERSIONS = 20;

/**
 * Step Functions keeps at most 1000 versions of a state machine. When a save has put one in force, the latest twenty up to
 * it are kept, and the one before, which may be further behind: failed saves and reruns leave versions too. All other older
 * ones are deleted; their executions keep running. One that stays behind does no harm, so that failing is ignored: the next
 * save finds it again.
 */
export async function pruneVersions(
  previousArn: string,
  currentArn: string,
  client: Pick<SFNClient, 'send'>,
): Promise<void> {
  const [stateMachineArn, current] = numbered(currentArn);
  if (current <= KEPT_VERSIONS) return;
  const older = (await versionsOf(stateMachineArn, client))
    .filter((arn) => numbered(arn)[1] <= current)
    .toSorted((a, b) => numbered(b)[1] - numbered(a)[1]);
  const obsolete = older.slice(KEPT_VERSIONS).filter((arn) => arn !== previousArn);
  await Promise.allSettled(
    obsolete.map((stateMachineVersionArn) =>
      client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn })),
    ),
  );
}

/** As many as one request gives, which are all that there can be; none where it fails. */
async function versionsOf(stateMachineArn: string, client: Pick<SFNClient, 'send'>): Promise<string[]> {
  const command = new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 1000 });
  const { stateMachineVersions = [] } = await client
    .send(command)
    .catch(() => ({ stateMachineVersions: [] }));
  return stateMachineVersions.flatMap(({ stateMachineVersionArn }) => stateMachineVersionArn ?? []);
}

/** The ARN of a version is that of its state machine and a number that counts up. */
function numbered(versionArn: string): readonly [machine: string, version: number] {
  const colon = versionArn.lastIndexOf(':');
  return [versionArn.slice(0, colon), Number(versionArn.slice(colon + 1))];
}

/** Deletes the state machine with all its versions; Step Functions completes that when no execution runs any more. */
export async function deleteStateMachine(workflowId: string, client: Pick<SFNClient, 'send'>): Promise<void> {
  await client.send(new DeleteStateMachineCommand({ stateMachineArn: stateMachineArnOf(workflowId) }));
}

async function createStateMachine(
  workflow: Compiled['workflow'],
  definition: string,
  client: Pick<SFNClient, 'send'>,
): Promise<string | undefined> {
  const created = await client.send(
    new CreateStateMachineCommand({
      name: stateMachineName(workflow.id),
      definition,
      roleArn: setting('STATE_MACHINE_ROLE_ARN'),
      type: stateMachineType(workflow),
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
      stateMachineArn: stateMachineArnOf(workflowId),
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

function publishProblem(error: unknown, workflowId: string, isNew: boolean): unknown {
  if (error instanceof StateMachineDeleting) {
    return new ApiProblem(
      'being-deleted',
      `The workflow ${workflowId} was deleted, and executions of it have not ended yet: decide or stop those that wait (GET /executions?workflow_id=${workflowId}&status=running), or choose another id`,
      { cause: error, headers: { 'retry-after': '10' } },
    );
  }
  // The last two: the state machine was created or deleted between the two calls of `orElse`.
  if (
    error instanceof ConflictException ||
    error instanceof StateMachineAlreadyExists ||
    error instanceof StateMachineDoesNotExist
  ) {
    return new ApiProblem(
      isNew ? 'being-deleted' : 'precondition-failed',
      `The workflow ${workflowId} is being saved or deleted by someone else right now; try again`,
      { cause: error, ...(isNew && { headers: { 'retry-after': '1' } }) },
    );
  }
  if (error instanceof InvalidDefinition) {
    return new ApiProblem('invalid-workflow', `Step Functions refused the definition: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}
