// The API's operations on published versions of state machines.
import { parseStateMachineArn, versionArn } from '../model/arns.ts';
import {
  conflict,
  quotaExceeded,
  stateMachineDeleting,
  stateMachineDoesNotExist,
  validationException,
} from '../model/errors.ts';
import type { StateMachineRow } from '../store/state-machines.ts';
import type { Store } from '../store/store.ts';
import type { Dependencies } from './dependencies.ts';
import { type ApiRequest, ARN, DESCRIPTION, LONG_ARN, pageOf, readPage } from './request.ts';
import type { Operations } from './wire.ts';

/** Step Functions' quota for one state machine. */
const MAX_VERSIONS = 1000;

/** `publish` and `versionDescription` of CreateStateMachine and UpdateStateMachine. */
export function readPublish(request: ApiRequest): { readonly description: string | undefined } | undefined {
  const description = request.string('versionDescription', DESCRIPTION);
  if (request.boolean('publish')) return { description };
  if (description !== undefined) {
    throw validationException('Version description can only be set when publish is true');
  }
  return undefined;
}

/** Throws ServiceQuotaExceededException when a state machine cannot have one more version. */
export function checkVersions(store: Store, arn: string): void {
  if (store.stateMachines.versions(arn, 1, MAX_VERSIONS - 1).length === 0) return;
  throw quotaExceeded(`A state machine has at most ${MAX_VERSIONS} versions`);
}

/** Publishes the current revision; one that is published already keeps its version. */
export function publish(
  { store, environment }: Dependencies,
  machine: StateMachineRow,
  description: string | undefined,
) {
  const [latest] = store.stateMachines.versions(machine.arn, 1, 0);
  const published = latest?.revision.id === machine.revision.id;
  if (!published) checkVersions(store, machine.arn);
  const number = published
    ? latest.number
    : store.stateMachines.publish(machine, description, environment.clock.now());
  return { stateMachineVersionArn: versionArn(machine.arn, number) };
}

export function versionOperations(dependencies: Dependencies): Operations {
  return {
    PublishStateMachineVersion: (request) => publishStateMachineVersion(dependencies, request),
    ListStateMachineVersions: (request) => listStateMachineVersions(dependencies, request),
    DeleteStateMachineVersion: (request) => deleteStateMachineVersion(dependencies, request),
  };
}

function find(store: Store, arn: string): StateMachineRow {
  const machine = store.stateMachines.find(parseStateMachineArn(arn).machineArn);
  if (!machine) throw stateMachineDoesNotExist(arn);
  return machine;
}

function publishStateMachineVersion(dependencies: Dependencies, request: ApiRequest) {
  const { store } = dependencies;
  const arn = request.requiredString('stateMachineArn', ARN);
  const description = request.string('description', DESCRIPTION);
  const revisionId = request.string('revisionId');
  const machine = find(store, arn);
  if (machine.status === 'DELETING') throw stateMachineDeleting(arn);
  const current = machine.revision.revisionId ?? 'INITIAL';
  if (revisionId !== undefined && revisionId !== current) {
    throw conflict(
      `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
    );
  }
  const published = publish(dependencies, machine, description);
  const { version = 0 } = parseStateMachineArn(published.stateMachineVersionArn);
  const createdAt = store.stateMachines.version(machine.arn, version)?.createdAt ?? machine.createdAt;
  return { ...published, creationDate: createdAt / 1000 };
}

function listStateMachineVersions({ store }: Dependencies, request: ApiRequest) {
  const machine = find(store, request.requiredString('stateMachineArn', ARN));
  const page = readPage(request);
  const versions = store.stateMachines.versions(machine.arn, page.limit + 1, page.position);
  const { rows, nextToken } = pageOf(versions, page);
  return {
    stateMachineVersions: rows.map(({ number, createdAt }) => ({
      stateMachineVersionArn: versionArn(machine.arn, number),
      creationDate: createdAt / 1000,
    })),
    ...(nextToken && { nextToken }),
  };
}

/** Executions that run the version go on. Succeeds for a version that does not exist, as AWS does. */
function deleteStateMachineVersion({ store }: Dependencies, request: ApiRequest) {
  const arn = request.requiredString('stateMachineVersionArn', LONG_ARN);
  const { machineArn, version } = parseStateMachineArn(arn);
  if (version === undefined) throw validationException(`The version number is missing in ${arn}`);
  const aliases = store.aliases
    .list(machineArn)
    .filter(({ routes }) => routes.some((route) => route.version === version));
  if (aliases.length > 0) {
    const names = aliases.map(({ name }) => name).join(', ');
    throw conflict(
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`,
    );
  }
  store.stateMachines.deleteVersion(machineArn, version);
  return {};
}
