// Lambda's API: Invoke, GetFunction, ListFunctions.
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws/error.ts';
import { restJsonResponse } from '../aws/protocols.ts';
import type { AwsRequest, AwsResponse } from '../aws/service.ts';
import { checkPayloadJson, unknownInvocationType } from './checks.ts';
import { arnOf, functionNameOf } from './function.ts';
import type { Invoker } from './invoker.ts';

const FUNCTIONS_PATH = '/2015-03-31/functions';

export async function handleOperation(request: AwsRequest, invoker: Invoker): Promise<AwsResponse> {
  const { method, url } = request;
  const { pathname } = url;
  if (method === 'GET' && (pathname === FUNCTIONS_PATH || pathname === `${FUNCTIONS_PATH}/`)) {
    const functions = invoker.functionNames.map((name) => describe(name, invoker));
    return restJsonResponse({ Functions: functions });
  }
  const [, encodedName, suffix] = /^\/2015-03-31\/functions\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
  if (encodedName !== undefined) {
    const name = functionNameOf(encodedName, url.searchParams.get('Qualifier'));
    if (method === 'POST' && suffix === '/invocations') return invoke(name, request, invoker);
    if (method === 'GET' && suffix === undefined)
      return restJsonResponse({ Configuration: describe(name, invoker), Code: {} });
  }
  const message = `${method} ${pathname} of lambda is not served here`;
  throw new AwsError('UnknownOperationException', message, 404);
}

async function invoke(name: string, { headers, body }: AwsRequest, invoker: Invoker): Promise<AwsResponse> {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  invoker.find(name);
  const payload = body.length === 0 ? '{}' : body.toString();
  checkPayloadJson(payload);
  if (type === 'DryRun') return { status: 204 };
  if (type === 'Event') {
    invoker.invokeLater(name, payload);
    return { status: 202, headers: { 'x-amzn-requestid': randomUUID() } };
  }
  if (type !== 'RequestResponse') throw unknownInvocationType(type);
  const { requestId, payload: result, functionError, logTail } = await invoker.invoke(name, payload);
  const tail = headers['x-amz-log-type'] === 'Tail' ? Buffer.from(logTail).toString('base64') : undefined;
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': '$LATEST',
      ...(functionError === undefined ? {} : { 'x-amz-function-error': functionError }),
      ...(tail === undefined ? {} : { 'x-amz-log-result': tail }),
    },
    body: result,
  };
}

function describe(name: string, invoker: Invoker): object {
  const { timeoutSeconds, memoryMb = 1024 } = invoker.find(name);
  return {
    FunctionName: name,
    FunctionArn: arnOf(name),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: timeoutSeconds,
    MemorySize: memoryMb,
    Version: '$LATEST',
    PackageType: 'Zip',
    State: 'Active',
  };
}
