// `npm start`: the whole stack, until it is stopped.
import { readEnvFile } from './env-file.ts';
import { homeFolder } from './home.ts';
import { PortInUse } from './http-server.ts';
import { startStack } from './stack.ts';

/** @throws RangeError when the variable is no port */
function port(name: string, otherwise: number): number {
  const text = process.env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new RangeError(`${name}=${text} is not a port: give a number from 0 to 65535`);
}

async function main(): Promise<void> {
  const home = homeFolder();
  const apiPort = port('PORT', 3000);
  const stack = await startStack({
    home,
    port: apiPort,
    awsPort: port('AWS_PORT', 4566),
    seed: true,
    keys: readEnvFile('.env'),
    lambdaEndpoint: process.env['AWS_ENDPOINT_URL_LAMBDA'],
    note: (line) => console.log(line),
  }).catch((error: unknown) => {
    if (!(error instanceof PortInUse)) throw error;
    throw new Error(`${error.message}; ${error.port === apiPort ? 'PORT' : 'AWS_PORT'} chooses another`);
  });
  const emulated = Object.keys(stack.emulated);
  console.log(`AI-Orchestra is up. Its state is in ${home}; Ctrl+C stops it.

  API           ${stack.apiUrl}    reference at ${stack.apiUrl}/docs
  AWS endpoint  ${stack.awsUrl}    for the AWS CLI and SDKs: --endpoint-url ${stack.awsUrl}
  Users         demo / demo (admin), editor / editor, viewer / viewer
  Emulated      ${emulated.join(', ') || 'none'}${emulated.length ? ' (keys in .env make them real)' : ''}

Log in, then run a workflow:

  TOKEN=$(curl -s ${stack.apiUrl}/auth/login -H 'Content-Type: application/json' -d '{"user_id": "demo", "password": "demo"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s ${stack.apiUrl}/workflows/execute -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Prefer: wait=20' -d '{"workflow_id": "simple_ai_completion", "variables": {"prompt": "Write a haiku about state machines"}}'
`);
  const stop = () => {
    stack.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main().catch(fail);
