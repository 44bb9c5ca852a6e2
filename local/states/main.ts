// Starts only the engine: `node local/states/main.ts [--port 4566]`, functions at AWS_ENDPOINT_URL_LAMBDA.
import * as http from 'node:http';
import { parseArgs } from 'node:util';
import { createStates } from './states.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4566' },
    database: { type: 'string', default: ':memory:' },
  },
});

const service = await createStates({
  database: values.database,
  lambdaEndpoint: process.env['AWS_ENDPOINT_URL_LAMBDA'],
  region: process.env['AWS_REGION'] ?? 'us-east-1',
  accountId: '000000000000',
});

const server = http.createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = await service.handle({
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://127.0.0.1'),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: Buffer.concat(chunks),
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
});

server.once('error', (error) => {
  console.error(`Port ${values.port}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`Step Functions on http://127.0.0.1:${values.port}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    server.close();
    server.closeAllConnections();
    await service.close();
  });
}
