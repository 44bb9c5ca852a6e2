// Which Resource of a Task is which integration.
import type { Integration } from './integration.ts';
import { lambdaFunction, lambdaInvoke } from './lambda.ts';

const LAMBDA_INVOKE = /^arn:aws[a-z-]*:states:[^:]*:[^:]*:lambda:invoke$/;
const LAMBDA_FUNCTION = /^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:[^:]+(?::[^:]+)?$/;

/** Undefined when this engine does not serve the resource. */
export function findIntegration(resource: string): Integration | undefined {
  if (LAMBDA_INVOKE.test(resource)) return lambdaInvoke;
  if (LAMBDA_FUNCTION.test(resource)) return lambdaFunction(resource);
  return undefined;
}

/** For a resource that validation has let pass. */
export function integrationOf(resource: string): Integration {
  const integration = findIntegration(resource);
  if (!integration) throw new Error(`The resource '${resource}' is not served`);
  return integration;
}

export const isLambdaInvoke = (resource: string): boolean => LAMBDA_INVOKE.test(resource);
