// The judges that run on moto: the deployment and the API's functions, and the compiled definitions on moto's engine.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { close, listen } from '../../local/shared/http-server.ts';
import { startStandalone } from '../../local/states/standalone.ts';
import { createAliasProxy } from './alias-proxy.ts';
import { createLambda, type Outcome, readDefinition, runDefinitions, same } from './definitions.ts';
import { judgeDeployment } from './deployment.ts';
import { pythonEnvironment } from './python.ts';
import type { Judge, Judgement } from './template.ts';

/** A run that has not ended after this many milliseconds waits for something. */
const PATIENCE = 25_000;

export const motoJudges: Judge = async (python) => {
  process.env.CATALOGUE_FILE = join(projectFolder, 'build', 'catalogue.json');
  const bin = await pythonEnvironment('requirements.txt', python);
  const lambda = await createLambda(await readCatalogue());
  const moto = await startMoto(bin, lambda.url);
  const proxy = await createAliasProxy(moto.url);
  try {
    return [await deployment(proxy.url), await definitions(moto.url, lambda.url)];
  } finally {
    await Promise.all([proxy.close(), lambda.close(), moto.stop()]);
  }
};

async function deployment(endpoint: string): Promise<Judgement> {
  const tried = await judgeDeployment(endpoint);
  const findings = tried.flatMap(({ what, wrong }) => (wrong ? [{ subject: what, difference: wrong }] : []));
  return { judge: 'moto: deployment and API', looked: `${tried.length} things tried`, findings };
}

/** Every compiled definition must end at moto as it does here. */
async function definitions(endpoint: string, lambdaEndpoint: string): Promise<Judgement> {
  const files = globSync('statemachines/**/*.asl.json', { cwd: projectFolder });
  const all = await Promise.all(files.map((file) => readDefinition(join(projectFolder, file))));
  const engine = await startStandalone({
    port: 0,
    database: undefined,
    days: undefined,
    megabytes: undefined,
    region: 'us-east-1',
    accountId: '123456789012',
    lambdaEndpoint,
    s3Endpoint: undefined,
    eventsEndpoint: undefined,
  });
  try {
    const [ours, theirs] = await Promise.all(
      [engine.url, endpoint].map((url) => runDefinitions(statesClient(url), all, PATIENCE)),
    );
    const findings = all
      .filter(({ name }) => !same(ours?.get(name), theirs?.get(name)))
      .map(({ name }) => ({ subject: name, difference: difference(theirs?.get(name), ours?.get(name)) }));
    return { judge: 'moto: definitions', looked: `${all.length} definitions run`, findings };
  } finally {
    await engine.close();
  }
}

const difference = (theirs: Outcome | undefined, ours: Outcome | undefined): string =>
  `${JSON.stringify(theirs)}, here ${JSON.stringify(ours)}`.slice(0, 1500);

function statesClient(endpoint: string): SFNClient {
  return new SFNClient({
    endpoint,
    region: 'us-east-1',
    disableHostPrefix: true, // of synchronous starts, at AWS on a host of their own
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'none' },
    maxAttempts: 1,
  });
}

/** Starts moto's server, and waits until it answers. */
async function startMoto(
  bin: string,
  lambdaEndpoint: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const probe = createServer();
  const url = await listen(probe, 0);
  await close(probe);
  const args = [join(import.meta.dirname, 'moto_server.py'), new URL(url).port, lambdaEndpoint];
  const child = spawn(join(bin, 'python'), args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`moto's server has ended with ${child.exitCode}`);
    const up = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) break;
    await pause(100);
  }
  return {
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
