// Tasks that call a Lambda function: `arn:aws:states:::lambda:invoke` and a function's own ARN.
import { type LambdaRequest, type LambdaResponse, LambdaUnreachable } from '../clients/lambda-client.ts';
import { isJsonObject, type Json, type JsonObject, jsonText, parseJson } from '../model/json.ts';
import {
  type Call,
  type Integration,
  lambdaFunctionEvents,
  serviceTaskEvents,
  TaskFailure,
} from './integration.ts';

/** `arn:aws:states:::lambda:invoke`: Arguments are the Invoke API's fields, the result its response. */
export const lambdaInvoke: Integration = {
  events: serviceTaskEvents('lambda', 'invoke'),
  required: ['FunctionName'],
  lost,
  async call(args, call) {
    const response = await invoke(requestOf(args), call);
    const payload = payloadOf(response);
    // AWS parses the function's error and serialises it again, without white space.
    if (response.headers['x-amz-function-error']) throw functionFailure(payload, jsonText(payload));
    return invokeResult(response, payload);
  },
};

/** A function's ARN as Resource: the input is the payload, the function's answer the result. */
export function lambdaFunction(arn: string): Integration {
  return {
    events: lambdaFunctionEvents(arn),
    lost,
    async call(args, call) {
      const request = { functionName: arn, payload: jsonText(args) };
      const response = await invoke(request, call);
      const payload = payloadOf(response);
      if (response.headers['x-amz-function-error']) throw functionFailure(payload, response.body);
      return payload;
    },
  };
}

function lost(): TaskFailure {
  return new TaskFailure(
    'Lambda.SdkClientException',
    'The connection to the function was lost before it answered.',
  );
}

function requestOf(args: Json): LambdaRequest {
  const fields: JsonObject = isJsonObject(args) ? args : {};
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? value : undefined;
  };
  const functionName = text('FunctionName');
  if (functionName === undefined) {
    throw new TaskFailure(
      'States.Runtime',
      `The Arguments of lambda:invoke need 'FunctionName' as a string, but were: ${jsonText(args)}`,
    );
  }
  return {
    functionName,
    qualifier: text('Qualifier'),
    invocationType: text('InvocationType'),
    clientContext: text('ClientContext'),
    payload: fields['Payload'] === undefined ? '{}' : jsonText(fields['Payload']),
  };
}

async function invoke(request: LambdaRequest, { environment, cancellation }: Call): Promise<LambdaResponse> {
  let response: LambdaResponse;
  try {
    response = await environment.lambda.invoke(request, cancellation);
  } catch (error) {
    if (error instanceof LambdaUnreachable) {
      throw new TaskFailure('Lambda.SdkClientException', `Unable to execute HTTP request: ${error.message}`);
    }
    throw error;
  }
  if (response.status < 200 || response.status > 299) throw serviceFailure(response);
  return response;
}

/** The Invoke API itself refused: `Lambda.` and its exception's name. */
function serviceFailure(response: LambdaResponse): TaskFailure {
  const requestId = response.headers['x-amzn-requestid'] ?? '';
  const body = tryParse(response.body);
  const fields: JsonObject = isJsonObject(body) ? body : {};
  const named = response.headers['x-amzn-errortype']?.split(':')[0];
  const error = named || (response.status === 429 ? 'TooManyRequestsException' : 'ServiceException');
  const message = fields['Message'] ?? fields['message'] ?? response.body;
  return new TaskFailure(
    `Lambda.${error}`,
    `${message} (Service: Lambda, Status Code: ${response.status}, Request ID: ${requestId}) (SDK Attempt Count: 1)`,
  );
}

/** The function threw: its errorType is the error's name, its whole answer the cause. */
function functionFailure(payload: Json, text: string): TaskFailure {
  const errorType = isJsonObject(payload) ? payload['errorType'] : undefined;
  if (typeof errorType === 'string' && errorType !== '') return new TaskFailure(errorType, text);
  return new TaskFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  );
}

function payloadOf(response: LambdaResponse): Json {
  if (response.body === '') return '';
  const payload = tryParse(response.body);
  if (payload === undefined) {
    throw new TaskFailure('Lambda.Unknown', 'The function answered something that is not JSON.');
  }
  return payload;
}

function tryParse(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Spelled as the Java SDK does, which Step Functions uses. */
const HEADER_NAMES: Readonly<Record<string, string>> = {
  connection: 'Connection',
  'content-length': 'Content-Length',
  'content-type': 'Content-Type',
  date: 'Date',
  'x-amz-executed-version': 'X-Amz-Executed-Version',
  'x-amzn-remapped-content-length': 'x-amzn-Remapped-Content-Length',
  'x-amzn-requestid': 'x-amzn-RequestId',
  'x-amzn-trace-id': 'X-Amzn-Trace-Id',
};

function invokeResult(response: LambdaResponse, payload: Json): JsonObject {
  const headers = Object.entries(HEADER_NAMES).flatMap(([name, title]) => {
    const value = response.headers[name];
    return value === undefined ? [] : [[title, value] as const];
  });
  return {
    ExecutedVersion: response.headers['x-amz-executed-version'] ?? '$LATEST',
    Payload: payload,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(headers.map(([name, value]) => [name, [value]])),
      HttpHeaders: Object.fromEntries(headers),
      HttpStatusCode: response.status,
    },
    SdkResponseMetadata: { RequestId: response.headers['x-amzn-requestid'] ?? '' },
    StatusCode: response.status,
  };
}
