// AWS Systems Manager's Parameter Store on a laptop: AWS JSON 1.1 over a file.
import type * as z from 'zod';
import { AwsError } from '../aws/error.ts';
import { createJsonService, jsonOperation } from '../aws/json-service.ts';
import type { AwsService } from '../aws/service.ts';
import { putParameter } from './put-parameter.ts';
import {
  deleteParameterRequest,
  describeParametersRequest,
  getParameterRequest,
  getParametersByPathRequest,
  getParametersRequest,
  type ParameterFilter,
  putParameterRequest,
} from './requests.ts';
import { openParameterStore, type Parameter, type ParameterStore } from './store.ts';

const ARN_PREFIX = 'arn:aws:ssm:us-east-1:000000000000:parameter';

/** Opens the Parameter Store over a directory, which is created when it is missing. */
export function createSsm(options: { directory: string; now?: () => number }): AwsService {
  const { directory, now = Date.now } = options;
  const store = openParameterStore(directory);
  return createJsonService({
    signingName: 'ssm',
    internalErrorCode: 'InternalServerError',
    operations: {
      PutParameter: jsonOperation(putParameterRequest, (request) => putParameter(store, request, now())),
      GetParameter: jsonOperation(getParameterRequest, (request) => getParameter(store, request)),
      GetParameters: jsonOperation(getParametersRequest, (request) => getParameters(store, request)),
      GetParametersByPath: jsonOperation(getParametersByPathRequest, (request) =>
        getParametersByPath(store, request),
      ),
      DeleteParameter: jsonOperation(deleteParameterRequest, (request) => deleteParameter(store, request)),
      DescribeParameters: jsonOperation(describeParametersRequest, (request) =>
        describeParameters(store, request),
      ),
    },
    close: store.close,
  });
}

const notFound = () => new AwsError('ParameterNotFound', '');

const arnOf = ({ name }: Parameter) => `${ARN_PREFIX}${name.startsWith('/') ? '' : '/'}${name}`;

/** The name in a name or an ARN; versions and labels after a colon are not kept here. */
function nameOf(text: string): string {
  if (!text.startsWith(ARN_PREFIX)) return text;
  const name = text.slice(ARN_PREFIX.length);
  return name.lastIndexOf('/') > 0 ? name : name.slice(1);
}

function describe(store: ParameterStore, entry: Parameter, withDecryption: boolean) {
  return {
    Name: entry.name,
    Type: entry.type,
    Value: withDecryption ? store.decrypted(entry) : entry.value,
    Version: entry.version,
    LastModifiedDate: entry.modified,
    ARN: arnOf(entry),
    DataType: 'text',
  };
}

function getParameter(store: ParameterStore, request: z.infer<typeof getParameterRequest>): object {
  const found = store.find(nameOf(request.Name));
  if (!found) throw notFound();
  return { Parameter: describe(store, found, request.WithDecryption) };
}

function getParameters(store: ParameterStore, request: z.infer<typeof getParametersRequest>): object {
  const { Names, WithDecryption } = request;
  const found = Names.map((name) => store.find(nameOf(name)));
  return {
    Parameters: found.flatMap((entry) => (entry ? [describe(store, entry, WithDecryption)] : [])),
    InvalidParameters: Names.filter((_, index) => !found[index]),
  };
}

function getParametersByPath(
  store: ParameterStore,
  request: z.infer<typeof getParametersByPathRequest>,
): object {
  const { Path, Recursive, WithDecryption, MaxResults, NextToken } = request;
  if (!Path.startsWith('/'))
    throw new AwsError(
      'ValidationException',
      'The parameter path must begin with a forward slash "/". It can\'t be empty and must not end with a slash unless it is the root.',
    );
  const below = store.list().filter((entry) => isBelow(entry, Path, Recursive));
  const { items, next } = page(below, MaxResults, NextToken);
  return { Parameters: items.map((entry) => describe(store, entry, WithDecryption)), NextToken: next };
}

async function deleteParameter(
  store: ParameterStore,
  request: z.infer<typeof deleteParameterRequest>,
): Promise<object> {
  if (!(await store.delete(request.Name))) throw notFound();
  return {};
}

function describeParameters(
  store: ParameterStore,
  request: z.infer<typeof describeParametersRequest>,
): object {
  const { ParameterFilters, MaxResults, NextToken } = request;
  const matching = store.list().filter((entry) => ParameterFilters.every((filter) => matches(entry, filter)));
  const { items, next } = page(matching, MaxResults, NextToken);
  const parameters = items.map((entry) => ({
    Name: entry.name,
    ARN: arnOf(entry),
    Type: entry.type,
    LastModifiedDate: entry.modified,
    Description: entry.description,
    Version: entry.version,
    Tier: 'Standard',
    Policies: [],
    DataType: 'text',
  }));
  return { Parameters: parameters, NextToken: next };
}

function matches(entry: Parameter, { Key, Option, Values }: ParameterFilter): boolean {
  return Values.some((value) => {
    if (Key === 'Type') return entry.type === value;
    if (Key === 'Path') return isBelow(entry, value, Option === 'Recursive');
    if (Option === 'BeginsWith') return entry.name.startsWith(value);
    return Option === 'Contains' ? entry.name.includes(value) : entry.name === value;
  });
}

function isBelow({ name }: Parameter, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/'));
}

function page<T>(all: readonly T[], size: number, token: string | undefined) {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0)
    throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const end = start + size;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
