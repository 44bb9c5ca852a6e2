// TestState: runs one state and reports its result.
import { STATE_DATA } from '../../distributed-map/item-reader.ts';
import { isDistributed } from '../../distributed-map/items.ts';
import { checkInput } from '../../engine/start-execution.ts';
import { findIntegration } from '../../integrations/resources.ts';
import { Cancelled } from '../../model/cancellation.ts';
import {
  dataLimitExceeded,
  ErrorName,
  ServiceError,
  StateFailure,
  validationException,
} from '../../model/errors.ts';
import { exceedsPayload, isJsonObject, type JsonObject, jsonText, parseJson } from '../../model/json.ts';
import { readJson } from '../../model/json-text.ts';
import { compileErrorHandlers, matchesError, retryDelay } from '../../runtime/retry-and-catch.ts';
import type { MapItem } from '../../runtime/thread.ts';
import type { Outcome, Visit } from '../../runtime/visit.ts';
import { findState, validateDefinition, validateSingleState } from '../../validation/definition.ts';
import { invalidDefinition } from '../../validation/diagnostics.ts';
import type { Dependencies } from '../dependencies.ts';
import { type ApiRequest, ARN, DATA, DEFINITION, STATE_NAME as STATE_NAME_LIMITS } from '../request.ts';
import { readRoleArn } from '../state-machine-fields.ts';
import type { Operations } from '../wire.ts';
import { attempt, type Inspection, type TestedState, TooManyFailures } from './attempt.ts';
import { readConfiguration } from './configuration.ts';
import { readContext } from './context.ts';
import { readMock } from './mock.ts';
import { testVisit } from './test-visit.ts';

const LEVELS = ['INFO', 'DEBUG', 'TRACE'];
/** The name of a state that is given without one. */
const STATE_NAME = 'StateName';
const MOCKED_TYPES = ['Task', 'Map', 'Parallel'];

export function testStateOperations({ environment, scope }: Dependencies): Operations {
  async function testState(request: ApiRequest) {
    const { name, fields, jsonata, map } = readState(request);
    const level = request.string('inspectionLevel', { values: LEVELS }) ?? 'INFO';
    const role = request.string('roleArn', ARN);
    const given = request.structure('mock');
    const mock = given && readMock(given, fields);
    if (mock && request.boolean('revealSecrets')) {
      throw validationException('TestState does not support RevealSecrets when a mock is specified.');
    }
    const configuration = readConfiguration(
      request.structure('stateConfiguration'),
      fields,
      mock !== undefined,
    );
    const context = request.string('context', DATA);
    checkMocking(fields, mock !== undefined, context !== undefined, role);
    const input = checkInput(request.string('input') ?? '{}');
    const visit = testVisit(environment, scope, {
      stateName: name,
      input,
      roleArn: role === undefined ? '' : readRoleArn(role),
      variables: readVariables(request.string('variables', DATA)),
      context: context === undefined ? {} : readContext(context),
      mapItem: map && context === undefined ? itemIn(map, input) : undefined,
    });
    visit.retryCount = configuration.retrierRetryCount;
    const language = { jsonata, evaluators: environment };
    const inspection: Inspection = { input };
    const answer = await outcomeOf({ name, fields, language, mock, configuration }, visit, inspection);
    return { ...answer, ...(level !== 'INFO' && { inspectionData: inspection }) };
  }

  return { TestState: testState };
}

/** The state to test: the definition itself, or the one of that name in a state machine. */
function readState(request: ApiRequest) {
  const definition = request.requiredString('definition', DEFINITION);
  const stateName = request.string('stateName', STATE_NAME_LIMITS);
  const diagnostics =
    stateName === undefined
      ? validateSingleState(definition)
      : validateDefinition(definition, 'STANDARD', 'any');
  if (diagnostics.length > 0) throw invalidDefinition(diagnostics);
  const read = readJson(definition);
  const top: JsonObject = 'value' in read && isJsonObject(read.value) ? read.value : {};
  const found = stateName === undefined ? { state: top, map: undefined } : findState(top, stateName);
  if (!found) throw validationException(`State '${stateName}' not found in the definition`);
  const { state: fields, map } = found;
  const language = fields['QueryLanguage'] ?? top['QueryLanguage'];
  return { name: stateName ?? STATE_NAME, fields, map, jsonata: language === 'JSONata' };
}

/** `Map.Item` in the context of a state inside a Map (developer guide, "Automatic Context population"). */
function itemIn(map: JsonObject, input: string): MapItem {
  const fromState = isDistributed(map) && map['ItemReader'] === undefined;
  return { Index: 0, Value: parseJson(input), ...(fromState && { Source: STATE_DATA }) };
}

function checkMocking(
  fields: JsonObject,
  mocked: boolean,
  hasContext: boolean,
  role: string | undefined,
): void {
  const type = String(fields['Type']);
  if (mocked) {
    if (MOCKED_TYPES.includes(type)) return;
    throw validationException(`State type '${type}' is not supported when a mock is specified`);
  }
  if (hasContext)
    throw validationException('TestState does not support Context when a mock is not specified.');
  if (type === 'Map' || type === 'Parallel') {
    throw new ServiceError(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (type !== 'Task') return;
  if (role === undefined) throw validationException('RoleArn must be specified when testing this state type');
  const integration = findIntegration(String(fields['Resource']));
  if (!integration || integration.pattern) {
    throw validationException(
      `This engine tests a Task with the Resource '${fields['Resource']}' only when a mock is specified`,
    );
  }
}

function readVariables(text: string | undefined): JsonObject {
  const read = readJson(text ?? '{}');
  if ('value' in read && isJsonObject(read.value)) return read.value;
  throw validationException('Variables must be a valid JSON object.');
}

/** The longest that a state may take (API reference, TestState). */
const MAX_SECONDS = 300;

async function attemptInTime(tested: TestedState, visit: Visit, inspection: Inspection): Promise<Outcome> {
  const { cancellation, environment } = visit.thread.execution;
  const { clock } = environment;
  const stop = clock.schedule(clock.now() + MAX_SECONDS * 1000, () => cancellation.cancel());
  try {
    return await attempt(tested, visit, inspection);
  } catch (error) {
    throw error instanceof Cancelled ? new StateFailure(ErrorName.timeout, undefined) : error;
  } finally {
    stop();
  }
}

/** Throws ServiceError for what cannot be tested; a failure of the state is part of the answer. */
async function outcomeOf(tested: TestedState, visit: Visit, inspection: Inspection): Promise<object> {
  try {
    const outcome = await attemptInTime(tested, visit, inspection);
    if (exceedsPayload(jsonText(outcome.output))) throw dataLimitExceeded(tested.name);
    return { status: 'SUCCEEDED', ...success(tested, visit, outcome, inspection) };
  } catch (error) {
    if (error instanceof TooManyFailures) {
      throw validationException(
        'Map iteration failure count must be less than or equal to the number of Map iterations',
      );
    }
    if (error instanceof StateFailure) return failureOf(tested, visit, error, inspection);
    throw error;
  }
}

async function failureOf(
  tested: TestedState,
  visit: Visit,
  failure: StateFailure,
  inspection: Inspection,
): Promise<object> {
  const { retriers, catchers } = compileErrorHandlers(tested.fields, tested.language);
  const matches = ({ errorEquals }: { errorEquals: readonly string[] }) => matchesError(errorEquals, failure);
  const reported = {
    ...(failure.error !== undefined && { error: failure.error }),
    ...(failure.causeText !== undefined && { cause: failure.causeText }),
  };
  const retryIndex = retriers.findIndex(matches);
  const retrier = retriers[retryIndex];
  const made = tested.configuration.retrierRetryCount;
  if (retrier && made < retrier.maxAttempts) {
    const { random } = visit.thread.execution.environment;
    const retryBackoffIntervalSeconds = Math.floor(retryDelay(retrier, made, random) / 1000);
    inspection['errorDetails'] = { retryIndex, retryBackoffIntervalSeconds };
    return { status: 'RETRIABLE', ...reported };
  }
  const catchIndex = catchers.findIndex(matches);
  const catcher = catchers[catchIndex];
  if (retrier || catcher) {
    inspection['errorDetails'] = { ...(retrier && { retryIndex }), ...(catcher && { catchIndex }) };
  }
  if (!catcher) return { status: 'FAILED', ...reported };
  const errorOutput = {
    Error: failure.error ?? '',
    ...(failure.causeText !== undefined && { Cause: failure.causeText }),
  };
  try {
    const outcome = await visit.leave(catcher.exit, errorOutput, { errorOutput });
    return { status: 'CAUGHT_ERROR', ...reported, ...success(tested, visit, outcome, inspection) };
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
    return { status: 'FAILED', error: error.error, cause: error.causeText };
  }
}

/** The output, which is a mock's own text where the state passes that on, and the variables afterwards. */
function success({ mock }: TestedState, visit: Visit, outcome: Outcome, inspection: Inspection): object {
  const variables = { ...visit.thread.variables, ...outcome.assigned };
  if (Object.keys(variables).length > 0) inspection['variables'] = jsonText(variables);
  const verbatim = mock && 'text' in mock && mock.result === outcome.output;
  return {
    output: verbatim ? mock.text : jsonText(outcome.output),
    ...(outcome.next !== undefined && { nextState: outcome.next }),
  };
}
