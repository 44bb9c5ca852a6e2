// TestState's stateConfiguration: the retries and the failed iterations that are assumed, and the items of a reader.
import { parseItems } from '../../distributed-map/item-reader.ts';
import type { Items } from '../../distributed-map/items.ts';
import { type ServiceError, validationException } from '../../model/errors.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { innerFlows } from '../../validation/definition.ts';
import { ApiRequest, DATA, STATE_NAME } from '../request.ts';

export interface Configuration {
  readonly retrierRetryCount: number;
  readonly failureCount: number | undefined;
  readonly readerItems: Items | undefined;
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
  const reader = isJsonObject(state['ItemReader']) ? state['ItemReader'] : undefined;
  if (data !== undefined && !reader) {
    throw onlyFor('MapItemReaderData', 'Map states with an ItemReader');
  }
  return {
    retrierRetryCount: fields.integer('retrierRetryCount', { min: 0, max: 99_999_999 }) ?? 0,
    failureCount,
    readerItems: data === undefined || !reader ? undefined : readItems(data, reader),
  };
}

/** The data as S3 would give it: of the InputType, or a JSON array of listed objects. */
function readItems(text: string, reader: JsonObject): Items {
  const lists = String(reader['Resource']).endsWith(':listObjectsV2');
  const config = isJsonObject(reader['ReaderConfig']) && !lists ? reader['ReaderConfig'] : {};
  try {
    const items = parseItems(text, config);
    if (!lists || !items.keys) return items;
  } catch (error) {
    throw validationException(`MapItemReaderData cannot be read: ${(error as Error).message}`);
  }
  throw validationException('MapItemReaderData must be a JSON array.');
}

const onlyFor = (field: string, states: string): ServiceError =>
  validationException(`TestState supports ${field} only for ${states}.`);

/** Names of the states of a Map's processor or a Parallel's branches. */
function innerNames(state: JsonObject): string[] {
  return innerFlows(state).flatMap((flow) =>
    isJsonObject(flow['States']) ? Object.keys(flow['States']) : [],
  );
}
