// The API's operations on state machines.
import { parseStateMachineArn, versionArn } from '../model/arns.ts';
import { stateMachineDoesNotExist } from '../model/errors.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Revision, StateMachineRow } from '../store/state-machines.ts';
import { validateDefinition } from '../validation/definition.ts';
import { variableReferences } from '../validation/variable-references.ts';
import type { Dependencies } from './dependencies.ts';
import { type ApiRequest, ARN, DEFINITION, INCLUDED_DATA, pageOf, readPage } from './request.ts';
import { createStateMachine, updateStateMachine } from './save-state-machine.ts';
import { readType, unqualified } from './state-machine-fields.ts';
import type { Operations } from './wire.ts';

export function stateMachineOperations(dependencies: Dependencies): Operations {
  return {
    CreateStateMachine: (request) => createStateMachine(dependencies, request),
    UpdateStateMachine: (request) => updateStateMachine(dependencies, request),
    DescribeStateMachine: (request) => describeStateMachine(dependencies, request),
    ListStateMachines: (request) => listStateMachines(dependencies, request),
    DeleteStateMachine: (request) => deleteStateMachine(dependencies, request),
    ValidateStateMachineDefinition: validateStateMachineDefinition,
  };
}

function describeStateMachine({ store }: Dependencies, request: ApiRequest) {
  const arn = request.requiredString('stateMachineArn', ARN);
  const withData = request.string('includedData', INCLUDED_DATA) !== 'METADATA_ONLY';
  const { machineArn, version, alias } = parseStateMachineArn(arn);
  const machine = store.stateMachines.find(machineArn);
  if (!machine || alias !== undefined) throw stateMachineDoesNotExist(arn);
  if (version === undefined) {
    return {
      ...description(machine, machine.revision, machine.arn, machine.createdAt),
      ...definitionFields(machine.revision, withData),
    };
  }
  const published = store.stateMachines.version(machineArn, version);
  if (!published) throw stateMachineDoesNotExist(arn);
  return {
    ...description(machine, published.revision, versionArn(machineArn, version), published.createdAt),
    ...(published.description !== undefined && { description: published.description }),
    ...definitionFields(published.revision, withData),
  };
}

function listStateMachines({ store }: Dependencies, request: ApiRequest) {
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

/** Succeeds for a state machine that does not exist, as AWS does. */
async function deleteStateMachine({ store, engine }: Dependencies, request: ApiRequest) {
  const arn = unqualified(request.requiredString('stateMachineArn', ARN));
  if (store.stateMachines.find(arn)) await engine.delete(arn);
  return {};
}

function validateStateMachineDefinition(request: ApiRequest) {
  const definition = request.requiredString('definition', DEFINITION);
  const type = readType(request);
  request.string('severity', { values: ['ERROR', 'WARNING'] });
  const limit = request.integer('maxResults', { min: 0, max: 100 }) || 100;
  const diagnostics = validateDefinition(definition, type);
  return {
    result: diagnostics.length === 0 ? 'OK' : 'FAIL',
    diagnostics: diagnostics.slice(0, limit),
    truncated: diagnostics.length > limit,
  };
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

/** What `includedData: METADATA_ONLY` leaves out. */
export function definitionFields(revision: Revision, withData: boolean) {
  return withData ? { definition: revision.definition, ...referencesOf(revision) } : { definition: '{}' };
}

/** Kept as long as the store caches the revision: with 3,000 states this takes more than half a second. */
const references = new WeakMap<Revision, ReturnType<typeof variableReferences>>();

function referencesOf(revision: Revision) {
  if (!references.has(revision)) references.set(revision, variableReferences(revision.definition));
  return references.get(revision);
}

/** A JSON text of the store. */
const configuration = (text: string): JsonObject => JSON.parse(text) as Record<string, Json>;
