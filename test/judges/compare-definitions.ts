// Runs every compiled definition on an engine that others wrote and on ours, and tells where they end otherwise.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { startStandalone } from '../../local/states/standalone.ts';
import { type Outcome, readDefinition, runDefinitions, same } from './definitions.ts';
import type { Judgement } from './template.ts';

/** A run that has not ended after this many milliseconds waits for something. */
const PATIENCE = 25_000;

/** @param endpoint of the other engine, which invokes functions at `lambdaEndpoint` as ours does */
export async function judgeDefinitions(
  judge: string,
  endpoint: string,
  lambdaEndpoint: string,
): Promise<Judgement> {
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
    return { judge, looked: `${all.length} definitions run`, findings };
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
