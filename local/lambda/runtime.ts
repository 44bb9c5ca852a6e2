// Runs inside the worker thread: loads handlers and calls them as Lambda's Node.js runtime does.
import { AsyncLocalStorage } from 'node:async_hooks';
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { format, types } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import type { Call, Report } from './protocol.ts';

// The functions' environment is that of their settings alone.
delete process.env['NODE_COMPILE_CACHE'];

type Handler = (event: unknown, context: unknown) => unknown;

/** An error of the runtime itself; `name` is reported as its type. */
class RuntimeError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const calls = new AsyncLocalStorage<Call>();
const handlers = new Map<string, Promise<Handler>>();

// As Lambda does where one environment serves several calls at once: libraries then keep what belongs to a call, such as
// the keys of a log line, in the call's own store.
process.env['AWS_LAMBDA_MAX_CONCURRENCY'] = '1000';
const invocations = await InvokeStore.getInstanceAsync();
const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${crypto.randomUUID().replaceAll('-', '')}`;

function report(message: Report): void {
  parentPort?.postMessage(message);
}

/** The shape in which the runtime reports whatever was thrown (aws-lambda-nodejs-runtime-interface-client, Errors.js). */
function describe(thrown: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  try {
    if (types.isNativeError(thrown) || thrown instanceof Error)
      return {
        errorType: thrown.name,
        errorMessage: thrown.message,
        trace: (thrown.stack ?? '').split('\n'),
      };
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}

function fail(call: Call, thrown: unknown, label: string, restart: boolean): void {
  const payload = JSON.stringify(describe(thrown));
  write(`${new Date().toISOString()}\t${call.requestId}\tERROR\t${label}\t${payload}\n`);
  report({ kind: 'result', id: call.id, payload, failed: true, restart });
}

function importError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
    return new RuntimeError('Runtime.ImportModuleError', `Error: ${error.message}`);
  if (error instanceof SyntaxError) return new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
  return error;
}

async function load(file: string): Promise<Handler> {
  let loaded: { handler?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href);
    // The thread may be ended at any moment.
    flushCompileCache();
  } catch (error) {
    throw importError(error);
  }
  const { handler } = loaded;
  if (handler === undefined)
    throw new RuntimeError('Runtime.HandlerNotFound', 'index.handler is undefined or not exported');
  if (!isHandler(handler))
    throw new RuntimeError('Runtime.HandlerNotFound', 'index.handler is not a function');
  return handler;
}

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

function contextOf(call: Call) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: call.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: call.functionArn,
    memoryLimitInMB: String(call.memoryMb),
    awsRequestId: call.requestId,
    logGroupName: `/aws/lambda/${call.functionName}`,
    logStreamName: logStream,
    getRemainingTimeInMillis: () => Math.max(0, call.deadline - Date.now()),
  };
}

async function run(call: Call): Promise<void> {
  let handler: Handler;
  try {
    let loading = handlers.get(call.file);
    if (!loading) {
      loading = load(call.file);
      handlers.set(call.file, loading);
    }
    handler = await loading;
  } catch (error) {
    // A module that failed to load stays failed in this thread: only another thread can load it again.
    return fail(call, error, 'Uncaught Exception', true);
  }
  try {
    const own = { [InvokeStoreBase.PROTECTED_KEYS.REQUEST_ID]: call.requestId };
    const result = await invocations.run(own, () => handler(JSON.parse(call.payload), contextOf(call)));
    report({ kind: 'result', id: call.id, payload: serialise(result), failed: false, restart: false });
  } catch (error) {
    fail(call, error, 'Invoke Error', false);
  }
}

function serialise(result: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(result);
  } catch {
    throw new Error('Unable to stringify response body');
  }
  return text ?? 'null'; // undefined, a function, a symbol
}

/** Output goes to the function's log, with the call that wrote it; never to the terminal. */
function write(chunk: string | Uint8Array): true {
  report({ kind: 'output', id: calls.getStore()?.id, text: Buffer.from(chunk).toString() });
  return true;
}

process.stdout.write = write;
process.stderr.write = write;
const levels = {
  log: 'INFO',
  info: 'INFO',
  debug: 'DEBUG',
  warn: 'WARN',
  error: 'ERROR',
  trace: 'TRACE',
} as const;
for (const [method, level] of Object.entries(levels)) {
  const print = (...values: unknown[]) => {
    const call = calls.getStore();
    write(`${new Date().toISOString()}\t${call?.requestId ?? 'undefined'}\t${level}\t${format(...values)}\n`);
  };
  Object.assign(console, { [method]: print });
}

const end = process.exit.bind(process);
process.exit = (code) => {
  const call = calls.getStore();
  if (!call) return end(code);
  report({ kind: 'exit', id: call.id, code: Number(code ?? process.exitCode ?? 0) });
  // The thread runs other calls too; the main thread ends it when they have finished.
  throw new RuntimeError('Runtime.ExitError', 'The process has ended');
};

process.on('uncaughtException', (error) => {
  const call = calls.getStore();
  if (!call)
    end(1); // there is no call to report it to, and the thread's state is unknown
  else fail(call, error, 'Uncaught Exception', true);
});
process.on('unhandledRejection', (reason) => {
  const call = calls.getStore();
  if (call)
    fail(
      call,
      new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason)),
      'Unhandled Promise Rejection',
      true,
    );
});

parentPort?.on('message', (call: Call) => void calls.run(call, run, call));
