// The judges that run on moto: the deployment and the API's functions, and the compiled definitions on moto's engine.
import { join } from 'node:path';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { createAliasProxy } from './alias-proxy.ts';
import { judgeDefinitions } from './compare-definitions.ts';
import { createLambda } from './definitions.ts';
import { judgeDeployment } from './deployment.ts';
import { pythonEnvironment } from './python.ts';
import { startServer } from './server.ts';
import type { Judge, Judgement } from './template.ts';

export const motoJudges: Judge = async (python) => {
  process.env.CATALOGUE_FILE = join(projectFolder, 'build', 'catalogue.json');
  const bin = await pythonEnvironment('requirements.txt', python);
  const lambda = await createLambda(await readCatalogue());
  const moto = await startServer({
    bin,
    script: 'moto_server.py',
    lambdaEndpoint: lambda.url,
    healthPath: '/moto-api/',
  });
  const proxy = await createAliasProxy(moto.url);
  try {
    return [await deployment(proxy.url), await judgeDefinitions('moto: definitions', moto.url, lambda.url)];
  } finally {
    await Promise.all([proxy.close(), lambda.close(), moto.stop()]);
  }
};

async function deployment(endpoint: string): Promise<Judgement> {
  const tried = await judgeDeployment(endpoint);
  const findings = tried.flatMap(({ what, wrong }) => (wrong ? [{ subject: what, difference: wrong }] : []));
  return { judge: 'moto: deployment and API', looked: `${tried.length} things tried`, findings };
}
