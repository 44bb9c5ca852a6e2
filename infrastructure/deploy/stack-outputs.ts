// The outputs of a deployed stack, and the settings that follow from them.
import { join } from 'node:path';
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { Setting } from '../../lib/config.ts';
import { projectFolder } from '../project-folder.ts';

/** The stack's outputs from serverless.yml and from Serverless. */
const outputs = z.object({
  HttpApiUrl: z.string(),
  UserPoolId: z.string(),
  WorkflowsBucket: z.string(),
  TemplatesBucket: z.string(),
  StateMachineArnPrefix: z.string(),
  StateMachineRoleArn: z.string(),
  FunctionArnPrefix: z.string(),
  ScheduleGroup: z.string(),
  ScheduleRoleArn: z.string(),
  UnstartedRunsQueueArn: z.string(),
});
export type StackOutputs = z.infer<typeof outputs>;

/**
 * @returns undefined when there is no such stack, or its deployment was never completed
 */
export async function stackOutputs(
  stage: string,
  client: Pick<CloudFormationClient, 'send'> = new CloudFormationClient({}),
): Promise<StackOutputs | undefined> {
  try {
    const { Stacks = [] } = await client.send(
      new DescribeStacksCommand({ StackName: `ai-orchestra-${stage}` }),
    );
    const pairs = (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey,
      OutputValue,
    ]);
    return outputs.safeParse(Object.fromEntries(pairs)).data;
  } catch (error) {
    // CloudFormation's error for a stack that does not exist.
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return undefined;
    throw error;
  }
}

/** The settings that seedDocuments reads. */
export function seedSettings(stack: StackOutputs): Partial<Record<Setting, string>> {
  return {
    WORKFLOWS_BUCKET: stack.WorkflowsBucket,
    TEMPLATES_BUCKET: stack.TemplatesBucket,
    STATE_MACHINE_ARN_PREFIX: stack.StateMachineArnPrefix,
    STATE_MACHINE_ROLE_ARN: stack.StateMachineRoleArn,
    FUNCTION_ARN_PREFIX: stack.FunctionArnPrefix,
    API_URL: stack.HttpApiUrl,
    SCHEDULE_GROUP: stack.ScheduleGroup,
    SCHEDULE_ROLE_ARN: stack.ScheduleRoleArn,
    UNSTARTED_RUNS_QUEUE_ARN: stack.UnstartedRunsQueueArn,
    CATALOGUE_FILE: join(projectFolder, 'build/catalogue.json'),
  };
}
