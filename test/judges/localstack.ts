// The judge that runs the compiled definitions on LocalStack's engine, on this machine and without Docker.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { judgeDefinitions } from './compare-definitions.ts';
import { createLambda } from './definitions.ts';
import { pythonEnvironment } from './python.ts';
import { startServer } from './server.ts';
import type { Judge } from './template.ts';

/** Before it, `threading.Lock` is no class, which LocalStack's annotations take it for. */
const OLDEST_PYTHON = [3, 13] as const;

export const localstack: Judge = async (python) => {
  process.env.CATALOGUE_FILE = join(projectFolder, 'build', 'catalogue.json');
  const bin = await pythonEnvironment('requirements-localstack.txt', python, OLDEST_PYTHON);
  const lambda = await createLambda(await readCatalogue());
  const folder = await mkdtemp(join(tmpdir(), 'judge-localstack-'));
  try {
    const server = await startServer({
      bin,
      script: 'localstack_server.py',
      lambdaEndpoint: lambda.url,
      healthPath: '/_localstack/health',
      environment: (port) => ({
        GATEWAY_LISTEN: `127.0.0.1:${port}`,
        GATEWAY_SERVER: 'hypercorn', // twisted, which is the default, does not start outside of its image
        SERVICES: 'stepfunctions,sts',
        STRICT_SERVICE_LOADING: '1',
        FILESYSTEM_ROOT: folder,
        USE_SSL: '0',
        // It asks for nothing over the network, and tells nobody that it runs.
        SKIP_SSL_CERT_DOWNLOAD: '1',
        DISABLE_EVENTS: '1',
        DNS_ADDRESS: '0',
      }),
    });
    try {
      return [await judgeDefinitions('localstack: definitions', server.url, lambda.url)];
    } finally {
      await server.stop();
    }
  } finally {
    await Promise.all([lambda.close(), rm(folder, { recursive: true, force: true })]);
  }
};
