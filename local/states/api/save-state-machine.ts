// CreateStateMachine and UpdateStateMachine.
import { randomUUID } from 'node:crypto';
import { stateMachineArn } from '../model/arns.ts';
import { ServiceError, stateMachineDeleting } from '../model/errors.ts';
import type { NewRevision, StateMachineRow } from '../store/state-machines.ts';
import { validateDefinition } from '../validation/definition.ts';
import { invalidDefinition } from '../validation/diagnostics.ts';
import { DEFAULT_CONFIGURATIONS, readConfigurations } from './configurations.ts';
import type { Dependencies } from './dependencies.ts';
import { readName } from './names.ts';
import { type ApiRequest, ARN, DEFINITION } from './request.ts';
import { existing, readRoleArn, readType, unqualified } from './state-machine-fields.ts';
import { readTags } from './tags.ts';
import { checkVersions, publish, readPublish } from './versions.ts';

export function createStateMachine(dependencies: Dependencies, request: ApiRequest) {
  const { store, environment, scope } = dependencies;
  const name = readName(request) ?? request.requiredString('name');
  const definition = request.requiredString('definition', DEFINITION);
  const roleArn = readRoleArn(request.requiredString('roleArn', ARN));
  const type = readType(request);
  const publishing = readPublish(request);
  const createdAt = environment.clock.now();
  const revision: NewRevision = {
    revisionId: undefined,
    definition,
    roleArn,
    ...DEFAULT_CONFIGURATIONS,
    ...readConfigurations(request),
    createdAt,
  };
  const arn = stateMachineArn(scope, name);
  const tags = JSON.stringify(readTags(request.structures('tags') ?? [], arn));
  checkDefinition(definition, type);
  const known = store.stateMachines.find(arn);
  if (known) {
    const published = !publishing || isPublished(dependencies, known, publishing.description);
    checkSame(known, type, revision, published);
  }
  // With its version, or not at all: the same call once more would find another state machine than it asks for.
  return store.stateMachines.atomically(() => {
    if (!known) store.stateMachines.create({ arn, name, type, createdAt, tags }, revision);
    const machine = known ?? existing(store, arn);
    return {
      stateMachineArn: arn,
      creationDate: machine.createdAt / 1000,
      ...(publishing && publish(dependencies, machine, publishing.description)),
    };
  });
}

export function updateStateMachine(dependencies: Dependencies, request: ApiRequest) {
  const { store, environment } = dependencies;
  const arn = request.requiredString('stateMachineArn', ARN);
  const definition = request.string('definition', DEFINITION);
  const role = request.string('roleArn', ARN);
  const configurations = readConfigurations(request);
  const publishing = readPublish(request);
  const unconfigured = Object.keys(configurations).length === 0;
  if (unconfigured && definition === undefined && role === undefined) {
    throw new ServiceError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  }
  const current = existing(store, unqualified(arn));
  if (current.status === 'DELETING') throw stateMachineDeleting(arn);
  if (definition !== undefined) checkDefinition(definition, current.type);
  const updatedAt = environment.clock.now();
  const { logging, tracing, encryption } = current.revision;
  const revision: NewRevision = {
    revisionId: randomUUID(),
    definition: definition ?? current.revision.definition,
    roleArn: role === undefined ? current.revision.roleArn : readRoleArn(role),
    ...{ logging, tracing, encryption },
    ...configurations,
    createdAt: updatedAt,
  };
  return store.stateMachines.atomically(() => {
    if (!sameContent(current.revision, revision)) {
      if (publishing) checkVersions(store, current.arn);
      store.stateMachines.update(current.arn, revision);
    }
    const machine = existing(store, current.arn);
    const { revisionId } = machine.revision;
    return {
      updateDate: updatedAt / 1000,
      ...(revisionId !== undefined && { revisionId }),
      ...(publishing && publish(dependencies, machine, publishing.description)),
    };
  });
}

function checkDefinition(definition: string, type: StateMachineRow['type']): void {
  const diagnostics = validateDefinition(definition, type);
  if (diagnostics.length > 0) throw invalidDefinition(diagnostics);
}

function sameContent(a: NewRevision, b: NewRevision): boolean {
  return (
    a.definition === b.definition &&
    a.roleArn === b.roleArn &&
    a.logging === b.logging &&
    a.tracing === b.tracing &&
    a.encryption === b.encryption
  );
}

/** CreateStateMachine is idempotent by everything but the tags and the role (API reference). */
function checkSame(known: StateMachineRow, type: string, revision: NewRevision, published: boolean): void {
  if (known.status === 'DELETING') throw stateMachineDeleting(known.arn);
  const same =
    published &&
    known.type === type &&
    sameContent({ ...known.revision, roleArn: revision.roleArn }, revision);
  if (!same) {
    throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${known.arn}'`);
  }
}

function isPublished(
  { store }: Dependencies,
  { arn, revision }: StateMachineRow,
  description: string | undefined,
): boolean {
  const [latest] = store.stateMachines.versions(arn, 1, 0);
  return latest?.revision.id === revision.id && latest.description === description;
}
