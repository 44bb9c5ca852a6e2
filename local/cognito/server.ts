// The child process around cognito-local. Responses that differ from Amazon Cognito's are corrected here.
import { createServer, type ServerResponse } from 'node:http';
import { createRequire, enableCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { LoggerOptions } from 'pino';

// Most of this process's start is reading aws-sdk 2, which cognito-local loads whole.
enableCompileCache();
const { createDefaultServer } = await import('cognito-local');

// The pino that cognito-local brings along.
const fromCognitoLocal = createRequire(createRequire(import.meta.url).resolve('cognito-local'));
const pino = fromCognitoLocal('pino') as typeof import('pino').default;
const options: LoggerOptions = { level: 'warn' };

// Its files are below `.cognito` in the working directory.
const { application } = await createDefaultServer(pino(options));
const server = createServer((request, response) => {
  if (request.headers['x-amz-target']?.toString().endsWith('.InitiateAuth')) correctInitiateAuth(response);
  // One after another: cognito-local overwrites its files in place, and two writers would mix theirs.
  lastRequest = lastRequest.then(
    () =>
      new Promise((resolve) => {
        response.once('close', resolve);
        application(request, response);
      }),
  );
});
let lastRequest: Promise<unknown> = Promise.resolve();
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  process.send?.((server.address() as AddressInfo).port);
});

// Ctrl-C reaches the whole process group; the parent decides when this process ends. The channel closes also when
// the parent was killed, so no process is left over.
process.on('SIGINT', () => {});
process.on('disconnect', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  // A connection that never sent a request is not idle to Node, and would hold this process for a minute.
  setTimeout(() => process.exit(0), 500);
});

/**
 * Amazon Cognito responds to a wrong password and (with PreventUserExistenceErrors) an unknown user alike with
 * NotAuthorizedException, and says when the tokens expire: cognito-local does neither.
 */
function correctInitiateAuth(response: ServerResponse): void {
  const end = response.end.bind(response);
  response.end = (body?: unknown) => {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '{}';
    const corrected = JSON.stringify(correct(JSON.parse(text)));
    response.setHeader('content-length', Buffer.byteLength(corrected));
    return end(corrected);
  };
}

function correct(answer: Record<string, unknown>): Record<string, unknown> {
  if (answer['__type'] === 'InvalidPasswordException' || answer['__type'] === 'NotAuthorizedException') {
    return { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' };
  }
  const result = answer['AuthenticationResult'];
  if (typeof result !== 'object' || result === null || !('AccessToken' in result)) return answer;
  const [, payload] = String(result.AccessToken).split('.');
  const { exp, iat } = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as {
    exp: number;
    iat: number;
  };
  return { ...answer, AuthenticationResult: { ...result, ExpiresIn: exp - iat, TokenType: 'Bearer' } };
}
