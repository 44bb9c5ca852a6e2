// AWS Lambda on a laptop: the functions in a worker thread, and the Invoke API in front of it.
import { asAwsError } from '../aws/error.ts';
import { restJsonErrorResponse } from '../aws/protocols.ts';
import type { AwsService } from '../aws/service.ts';
import { handleOperation } from './api.ts';
import type { LocalFunction } from './function.ts';
import { type Invocation, Invoker } from './invoker.ts';
import { openFunctionLog } from './log.ts';

export interface Lambda extends AwsService {
  /**
   * Invokes a function and waits for its response.
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

export function createLambda(options: LambdaOptions): Lambda {
  const { functions, environment, logFile, asyncRetryDelaysMs = [60_000, 120_000] } = options;
  const log = openFunctionLog(logFile);
  const invoker = new Invoker({ functions, environment, asyncRetryDelaysMs, log });
  return {
    signingName: 'lambda',
    invoke: (functionName, payload) => invoker.invoke(functionName, payload),
    async handle(request) {
      try {
        return await handleOperation(request, invoker);
      } catch (error) {
        return restJsonErrorResponse(asAwsError(error, 'ServiceException'));
      }
    },
    async close() {
      await invoker.close();
      await log.close();
    },
  };
}
