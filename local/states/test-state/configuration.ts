// TestState's stateConfiguration: how far retries and iterations are supposed to have come.
import { type ServiceError, validationException } from '../errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { readJson } from '../json-text.ts';
import { ApiRequest, DATA, STATE_NAME } from '../request.ts';

export interface Configuration {
  readonly retrierRetryCount: number;
  readonly failureCount: number | undefined;
  readonly readerItems: readonly Json[] | undefined;
}

const FIELDS = ['RetrierRetryCount', 'ErrorCausedByState', 'MapIterationFailureCount', 'MapItemReaderData'];

/** Throws ValidationException. */
export function readConfiguration(
  given: ApiRequest | undefined,
  state: JsonObject,
  mocked: boolean,
): Configuration {
  const fields = given ?? new ApiRequest({});
  for (const name of FIELDS) {
    if (!mocked && fields.has(name.charAt(0).toLowerCase() + name.slice(1))) {
      throw validationException(`TestState does not support ${name} when a mock is not specified.`);
    }
  }
  const isMap = state['Type'] === 'Map';
  const failureCount = fields.integer('mapIterationFailureCount', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  });
  if (failureCount !== undefined && !isMap) throw onlyFor('MapIterationFailureCount', 'Map states');
  const causedBy = fields.string('errorCausedByState', STATE_NAME);
  if (causedBy !== undefined && !innerNames(state).includes(causedBy)) {
    throw validationException(
      `The state '${causedBy}' of ErrorCausedByState is not inside the tested state.`,
    );
  }
  const data = fields.string('mapItemReaderData', DATA);
  if (data !== undefined && state['ItemReader'] === undefined) {
    throw onlyFor('MapItemReaderData', 'Map states with an ItemReader');
  }
  return {
    retrierRetryCount: fields.integer('retrierRetryCount', { min: 0, max: 99_999_999 }) ?? 0,
    failureCount,
    readerItems: data === undefined ? undefined : readItems(data),
  };
}

function readItems(text: string): readonly Json[] {
  const read = readJson(text);
  if ('fault' in read || !isJsonArray(read.value)) {
    throw validationException('MapItemReaderData must be a JSON array.');
  }
  return read.value;
}

const onlyFor = (field: string, states: string): ServiceError =>
  validationException(`TestState supports ${field} only for ${states}.`);

/** Names of the states of a Map's processor or a Parallel's branches. */
function innerNames(state: JsonObject): string[] {
  const branches = isJsonArray(state['Branches']) ? state['Branches'] : [];
  return [state['ItemProcessor'], state['Iterator'], ...branches].flatMap((flow) =>
    isJsonObject(flow) && isJsonObject(flow['States']) ? Object.keys(flow['States']) : [],
  );
}
