// Starts only the engine: `node local/states/main.ts [--port 4566] [--database file]`, functions at AWS_ENDPOINT_URL_LAMBDA.
import { parseArgs } from 'node:util';
import { createAwsServer } from '../aws-server.ts';
import { createStates } from './states.ts';

const MAX_PORT = 65_535;

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      /** A file that keeps everything across restarts. */
      database: { type: 'string', default: ':memory:' },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > MAX_PORT) {
    throw new Error(`--port takes a number up to ${MAX_PORT}, but was '${values.port}'`);
  }
  return { port, database: values.database };
}

async function main(): Promise<void> {
  const { port, database } = readOptions();
  const service = await createStates({
    database,
    lambdaEndpoint: process.env['AWS_ENDPOINT_URL_LAMBDA'],
    s3Endpoint: process.env['AWS_ENDPOINT_URL_S3'],
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
