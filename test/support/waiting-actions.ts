// The actions that the API's stack calls: each call waits until the test answers it.
import { createServer } from 'node:http';
import { close, listen, readBody } from '../../local/shared/http-server.ts';

/** What a call of the action gives. */
export type ActionAnswer =
  | { readonly output: unknown }
  | { readonly error: string; readonly message: string };

/**
 * Stands in for the Lambda Invoke API: a call of the action is open until `answer` is called; of functions/steps it
 * calls the function itself.
 */
export async function startActions() {
  type Respond = (status: number, headers: Record<string, string>, body: string) => void;
  const calls: Respond[] = [];
  const waiters: ((call: Respond) => void)[] = [];
  let lost = 0;
  const server = createServer(async (incoming, outgoing) => {
    const body = await readBody(incoming, 1_048_576);
    const call: Respond = (status, headers, text) => outgoing.writeHead(status, headers).end(text);
    if (incoming.url?.includes('request-approval')) {
      const { payload, functionError } = await invokeStep('request-approval', String(body));
      if (lost-- > 0) return call(500, {}, JSON.stringify({ Message: 'The answer was lost' }));
      lost = 0;
      return call(200, functionError ? { 'x-amz-function-error': functionError } : {}, payload);
    }
    const waiter = waiters.shift();
    if (waiter) waiter(call);
    else calls.push(call);
  });
  const url = await listen(server, 0);
  const next = () => {
    const call = calls.shift();
    return call ? Promise.resolve(call) : new Promise<Respond>((resolve) => waiters.push(resolve));
  };
  return {
    url,
    close: () => close(server),
    loseAnswers: (count: number) => {
      lost = count;
    },
    async answer(respond: ActionAnswer) {
      const call = await next();
      if ('output' in respond) return call(200, {}, JSON.stringify(respond.output));
      const failure = { errorType: respond.error, errorMessage: respond.message, trace: ['at secret.ts:1'] };
      return call(200, { 'x-amz-function-error': 'Unhandled' }, JSON.stringify(failure));
    },
  };
}

async function invokeStep(
  name: string,
  payload: string,
): Promise<{ payload: string; functionError?: string }> {
  const module: { handler(event: unknown): Promise<unknown> } = await import(
    `../../functions/steps/${name}.ts`
  );
  try {
    return { payload: JSON.stringify(await module.handler(JSON.parse(payload))) };
  } catch (error) {
    const { name: errorType, message: errorMessage } =
      error instanceof Error ? error : new Error(String(error));
    return { payload: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' };
  }
}
