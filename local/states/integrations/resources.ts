// The integration for each Resource of a Task.
import { putEvents } from './events.ts';
import type { Integration } from './integration.ts';
import { lambdaFunction, lambdaInvoke } from './lambda.ts';
import { getObject, putObject } from './s3.ts';
import { startExecutionSync, startExecutionTask } from './start-execution.ts';
import { waitForTaskToken } from './task-token.ts';

const SERVICE = /^arn:aws[a-z-]*:states:[^:]*:[^:]*:(.+)$/;
const LAMBDA_FUNCTION = /^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:[^:]+(?::[^:]+)?$/;

const SERVICES: Readonly<Record<string, Integration>> = {
  'aws-sdk:s3:getObject': getObject,
  'aws-sdk:s3:putObject': putObject,
  'events:putEvents': putEvents,
  'lambda:invoke': lambdaInvoke,
  'lambda:invoke.waitForTaskToken': waitForTaskToken(lambdaInvoke, 'lambda', 'invoke'),
  'states:startExecution': startExecutionTask,
  'states:startExecution.sync': startExecutionSync('.sync'),
  'states:startExecution.sync:2': startExecutionSync('.sync:2'),
  'states:startExecution.waitForTaskToken': waitForTaskToken(startExecutionTask, 'states', 'startExecution'),
};

/** Undefined when this engine does not support the resource. */
export function findIntegration(resource: string): Integration | undefined {
  const service = SERVICE.exec(resource)?.[1] ?? '';
  if (Object.hasOwn(SERVICES, service)) return SERVICES[service];
  if (LAMBDA_FUNCTION.test(resource)) return lambdaFunction(resource);
  return undefined;
}

/** For a resource that validation has accepted. */
export function integrationOf(resource: string): Integration {
  const integration = findIntegration(resource);
  if (!integration) throw new Error(`The resource '${resource}' is not supported`);
  return integration;
}
