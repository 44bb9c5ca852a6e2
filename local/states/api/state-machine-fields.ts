// Fields of requests that name or describe a state machine.
import { parseStateMachineArn } from '../model/arns.ts';
import { ServiceError, stateMachineDoesNotExist, validationException } from '../model/errors.ts';
import type { StateMachineRow } from '../store/state-machines.ts';
import type { Store } from '../store/store.ts';
import type { ApiRequest } from './request.ts';

const TYPES = ['STANDARD', 'EXPRESS'];

export function readType(request: ApiRequest): StateMachineRow['type'] {
  return request.string('type', { values: TYPES }) === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
}

/** Throws InvalidArn. */
export function readRoleArn(arn: string): string {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(arn)) {
    throw new ServiceError('InvalidArn', `Invalid Role Arn: '${arn}'`);
  }
  return arn;
}

/** Throws ValidationException for the ARN of a version or an alias. */
export function unqualified(arn: string): string {
  const { machineArn, version, alias } = parseStateMachineArn(arn);
  if (version !== undefined || alias !== undefined) {
    throw validationException(`This operation takes no version or alias ARN: ${arn}`);
  }
  return machineArn;
}

/** Throws StateMachineDoesNotExist. */
export function existing(store: Store, arn: string): StateMachineRow {
  const machine = store.stateMachines.find(arn);
  if (!machine) throw stateMachineDoesNotExist(arn);
  return machine;
}
