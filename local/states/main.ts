// `npm run states [-- --port 4566 --database file --keep-days 90 --keep-mb 1024]`: only the engine. Functions are at
// AWS_ENDPOINT_URL_LAMBDA; S3 and EventBridge at AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_EVENTBRIDGE, or there too.
import { parseArgs } from 'node:util';
import { createAwsServer } from '../aws-server.ts';
import { DEFAULT_RETENTION } from './retention.ts';
import { createStates } from './states.ts';

const MAX_PORT = 65_535;

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      /** A file that keeps everything across restarts. */
      database: { type: 'string', default: ':memory:' },
      /** Executions that have ended go after so long, or earlier when there are more than so much of them. */
      'keep-days': { type: 'string', default: String(DEFAULT_RETENTION.days) },
      'keep-mb': { type: 'string', default: String(DEFAULT_RETENTION.megabytes) },
    },
  });
  return {
    port: readNumber('port', values.port, MAX_PORT),
    database: values.database,
    retention: {
      days: readNumber('keep-days', values['keep-days'], Number.MAX_SAFE_INTEGER),
      megabytes: readNumber('keep-mb', values['keep-mb'], Number.MAX_SAFE_INTEGER),
    },
  };
}

function readNumber(option: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= max) return number;
  throw new Error(
    `--${option} takes a whole number${max === MAX_PORT ? ` up to ${MAX_PORT}` : ''}, but was '${text}'`,
  );
}

async function main(): Promise<void> {
  const { port, database, retention } = readOptions();
  const service = await createStates({
    database,
    retention,
    lambdaEndpoint: process.env['AWS_ENDPOINT_URL_LAMBDA'],
    s3Endpoint: process.env['AWS_ENDPOINT_URL_S3'],
    eventsEndpoint: process.env['AWS_ENDPOINT_URL_EVENTBRIDGE'],
    region: process.env['AWS_REGION'] ?? 'us-east-1',
    accountId: '000000000000',
  });
  const server = createAwsServer([service]);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await server.close();
      await service.close();
    });
  }
  console.log(`Step Functions on ${await server.listen(port)}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
