// Parameters of Systems Manager.
// API reference: https://docs.aws.amazon.com/systems-manager/latest/APIReference (AWS JSON 1.1).
import { optionalSetting, setting } from '../config.ts';
import { isObject, jsonValue } from '../json.ts';
import { awsDomain, signedRequest, withAttempts } from '../signed-request.ts';

/** AWS has answered with an error; its `name` is AWS's. */
export class SystemsManagerError extends Error {
  override readonly name: string;

  constructor(name: string) {
    super(`Systems Manager answered ${name}`);
    this.name = name;
  }
}

const ATTEMPT_MS = 5000;

/** @returns its decrypted value; undefined when there is none */
export async function getParameter(name: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await ask('AmazonSSM.GetParameter', { Name: name, WithDecryption: true }, signal);
    const parameter = isObject(answer) ? answer['Parameter'] : undefined;
    const value = isObject(parameter) ? parameter['Value'] : undefined;
    return typeof value === 'string' ? value : '';
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound')) return undefined;
    throw error;
  }
}

/** Writes a SecureString. @returns false when it is there and is not to be replaced */
export async function putParameter(
  name: string,
  value: string,
  replace: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const body = { Name: name, Value: value, Type: 'SecureString', Overwrite: replace };
  try {
    await ask('AmazonSSM.PutParameter', body, signal);
    return true;
  } catch (error) {
    if (isNamed(error, 'ParameterAlreadyExists')) return false;
    throw error;
  }
}

/** Whether or not there is one. */
export async function deleteParameter(name: string, signal: AbortSignal): Promise<void> {
  try {
    await ask('AmazonSSM.DeleteParameter', { Name: name }, signal);
  } catch (error) {
    if (!isNamed(error, 'ParameterNotFound')) throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof SystemsManagerError && error.name === name;
}

/** @throws SystemsManagerError; what `fetch` throws when AWS cannot be reached, or the signal aborts */
function ask(target: string, body: object, signal: AbortSignal): Promise<unknown> {
  return withAttempts(
    (attempt) => send(target, JSON.stringify(body), attempt),
    (error) => error instanceof SystemsManagerError && !isPassing(error.name),
    { signal, attemptMs: ATTEMPT_MS },
  );
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html */
function isPassing(name: string): boolean {
  return /Throttl|TooManyRequests|RequestTimeout|InternalServerError|InternalFailure|ServiceUnavailable|^\d{3}$/.test(
    name,
  );
}

async function send(target: string, body: string, signal: AbortSignal): Promise<unknown> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const response = await signedRequest(
    { service: 'ssm', method: 'POST', url: endpoint(setting('AWS_REGION')), headers, body },
    signal,
  );
  const answer = jsonValue(await response.text());
  if (response.ok) return answer;
  throw new SystemsManagerError(errorName(answer) ?? String(response.status));
}

/** The SDK's own variables (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). */
function endpoint(region: string): string {
  return (
    optionalSetting('AWS_ENDPOINT_URL_SSM') ??
    optionalSetting('AWS_ENDPOINT_URL') ??
    `https://ssm.${region}.${awsDomain(region)}`
  );
}

/** With a namespace before a `#` (AWS JSON 1.1, "Operation error serialization"). */
function errorName(answer: unknown): string | undefined {
  const type = isObject(answer) ? answer['__type'] : undefined;
  return typeof type === 'string' ? type.split('#').at(-1)?.split(':')[0] : undefined;
}
