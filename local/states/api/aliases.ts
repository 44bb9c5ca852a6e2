// The API's operations on aliases of state machines.
import { aliasArn, parseStateMachineArn, versionArn } from '../model/arns.ts';
import {
  conflict,
  quotaExceeded,
  ServiceError,
  stateMachineDeleting,
  stateMachineDoesNotExist,
  validationException,
} from '../model/errors.ts';
import type { AliasRow, Route } from '../store/aliases.ts';
import type { Store } from '../store/store.ts';
import type { Dependencies } from './dependencies.ts';
import { type ApiRequest, ARN, DESCRIPTION, pageOf, readPage } from './request.ts';
import type { Operations } from './wire.ts';

const NAME = { min: 1, max: 80, pattern: '^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$' };
const ROUTES = { min: 1, max: 2 };
const WEIGHT = { min: 0, max: 100 };
/** Step Functions' quota for one state machine. */
const MAX_ALIASES = 100;

export function aliasOperations(dependencies: Dependencies): Operations {
  return {
    CreateStateMachineAlias: (request) => createStateMachineAlias(dependencies, request),
    UpdateStateMachineAlias: (request) => updateStateMachineAlias(dependencies, request),
    DescribeStateMachineAlias: (request) => describeStateMachineAlias(dependencies, request),
    DeleteStateMachineAlias: (request) => deleteStateMachineAlias(dependencies, request),
    ListStateMachineAliases: (request) => listStateMachineAliases(dependencies, request),
  };
}

function createStateMachineAlias({ store, environment }: Dependencies, request: ApiRequest) {
  const name = request.requiredString('name', NAME);
  const description = request.string('description', DESCRIPTION);
  const routing = request.requiredStructures('routingConfiguration', ROUTES);
  const { machineArn, routes } = readRoutes(store, routing);
  if (store.stateMachines.find(machineArn)?.status === 'DELETING') throw stateMachineDeleting(machineArn);
  const arn = aliasArn(machineArn, name);
  const known = store.aliases.find(arn);
  const same = JSON.stringify(known?.routes) === JSON.stringify(routes);
  if (known && !(same && known.description === description)) {
    throw conflict(
      'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    );
  }
  if (!known && store.aliases.list(machineArn).length >= MAX_ALIASES) {
    throw quotaExceeded(`A state machine has at most ${MAX_ALIASES} aliases`);
  }
  const now = environment.clock.now();
  const alias = known ?? { arn, machineArn, name, description, routes, createdAt: now, updatedAt: now };
  store.aliases.save(alias);
  return { stateMachineAliasArn: arn, creationDate: alias.createdAt / 1000 };
}

function updateStateMachineAlias({ store, environment }: Dependencies, request: ApiRequest) {
  const alias = find(store, request);
  const description = request.string('description', DESCRIPTION);
  const given = request.structures('routingConfiguration', ROUTES);
  if (description === undefined && !given) {
    throw validationException('Either the description or the routingConfiguration must be specified');
  }
  const read = given && readRoutes(store, given);
  if (read && read.machineArn !== alias.machineArn) {
    throw validationException("Routing configuration must name versions of the alias' state machine");
  }
  const updatedAt = environment.clock.now();
  store.aliases.save({
    ...alias,
    description: description ?? alias.description,
    routes: read?.routes ?? alias.routes,
    updatedAt,
  });
  return { updateDate: updatedAt / 1000 };
}

function describeStateMachineAlias({ store }: Dependencies, request: ApiRequest) {
  const alias = find(store, request);
  return {
    stateMachineAliasArn: alias.arn,
    name: alias.name,
    ...(alias.description !== undefined && { description: alias.description }),
    routingConfiguration: alias.routes.map(({ version, weight }) => ({
      stateMachineVersionArn: versionArn(alias.machineArn, version),
      weight,
    })),
    creationDate: alias.createdAt / 1000,
    updateDate: alias.updatedAt / 1000,
  };
}

function deleteStateMachineAlias({ store }: Dependencies, request: ApiRequest) {
  store.aliases.delete(find(store, request).arn);
  return {};
}

function listStateMachineAliases({ store }: Dependencies, request: ApiRequest) {
  const arn = request.requiredString('stateMachineArn', ARN);
  const { machineArn, version } = parseStateMachineArn(arn);
  if (!store.stateMachines.find(machineArn)) throw stateMachineDoesNotExist(arn);
  const page = readPage(request);
  const aliases = store.aliases
    .list(machineArn)
    .filter(({ routes }) => version === undefined || routes.some((route) => route.version === version))
    .slice(page.position, page.position + page.limit + 1);
  const { rows, nextToken } = pageOf(aliases, page);
  return {
    stateMachineAliases: rows.map((alias) => ({
      stateMachineAliasArn: alias.arn,
      creationDate: alias.createdAt / 1000,
    })),
    ...(nextToken && { nextToken }),
  };
}

function find(store: Store, request: ApiRequest): AliasRow {
  const arn = request.requiredString('stateMachineAliasArn', ARN);
  if (parseStateMachineArn(arn).alias === undefined) {
    throw validationException(`The alias name is missing in ${arn}`);
  }
  const alias = store.aliases.find(arn);
  if (!alias) throw notFound(arn);
  return alias;
}

/** The versions of routingConfiguration, which must be of one state machine, and that state machine's ARN. */
function readRoutes(store: Store, routing: readonly ApiRequest[]) {
  const read = routing.map((fields) => readRoute(store, fields));
  const [first, second] = read;
  if (second && (second.machineArn !== first?.machineArn || second.version === first.version)) {
    throw validationException('Routing configuration must name different versions of one state machine');
  }
  const weights = read.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw validationException(
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`,
    );
  }
  const routes: readonly Route[] = read.map(({ version, weight }) => ({ version, weight }));
  return { machineArn: first?.machineArn ?? '', routes };
}

function readRoute(store: Store, fields: ApiRequest) {
  const arn = fields.requiredString('stateMachineVersionArn', ARN);
  const weight = fields.requiredInteger('weight', WEIGHT);
  const { machineArn, version } = parseStateMachineArn(arn);
  if (version === undefined) {
    throw validationException(
      `Routing configuration must contain state machine version ARNs. Received: [${arn}]`,
    );
  }
  if (!store.stateMachines.version(machineArn, version)) throw notFound(arn);
  return { machineArn, version, weight };
}

const notFound = (arn: string) =>
  new ServiceError('ResourceNotFound', `Request references a resource that does not exist: '${arn}'`, {
    resourceName: arn,
  });
