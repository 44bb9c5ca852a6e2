// What serverless.yml derives from the code. Serverless calls each export with its own resolvers of variables.
import * as z from 'zod';
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import type { Setting } from '../../lib/config.ts';
import { type LambdaFunction, lambdaFunctions } from './functions.ts';
import { roleId, roles as rolesOf } from './roles.ts';
import { stateMachines as stateMachinesOf } from './state-machines.ts';
import { stageName } from './target.ts';

interface Resolvers {
  resolveVariable(address: string): Promise<unknown>;
}

/** The catalogue, from the project's folder. */
const CATALOGUE = 'build/catalogue.json';

/** What the zip of a function holds besides its bundle, by the setting that says where it is; `npm run build` makes both. */
const files: Partial<Record<Setting, string>> = {
  CATALOGUE_FILE: CATALOGUE,
  DASHBOARD_FOLDER: 'build/dashboard/**',
};

/** The function list of serverless.yml. */
export async function functions({ resolveVariable }: Resolvers): Promise<Record<string, object>> {
  const stage = await stageOf(resolveVariable);
  const settings = z.record(z.string(), z.unknown()).parse(await resolveVariable('self:custom.settings'));
  const list = lambdaFunctions(await readCatalogue(CATALOGUE));
  return Object.fromEntries(list.map((lambda) => [lambda.name, functionOf(lambda, stage, settings)]));
}

/** The role of each function and of the state machines, as CloudFormation. */
export async function roles({ resolveVariable }: Resolvers): Promise<object> {
  const list = lambdaFunctions(await readCatalogue(CATALOGUE));
  return { Resources: rolesOf(list, await stageOf(resolveVariable)) };
}

/** The shipped state machines, as CloudFormation. */
export async function stateMachines({ resolveVariable }: Resolvers): Promise<object> {
  return { Resources: await stateMachinesOf(await stageOf(resolveVariable)) };
}

async function stageOf(resolveVariable: Resolvers['resolveVariable']): Promise<string> {
  return stageName(String(await resolveVariable('sls:stage')));
}

function functionOf(lambda: LambdaFunction, stage: string, settings: Record<string, unknown>): object {
  const { name, file, timeoutSeconds, memoryMb, environment, routes } = lambda;
  const values = environment
    .filter((setting) => settings[setting] != null)
    .map((setting) => [setting, settings[setting]]);
  return {
    name: `ai-orchestra-${stage}-${name}`,
    handler: file.replace(/\.ts$/, '.handler'),
    timeout: timeoutSeconds,
    memorySize: memoryMb,
    role: { 'Fn::GetAtt': [roleId(name), 'Arn'] },
    environment: Object.fromEntries(values),
    events: routes.map(({ method, path, role }) => ({
      httpApi: { method, path, ...(role && { authorizer: { name: 'jwt' } }) },
    })),
    package: { patterns: environment.flatMap((setting) => files[setting] ?? []) },
  };
}
