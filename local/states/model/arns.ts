// Names of resources: how Step Functions writes and reads its ARNs.
import { invalidArn, validationException } from './errors.ts';

/** The region and the account that ARNs are in. */
export interface ArnScope {
  readonly region: string;
  readonly accountId: string;
}

const prefix = (scope: ArnScope) => `arn:aws:states:${scope.region}:${scope.accountId}`;

export const stateMachineArn = (scope: ArnScope, name: string) => `${prefix(scope)}:stateMachine:${name}`;

export const versionArn = (machineArn: string, version: number) => `${machineArn}:${version}`;

export const aliasArn = (machineArn: string, name: string) => `${machineArn}:${name}`;

export const executionArn = (machineArn: string, name: string) =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;

export const expressExecutionArn = (machineArn: string, name: string, id: string) =>
  `${machineArn.replace(':stateMachine:', ':express:')}:${name}:${id}`;

/** The state machine of a Map Run's children: `…:stateMachine:<name>/<label>`, the label being the Map state's. */
export const childMachineArn = (machineArn: string, label: string) => `${machineArn}/${label}`;

export const mapRunArn = (childMachine: string, id: string) =>
  `${childMachine.replace(':stateMachine:', ':mapRun:')}:${id}`;

/** The child state machine of a Map Run. */
export const machineOfMapRun = (arn: string) =>
  arn.split(':').slice(0, 7).join(':').replace(':mapRun:', ':stateMachine:');

export interface StateMachineReference {
  /** Without a version. */
  readonly machineArn: string;
  readonly version: number | undefined;
  /** An alias' name. */
  readonly alias: string | undefined;
}

/** Throws InvalidArn when the text is no ARN of a state machine, or of one of its versions or aliases; ValidationException for a Map's. */
export function parseStateMachineArn(arn: string): StateMachineReference {
  const parts = partsOf(arn);
  const [, , , , , type, name, qualifier] = parts;
  if (type !== 'stateMachine') throw invalidArn(`Resource type not valid in this context: ${type}`);
  if (!name || parts.length > 8) throw invalidArn(`Invalid ARN: ${arn}`);
  // The ARN of a distributed Map's state machine, which every operation refuses (API reference).
  if (name.includes('/')) {
    throw validationException('Labeled State Machine ARNs are not supported for this API');
  }
  if (qualifier === undefined) return { machineArn: arn, version: undefined, alias: undefined };
  const isVersion = /^[1-9]\d*$/.test(qualifier);
  return {
    machineArn: parts.slice(0, 7).join(':'),
    version: isVersion ? Number(qualifier) : undefined,
    alias: isVersion ? undefined : qualifier,
  };
}

/** Throws InvalidArn when the text is no ARN of an execution of a Standard state machine. */
export function checkExecutionArn(arn: string): void {
  const [, , , , , type, machine, name] = partsOf(arn);
  if (type !== 'execution') throw invalidArn(`Resource type not valid in this context: ${type}`);
  if (!machine || !name) throw invalidArn(`Invalid ARN: ${arn}`);
}

/** Throws InvalidArn when the text is no ARN of a Map Run. */
export function checkMapRunArn(arn: string): void {
  const [, , , , , type, machine, id] = partsOf(arn);
  if (type !== 'mapRun') throw invalidArn(`Resource type not valid in this context: ${type}`);
  if (!machine || !id) throw invalidArn(`Invalid ARN: ${arn}`);
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  if (parts[0] !== 'arn' || parts.length < 7) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  if (parts[2] !== 'states') throw invalidArn(`Service name should be 'states' but was '${parts[2]}'`);
  return parts;
}
