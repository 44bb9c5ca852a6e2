// The worker thread of cognito-local.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { DefaultConfig } from 'cognito-local/lib/server/config.js';
import { createServer as createCognitoServer } from 'cognito-local/lib/server/server.js';
import { DateClock } from 'cognito-local/lib/services/clock.js';
import { CognitoServiceFactoryImpl } from 'cognito-local/lib/services/cognitoService.js';
import { StormDBDataStoreFactory } from 'cognito-local/lib/services/dataStore/stormDb.js';
import type { Messages } from 'cognito-local/lib/services/messages.js';
import { otp } from 'cognito-local/lib/services/otp.js';
import { JwtTokenGenerator } from 'cognito-local/lib/services/tokenGenerator.js';
import type { Triggers } from 'cognito-local/lib/services/triggers/triggers.js';
import { UserPoolServiceFactoryImpl } from 'cognito-local/lib/services/userPoolService.js';
import type { LoggerOptions } from 'pino';
import { isObject, jsonValue } from '../../lib/json.ts';
import { readBody } from '../shared/http-server.ts';
import { foreignRequest } from '../shared/loopback.ts';
import type { ThreadData } from '../shared/thread-server.ts';
import { correctedRouter } from './corrections.ts';
import type { SentCode } from './sent-code.ts';

/** More than any request of Cognito's API has. */
const MAX_BODY_BYTES = 1_048_576;

/** What the thread is started with. */
export interface CognitoSettings {
  /** Where its files are. */
  readonly directory: string;
}

// Written by local/cognito/cognito.ts alone.
const { settings } = workerData as ThreadData<CognitoSettings>;

// The pino that cognito-local brings along.
const fromCognitoLocal = createRequire(createRequire(import.meta.url).resolve('cognito-local/package.json'));
const pino = fromCognitoLocal('pino') as typeof import('pino').default;
const options: LoggerOptions = { level: 'warn' };
const logger = pino(options, process.stdout);

const noTrigger = async (): Promise<never> => {
  throw new Error('The user pool has no triggers');
};
const triggers: Triggers = {
  enabled: () => false,
  customEmailSender: noTrigger,
  customMessage: noTrigger,
  postAuthentication: noTrigger,
  postConfirmation: noTrigger,
  preSignUp: noTrigger,
  preTokenGeneration: noTrigger,
  userMigration: noTrigger,
};

/** What Cognito would send is posted to the thread that started this one. */
const messages: Messages = {
  async deliver(_context, purpose, _clientId, _userPoolId, { Username }, code, _metadata, { Destination }) {
    parentPort?.postMessage({ purpose, user: Username, destination: Destination, code } satisfies SentCode);
  },
};

const server = createServer((request, response) => {
  const foreign = foreignRequest(request.headers, { method: request.method, links: false });
  if (foreign !== undefined)
    return refuse(response, 403, { __type: 'AccessDeniedException', message: foreign });
  readBody(request, MAX_BODY_BYTES).then(
    (body) => {
      if (body) serve(request, response, body);
      else refuse(response, 413, { __type: 'RequestEntityTooLargeException' });
    },
    () => response.destroy(), // the client went away
  );
});

/** cognito-local reads no body itself: one that is no JSON, and one that breaks off, would end the thread. */
function serve(request: IncomingMessage, response: ServerResponse, text: Buffer): void {
  const body = jsonValue(text.toString());
  if (request.headers['x-amz-target'] !== undefined && !isObject(body)) {
    refuse(response, 400, { __type: 'SerializationException' });
    return;
  }
  // `_body` tells body-parser that the body has been read.
  Object.assign(request, { body, _body: true });
  // One after another: cognito-local overwrites its files in place, and two writers would mix theirs.
  lastRequest = lastRequest.then(
    () =>
      new Promise((resolve) => {
        response.once('close', resolve);
        if (response.destroyed) resolve(undefined);
        else application(request, response);
      }),
  );
}

function refuse(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', connection: 'close' });
  response.end(JSON.stringify(body));
}

let lastRequest: Promise<unknown> = Promise.resolve();
const application = await cognitoLocal();
server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an address with a port.
  parentPort?.postMessage((server.address() as AddressInfo).port);
});
parentPort?.once('message', async () => {
  server.close();
  server.closeIdleConnections();
  await lastRequest;
  server.closeAllConnections();
  parentPort?.close();
});

/**
 * Its own createDefaultServer, without the functions that a user pool can call: these alone would load AWS SDK 2, which
 * takes more memory than all the rest (it is left out of node_modules, see `overrides` in package.json).
 */
async function cognitoLocal(): Promise<(request: unknown, response: unknown) => void> {
  const context = { logger };
  const config = {
    ...DefaultConfig,
    // What tokens of the real pool would carry, wherever this one listens.
    TokenConfig: { IssuerDomain: 'https://cognito-idp.us-east-1.amazonaws.com' },
    UserPoolDefaults: { UsernameAttributes: [] },
  };
  const clock = new DateClock();
  const files = new StormDBDataStoreFactory(settings.directory);
  const userPools = new UserPoolServiceFactoryImpl(clock, files);
  const cognito = await new CognitoServiceFactoryImpl(settings.directory, files, userPools).create(
    context,
    config.UserPoolDefaults,
  );
  const tokenGenerator = new JwtTokenGenerator(clock, triggers, config.TokenConfig);
  const services = { clock, cognito, config, messages, otp, tokenGenerator, triggers };
  return createCognitoServer(correctedRouter(services), logger, config.ServerConfig, services).application;
}
