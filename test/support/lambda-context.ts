// The context that Lambda gives to an invocation, for tests that call a handler themselves.
import type { Context } from 'aws-lambda';

/** A new one, as each invocation has its own. */
export function lambdaContext({ remainingMs = 20_000 }: { readonly remainingMs?: number } = {}): Context {
  // Of the callbacks of Node 0.10 nobody makes use.
  const outdated = () => {
    throw new TypeError('no handler calls this');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'ai-orchestra-test-action',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:ai-orchestra-test-action',
    memoryLimitInMB: '1024',
    awsRequestId: '6f0c2c5e-0000-4000-8000-000000000000',
    logGroupName: '/aws/lambda/ai-orchestra-test-action',
    logStreamName: '2026/03/02/[$LATEST]0',
    getRemainingTimeInMillis: () => remainingMs,
    done: outdated,
    fail: outdated,
    succeed: outdated,
  };
}
