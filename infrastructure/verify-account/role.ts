// The role of the checks' state machines, which is created for one call and removed again.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { PREFIX } from './account.ts';

const POLICY = 'run-checks';
/** A new role can be assumed a few seconds later (IAM user guide, "Changes that I make are not always immediately visible"). */
const VISIBLE_AFTER_MS = 15_000;

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** What the state machines of the checks may do: start each other, and wait for what they started. */
export function statements(region: string): readonly Statement[] {
  const partition = /^(cn|us-gov)-/.exec(region)?.[1];
  const arn = (rest: string) => [`arn:aws${partition === undefined ? '' : `-${partition}`}:${rest}`];
  const allow = (Action: readonly string[], rest: string): Statement => ({
    Effect: 'Allow',
    Action,
    Resource: arn(rest),
  });
  return [
    allow(['states:StartExecution', 'states:SendTaskSuccess'], `states:*:*:stateMachine:${PREFIX}-*`),
    allow(
      ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
      `states:*:*:execution:${PREFIX}-*`,
    ),
    allow(
      ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
      'events:*:*:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule',
    ),
    allow(['scheduler:ListSchedules'], 'scheduler:*:*:schedule/*/*'),
  ];
}

export interface CreatedRole {
  readonly arn: string;
  remove(): Promise<void>;
}

export async function createRole(
  id: string,
  region: string,
  iam: Pick<IAMClient, 'send'>,
  visibleAfterMs = VISIBLE_AFTER_MS,
): Promise<CreatedRole> {
  const RoleName = `${PREFIX}-${id}`;
  const trust = document([
    { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ]);
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  const deleteRole = () => iam.send(new DeleteRoleCommand({ RoleName }));
  try {
    const PolicyDocument = document(statements(region));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: POLICY, PolicyDocument }));
  } catch (error) {
    await deleteRole();
    throw error;
  }
  await sleep(visibleAfterMs);
  return {
    arn: Role?.Arn ?? '',
    async remove() {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: POLICY }));
      await deleteRole();
    },
  };
}

function document(Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
