// Ids, ARNs and keys of workflows and executions, and how they follow from each other.
import { setting } from './config.ts';
import { ConfigurationError } from './errors.ts';

export interface ExecutionName {
  /** `<workflow_id>.<name>`; a workflow id holds no dot, so that the first one ends it. */
  readonly id: string;
  readonly workflowId: string;
  /** The name of the execution in Step Functions. */
  readonly name: string;
}

/** @param id a validated execution id (lib/schemas/executions.ts) */
export function executionOfId(id: string): ExecutionName {
  const dot = id.indexOf('.');
  return { id, workflowId: id.slice(0, dot), name: id.slice(dot + 1) };
}

export function executionId(workflowId: string, name: string): string {
  return `${workflowId}.${name}`;
}

/** The ARN of a workflow's state machine. */
export function stateMachineArn(workflowId: string, prefix = setting('STATE_MACHINE_ARN_PREFIX')): string {
  return prefix + workflowId;
}

/** The name of a workflow's state machine: `ai-orchestra-prod-email_to_notion`. */
export function stateMachineName(workflowId: string, prefix = setting('STATE_MACHINE_ARN_PREFIX')): string {
  return stateMachineArn(workflowId, prefix).split(':').at(-1) ?? workflowId;
}

export function executionArn(
  { workflowId, name }: Pick<ExecutionName, 'workflowId' | 'name'>,
  prefix = setting('STATE_MACHINE_ARN_PREFIX'),
): string {
  return `${executionArnPrefix(prefix)}${workflowId}:${name}`;
}

/** @param iteration `<label>:<name>` of an iteration of a distributed loop, which is an execution of its own */
export function iterationArn(
  workflowId: string,
  iteration: string,
  prefix = setting('STATE_MACHINE_ARN_PREFIX'),
): string {
  return `${executionArnPrefix(prefix)}${workflowId}/${iteration}`;
}

/** `<label>:<name>` of the ARN of such an iteration. */
export function iterationOfArn(arn: string): string {
  return arn.slice(arn.indexOf('/') + 1);
}

/**
 * @param arn the ARN of an execution of one of this stage's workflows
 * @throws ConfigurationError when the execution belongs to another state machine
 */
export function executionOfArn(arn: string, prefix = setting('STATE_MACHINE_ARN_PREFIX')): ExecutionName {
  const start = executionArnPrefix(prefix);
  const [workflowId, name, ...rest] = arn.startsWith(start) ? arn.slice(start.length).split(':') : [];
  // An iteration of a distributed loop is an execution of `<workflow>/<label>`, not of the workflow.
  if (!workflowId || workflowId.includes('/') || !name || rest.length > 0) {
    throw new ConfigurationError(`${arn} is not an execution of a state machine ${prefix}*`);
  }
  return { id: executionId(workflowId, name), workflowId, name };
}

/** The id of an execution in a message; the ARN itself when it belongs to none of this stage's workflows. */
export function executionIdOfArn(arn: string, prefix = setting('STATE_MACHINE_ARN_PREFIX')): string {
  const start = executionArnPrefix(prefix);
  return arn.startsWith(start) ? arn.slice(start.length).replace(':', '.') : arn;
}

/**
 * The workflow of a state machine's ARN, or of an alias's or a version's.
 * @returns undefined when it belongs to none of this stage's workflows
 */
export function workflowOfArn(arn: string, prefix = setting('STATE_MACHINE_ARN_PREFIX')): string | undefined {
  return arn.startsWith(prefix) ? arn.slice(prefix.length).split(':')[0] : undefined;
}

/**
 * The alias of every workflow's state machine that points to the version in force. Other workflows start it.
 * Saving moves it (lib/workflows/reconcile.ts).
 */
export const LIVE_ALIAS = 'live';

export function liveAliasArn(workflowId: string, prefix = setting('STATE_MACHINE_ARN_PREFIX')): string {
  return `${stateMachineArn(workflowId, prefix)}:${LIVE_ALIAS}`;
}

/** The key of an execution's log in the logs bucket. */
export function logKey(workflowId: string, name: string): string {
  return `executions/${workflowId}/${name}.json`;
}

/** `arn:…:stateMachine:<name>` runs as `arn:…:execution:<name>:<execution name>`. */
function executionArnPrefix(stateMachineArnPrefix: string): string {
  return stateMachineArnPrefix.replace(':stateMachine:', ':execution:');
}
