// Parameters of Systems Manager by signed requests: the SDK's client is 360 KB of an action's bundle, and this 10.
// API reference: https://docs.aws.amazon.com/systems-manager/latest/APIReference (AWS JSON 1.1).
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { optionalSetting, setting } from '../config.ts';
import { isObject, jsonValue } from '../json.ts';

/** AWS has answered with an error; its `name` is AWS's. */
export class SystemsManagerError extends Error {
  override readonly name: string;

  constructor(name: string) {
    super(`Systems Manager answered ${name}`);
    this.name = name;
  }
}

/** As the SDK does by default: three attempts, with full jitter between them (SDKs reference guide, "Retry behavior"). */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;
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
async function ask(target: string, body: object, signal: AbortSignal): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(
        target,
        JSON.stringify(body),
        AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
      );
    } catch (error) {
      const isFinal = error instanceof SystemsManagerError && !isPassing(error.name);
      if (signal.aborted || isFinal || attempt === ATTEMPTS) throw error;
    }
    await sleep(Math.random() * FIRST_WAIT_MS * 2 ** attempt, undefined, { signal });
  }
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html */
function isPassing(name: string): boolean {
  return /Throttl|TooManyRequests|RequestTimeout|InternalServerError|InternalFailure|ServiceUnavailable|^\d{3}$/.test(
    name,
  );
}

async function send(target: string, body: string, signal: AbortSignal): Promise<unknown> {
  const region = setting('AWS_REGION');
  const sessionToken = optionalSetting('AWS_SESSION_TOKEN');
  const signed = await new AwsV4Signer({
    method: 'POST',
    url: endpoint(region),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body,
    accessKeyId: setting('AWS_ACCESS_KEY_ID'),
    secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && { sessionToken }),
    ...{ service: 'ssm', region },
  }).sign();
  const { method, url, headers } = signed;
  // A redirect would take a secret to another host.
  const response = await fetch(url, { method, headers, body, redirect: 'error', signal });
  const answer = jsonValue(await response.text());
  if (response.ok) return answer;
  throw new SystemsManagerError(errorName(answer) ?? String(response.status));
}

/** The SDK's own variables (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). */
function endpoint(region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return (
    optionalSetting('AWS_ENDPOINT_URL_SSM') ??
    optionalSetting('AWS_ENDPOINT_URL') ??
    `https://ssm.${region}.${domain}`
  );
}

/** With a namespace before a `#` (AWS JSON 1.1, "Operation error serialization"). */
function errorName(answer: unknown): string | undefined {
  const type = isObject(answer) ? answer['__type'] : undefined;
  return typeof type === 'string' ? type.split('#').at(-1)?.split(':')[0] : undefined;
}
