// AWS Lambda on a laptop: the functions in a worker thread, and the Invoke API in front of it.
import { randomUUID } from 'node:crypto';
import { AwsError, asAwsError, restJsonAnswer, restJsonError } from '../aws/error.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws/service.ts';
import { openFunctionLog } from './log.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

export interface LocalFunction {
  /** Path of the module that exports `handler`. */
  readonly file: string;
  readonly timeoutSeconds: number;
  /** Told to the function and in its log; not enforced. 1024 when left out. */
  readonly memoryMb?: number;
}

export interface Invocation {
  readonly requestId: string;
  /** JSON text: what the function returned, or `{errorType, errorMessage, trace?}` when it failed. */
  readonly payload: string;
  /** Present when the function failed, as in the X-Amz-Function-Error header. */
  readonly functionError?: 'Unhandled';
  /** The end of what the call wrote, up to 4 KB. */
  readonly logTail: string;
}

export interface Lambda extends AwsService {
  /**
   * Invokes a function and waits for its answer.
   * @param payload JSON text
   * @throws ResourceNotFoundException, RequestEntityTooLargeException (AwsError)
   */
  invoke(functionName: string, payload: string): Promise<Invocation>;
}

export interface LambdaOptions {
  /** By function name. */
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** The functions' whole environment: nothing of this process's own is passed on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where functions' output goes, with Lambda's START, END and REPORT lines. */
  readonly logFile: string;
  /** Pauses before the retries of a failed asynchronous invocation; Lambda waits one minute, then two. */
  readonly asyncRetryDelaysMs?: readonly number[];
}

const MAX_REQUEST_BYTES = 6_291_456;
const MAX_ASYNC_REQUEST_BYTES = 1_048_576;
const MAX_RESPONSE_BYTES = 6_291_556;
const CLOSE_GRACE_MS = 5_000;
const ARN_PREFIX = 'arn:aws:lambda:us-east-1:000000000000:function:';
const API = '/2015-03-31/functions';

export function createLambda(options: LambdaOptions): Lambda {
  const { functions, environment, logFile, asyncRetryDelaysMs = [60_000, 120_000] } = options;
  const log = openFunctionLog(logFile);
  const sandboxes = new Set<Sandbox>();
  const retries = new Set<NodeJS.Timeout>();
  const asynchronous = new Set<Promise<void>>();
  let current: Sandbox | undefined;

  function startSandbox(): Sandbox {
    const sandbox = createSandbox(environment, {
      onOutput: log.write,
      onRetire: () => {
        if (current === sandbox) current = undefined;
      },
      onExit: () => sandboxes.delete(sandbox),
    });
    sandboxes.add(sandbox);
    return sandbox;
  }

  function configuration(name: string): LocalFunction {
    const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!found)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${ARN_PREFIX}${name}`, 404, {
        Type: 'User',
      });
    return found;
  }

  async function invoke(functionName: string, payload: string): Promise<Invocation> {
    const { file, timeoutSeconds, memoryMb = 1024 } = configuration(functionName);
    checkSize(payload, MAX_REQUEST_BYTES);
    current ??= startSandbox();
    const requestId = randomUUID();
    const started = performance.now();
    const start = `START RequestId: ${requestId} Version: $LATEST\n`;
    log.write(functionName, start);
    const functionArn = `${ARN_PREFIX}${functionName}`;
    const outcome = await current.run(
      { functionName, file, functionArn, memoryMb, requestId, payload },
      timeoutSeconds,
    );
    const duration = performance.now() - started;
    const report =
      `END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\t` +
      `Billed Duration: ${Math.ceil(duration)} ms\tMemory Size: ${memoryMb} MB\n`;
    log.write(functionName, report);
    const logTail = `${start}${outcome.output}${report}`.slice(-4096);
    if (outcome.failed) return { requestId, payload: outcome.payload, functionError: 'Unhandled', logTail };
    if (Buffer.byteLength(outcome.payload) <= MAX_RESPONSE_BYTES)
      return { requestId, payload: outcome.payload, logTail };
    const tooLarge = {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    };
    return { requestId, payload: JSON.stringify(tooLarge), functionError: 'Unhandled', logTail };
  }

  /** Runs an asynchronous invocation, and a failed one again, as Lambda does: two retries. */
  function runLater(functionName: string, payload: string, attempt: number): void {
    const done = invoke(functionName, payload).then((invocation) => {
      asynchronous.delete(done);
      const delay = asyncRetryDelaysMs[attempt];
      if (invocation.functionError === undefined || delay === undefined) return;
      const timer = setTimeout(() => {
        retries.delete(timer);
        runLater(functionName, payload, attempt + 1);
      }, delay);
      retries.add(timer);
    });
    asynchronous.add(done);
  }

  async function handleInvoke(name: string, { headers, body }: AwsRequest): Promise<AwsResponse> {
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    configuration(name);
    const payload = body.length === 0 ? '{}' : body.toString();
    checkJson(payload);
    if (type === 'DryRun') return { status: 204 };
    if (type === 'Event') {
      checkSize(payload, MAX_ASYNC_REQUEST_BYTES);
      runLater(name, payload, 0);
      return { status: 202, headers: { 'x-amzn-requestid': randomUUID() } };
    }
    if (type !== 'RequestResponse')
      throw new AwsError(
        'InvalidParameterValueException',
        `Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
        400,
        { Type: 'User' },
      );
    const { requestId, payload: answer, functionError, logTail } = await invoke(name, payload);
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
      body: answer,
    };
  }

  const describe = (name: string) => {
    const { timeoutSeconds, memoryMb = 1024 } = configuration(name);
    return {
      FunctionName: name,
      FunctionArn: `${ARN_PREFIX}${name}`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: timeoutSeconds,
      MemorySize: memoryMb,
      Version: '$LATEST',
      PackageType: 'Zip',
      State: 'Active',
    };
  };

  return {
    signingName: 'lambda',
    invoke,
    async handle(request) {
      try {
        const { pathname } = request.url;
        const [, encodedName, suffix] = /^\/2015-03-31\/functions\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
        if (request.method === 'GET' && (pathname === API || pathname === `${API}/`))
          return restJsonAnswer({ Functions: Object.keys(functions).map(describe) });
        if (encodedName !== undefined) {
          const name = functionNameOf(encodedName, request.url.searchParams.get('Qualifier'));
          if (request.method === 'POST' && suffix === '/invocations')
            return await handleInvoke(name, request);
          if (request.method === 'GET' && suffix === undefined)
            return restJsonAnswer({ Configuration: describe(name), Code: {} });
        }
        throw new AwsError(
          'UnknownOperationException',
          `${request.method} ${pathname} of lambda is not served here`,
          404,
        );
      } catch (error) {
        return restJsonError(asAwsError(error, 'ServiceException'));
      }
    },
    async close() {
      for (const timer of retries) clearTimeout(timer);
      await Promise.all([...sandboxes].map((sandbox) => sandbox.close(CLOSE_GRACE_MS)));
      await log.close();
    },
  };
}

/** The function's name from a name, a partial ARN or an ARN, each with or without a qualifier. */
function functionNameOf(encoded: string, qualifier: string | null): string {
  const text = encoded.replace(/%3a/gi, ':').replace(/%24/g, '$');
  const match =
    /^(?:(?:arn:aws:lambda:us-east-1:)?000000000000:function:)?([A-Za-z0-9_-]{1,140})(?::([$\w-]+))?$/.exec(
      text,
    );
  const [, name, version = qualifier ?? '$LATEST'] = match ?? [];
  if (name !== undefined && version === '$LATEST') return name;
  const arn = text.startsWith('arn:')
    ? text
    : `${ARN_PREFIX}${text}${qualifier === null ? '' : `:${qualifier}`}`;
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });
}

function checkSize(payload: string, maxBytes: number): void {
  if (Buffer.byteLength(payload) <= maxBytes) return;
  const message = `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`;
  throw new AwsError('RequestEntityTooLargeException', message, 413, { Type: 'User' });
}

function checkJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    const message = `Could not parse request body into json: ${error instanceof Error ? error.message : error}`;
    throw new AwsError('InvalidRequestContentException', message, 400, { Type: 'User' });
  }
}
