// The API's operations on state machines.
import { randomUUID } from 'node:crypto';
import { parseStateMachineArn, stateMachineArn, versionArn } from '../model/arns.ts';
import {
  ServiceError,
  stateMachineDeleting,
  stateMachineDoesNotExist,
  validationException,
} from '../model/errors.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { NewRevision, Revision, StateMachineRow } from '../store/state-machines.ts';
import { validateDefinition } from '../validation/definition.ts';
import { invalidDefinition } from '../validation/diagnostics.ts';
import { variableReferences } from '../validation/variable-references.ts';
import { DEFAULT_CONFIGURATIONS, readConfigurations } from './configurations.ts';
import { readName } from './names.ts';
import { type ApiRequest, ARN, pageOf, readPage } from './request.ts';
import type { Service } from './service.ts';
import { readTags } from './tags.ts';
import { checkVersions, publish, readPublish } from './versions.ts';
import type { Operations } from './wire.ts';

const MAX_DEFINITION = 1_048_576;
export const DEFINITION = { min: 1, max: MAX_DEFINITION, sensitive: true } as const;
const TYPES = ['STANDARD', 'EXPRESS'];
export const INCLUDED_DATA = { values: ['ALL_DATA', 'METADATA_ONLY'] };

export function stateMachineOperations(service: Service): Operations {
  const { store, engine, clock, place } = service;

  function createStateMachine(request: ApiRequest) {
    const name = readName(request) ?? request.requiredString('name');
    const definition = request.requiredString('definition', DEFINITION);
    const roleArn = readRoleArn(request.requiredString('roleArn', ARN));
    const type = request.string('type', { values: TYPES }) === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
    const publishing = readPublish(request);
    const createdAt = clock.now();
    const revision: NewRevision = {
      revisionId: undefined,
      definition,
      roleArn,
      ...DEFAULT_CONFIGURATIONS,
      ...readConfigurations(request),
      createdAt,
    };
    const arn = stateMachineArn(place, name);
    const tags = JSON.stringify(readTags(request.structures('tags') ?? [], arn));
    checkDefinition(definition, type);
    const known = store.stateMachines.find(arn);
    if (known) checkSame(known, type, revision, !publishing || isPublished(known, publishing.description));
    else store.stateMachines.create({ arn, name, type, createdAt, tags }, revision);
    const machine = known ?? existing(arn);
    return {
      stateMachineArn: arn,
      creationDate: machine.createdAt / 1000,
      ...(publishing && publish(service, machine, publishing.description)),
    };
  }

  function updateStateMachine(request: ApiRequest) {
    const arn = request.requiredString('stateMachineArn', ARN);
    const definition = request.string('definition', DEFINITION);
    const role = request.string('roleArn', ARN);
    const configurations = readConfigurations(request);
    const publishing = readPublish(request);
    const nothing = Object.keys(configurations).length === 0;
    if (nothing && definition === undefined && role === undefined) {
      throw new ServiceError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    }
    const current = existing(unqualified(arn));
    if (current.status === 'DELETING') throw stateMachineDeleting(arn);
    if (definition !== undefined) checkDefinition(definition, current.type);
    const updatedAt = clock.now();
    const revision: NewRevision = {
      revisionId: randomUUID(),
      definition: definition ?? current.revision.definition,
      roleArn: role === undefined ? current.revision.roleArn : readRoleArn(role),
      logging: current.revision.logging,
      tracing: current.revision.tracing,
      encryption: current.revision.encryption,
      ...configurations,
      createdAt: updatedAt,
    };
    if (!sameContent(current.revision, revision)) {
      if (publishing) checkVersions(service, current.arn);
      store.stateMachines.update(current.arn, revision);
    }
    const machine = existing(current.arn);
    const { revisionId } = machine.revision;
    return {
      updateDate: updatedAt / 1000,
      ...(revisionId !== undefined && { revisionId }),
      ...(publishing && publish(service, machine, publishing.description)),
    };
  }

  function describeStateMachine(request: ApiRequest) {
    const arn = request.requiredString('stateMachineArn', ARN);
    const withData = request.string('includedData', INCLUDED_DATA) !== 'METADATA_ONLY';
    const { machineArn, version, alias } = parseStateMachineArn(arn);
    const machine = store.stateMachines.find(machineArn);
    if (!machine || alias !== undefined) throw stateMachineDoesNotExist(arn);
    if (version === undefined) {
      return {
        ...description(machine, machine.revision, machine.arn, machine.createdAt),
        ...described(machine.revision, withData),
      };
    }
    const published = store.stateMachines.version(machineArn, version);
    if (!published) throw stateMachineDoesNotExist(arn);
    return {
      ...description(machine, published.revision, versionArn(machineArn, version), published.createdAt),
      ...(published.description !== undefined && { description: published.description }),
      ...described(published.revision, withData),
    };
  }

  function listStateMachines(request: ApiRequest) {
    const page = readPage(request);
    const { rows, nextToken } = pageOf(store.stateMachines.list(page.limit + 1, page.position), page);
    return {
      stateMachines: rows.map(({ arn, name, type, createdAt }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: createdAt / 1000,
      })),
      ...(nextToken && { nextToken }),
    };
  }

  /** One that does not exist is deleted already. */
  async function deleteStateMachine(request: ApiRequest) {
    const arn = unqualified(request.requiredString('stateMachineArn', ARN));
    if (store.stateMachines.find(arn)) await engine.delete(arn);
    return {};
  }

  function validateStateMachineDefinition(request: ApiRequest) {
    const definition = request.requiredString('definition', DEFINITION);
    const type = request.string('type', { values: TYPES }) === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
    request.string('severity', { values: ['ERROR', 'WARNING'] });
    const limit = request.integer('maxResults', { min: 0, max: 100 }) || 100;
    const diagnostics = validateDefinition(definition, type);
    return {
      result: diagnostics.length === 0 ? 'OK' : 'FAIL',
      diagnostics: diagnostics.slice(0, limit),
      truncated: diagnostics.length > limit,
    };
  }

  function isPublished({ arn, revision }: StateMachineRow, description: string | undefined): boolean {
    const [latest] = store.stateMachines.versions(arn, 1, 0);
    return latest?.revision.id === revision.id && latest.description === description;
  }

  function existing(arn: string): StateMachineRow {
    const machine = store.stateMachines.find(arn);
    if (!machine) throw stateMachineDoesNotExist(arn);
    return machine;
  }

  return {
    CreateStateMachine: createStateMachine,
    UpdateStateMachine: updateStateMachine,
    DescribeStateMachine: describeStateMachine,
    ListStateMachines: listStateMachines,
    DeleteStateMachine: deleteStateMachine,
    ValidateStateMachineDefinition: validateStateMachineDefinition,
  };
}

function unqualified(arn: string): string {
  const { machineArn, version, alias } = parseStateMachineArn(arn);
  if (version !== undefined || alias !== undefined) {
    throw validationException(`This operation takes no version or alias ARN: ${arn}`);
  }
  return machineArn;
}

function checkDefinition(definition: string, type: StateMachineRow['type']): void {
  const diagnostics = validateDefinition(definition, type);
  if (diagnostics.length > 0) throw invalidDefinition(diagnostics);
}

export function readRoleArn(arn: string): string {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(arn)) {
    throw new ServiceError('InvalidArn', `Invalid Role Arn: '${arn}'`);
  }
  return arn;
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

/** CreateStateMachine is idempotent by all that makes a state machine, not by its tags and role (API reference). */
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

function description(machine: StateMachineRow, revision: Revision, arn: string, createdAt: number) {
  return {
    stateMachineArn: arn,
    name: machine.name,
    status: machine.status,
    roleArn: revision.roleArn,
    type: machine.type,
    creationDate: createdAt / 1000,
    loggingConfiguration: configuration(revision.logging),
    tracingConfiguration: configuration(revision.tracing),
    encryptionConfiguration: configuration(revision.encryption),
    ...(revision.revisionId !== undefined && { revisionId: revision.revisionId }),
  };
}

/** What `includedData` leaves out, METADATA_ONLY. */
export function described(revision: Revision, withData: boolean) {
  return withData ? { definition: revision.definition, ...referencesOf(revision) } : { definition: '{}' };
}

/** For as long as the store keeps a revision in memory: 3,000 states take more than half a second. */
const references = new WeakMap<Revision, ReturnType<typeof variableReferences>>();

function referencesOf(revision: Revision) {
  if (!references.has(revision)) references.set(revision, variableReferences(revision.definition));
  return references.get(revision);
}

/** A JSON text of the store. */
const configuration = (text: string): JsonObject => JSON.parse(text) as Record<string, Json>;
