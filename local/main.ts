// `npm start`: the whole stack, until it is stopped.
import { notionIds } from './providers/notion/seed.ts';
import { PortInUse } from './shared/http-server.ts';
import { readEnvFile } from './stack/env-file.ts';
import { homeFolder } from './stack/home.ts';
import { type Stack, startStack } from './stack.ts';
import { DEFAULT_RETENTION } from './states/persistence/retention.ts';

/** What the emulated providers hold at the first start. */
const emulatedData = {
  openai: ['OpenAI', 'answers are made from the question and say that they are emulated'],
  github: ['GitHub', 'the repository acme/handbook'],
  notion: ['Notion', `the database “Mail digest”, ${notionIds.digestDatabase}`],
  google: ['Gmail', 'a mailbox with nine mails, six of them unread'],
  http: ['HTTP', 'the orders of a shop, for http.request with the connection default: /orders'],
} as const;

/** One line for each provider: whether it is emulated or real. */
function providerLines({ emulated }: Stack): string[] {
  return Object.entries(emulatedData).map(([provider, [name, data]]) => {
    const url = emulated[provider];
    const what = url ? `emulated at ${url}: ${data}` : 'the real one, with the keys from .env';
    return `  ${name.padEnd(13)} ${what}`;
  });
}

/** @throws RangeError when the variable is no port */
function port(name: string, otherwise: number): number {
  return wholeNumber(name, otherwise, 65_535, 'a port');
}

/** @throws RangeError when the variable is no whole number up to `max` */
function wholeNumber(
  name: string,
  otherwise: number,
  max = Number.MAX_SAFE_INTEGER,
  what = 'a whole number',
): number {
  const text = process.env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${name}=${text} is not ${what}: give a number from 0 to ${max}`);
}

async function main(): Promise<void> {
  const home = homeFolder();
  const apiPort = port('PORT', 3000);
  const awsPort = port('AWS_PORT', 4566);
  if (apiPort === awsPort && apiPort !== 0) {
    throw new RangeError(`PORT and AWS_PORT are both ${apiPort}; they have to differ`);
  }
  const stack = await startStack({
    home,
    port: apiPort,
    awsPort,
    seed: true,
    keys: readEnvFile('.env'),
    retention: {
      days: wholeNumber('KEEP_DAYS', DEFAULT_RETENTION.days),
      megabytes: wholeNumber('KEEP_MB', DEFAULT_RETENTION.megabytes),
    },
    lambdaEndpoint: process.env['AWS_ENDPOINT_URL_LAMBDA'],
    note: (line) => console.log(line),
  }).catch((error: unknown) => {
    if (!(error instanceof PortInUse)) throw error;
    throw new Error(`${error.message}; ${error.port === apiPort ? 'PORT' : 'AWS_PORT'} chooses another`);
  });
  console.log(`AI-Orchestra is up. Its state is in ${home}; Ctrl+C stops it.

  Dashboard     ${stack.apiUrl}/app
  API           ${stack.apiUrl}    reference at ${stack.apiUrl}/docs
  AWS endpoint  ${stack.awsUrl}    for the AWS CLI and SDKs: --endpoint-url ${stack.awsUrl}
  Users         demo / demo (admin), editor / editor, viewer / viewer
${providerLines(stack).join('\n')}

Log in, then run a workflow:

  TOKEN=$(curl -s ${stack.apiUrl}/auth/login -H 'Content-Type: application/json' -d '{"user_id": "demo", "password": "demo"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s ${stack.apiUrl}/workflows/execute -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Prefer: wait=20' -d '{"workflow_id": "simple_ai_completion", "variables": {"prompt": "Write a haiku about state machines"}}'
`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    stack.stop().then(
      () => {
        console.log('\nStopped. The next start goes on from here.');
        process.exit(0);
      },
      (error: unknown) => fail(error),
    );
  };
  // A second Ctrl+C ends it at once; a second SIGTERM comes from a sender that signals the whole process group.
  process.once('SIGINT', stop).on('SIGTERM', stop);
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main().catch(fail);
