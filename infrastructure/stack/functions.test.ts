// The needs that functions.ts declares against what each function's bundle can reach: nothing missing, nothing more.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lib/api/routes/route-table.ts';
import { buildCatalogue } from '../build-catalogue.ts';
import { projectFolder } from '../project-folder.ts';
import { type Bundle, bundles, type Command, commandsOf } from './bundles.ts';
import { type LambdaFunction, lambdaFunctions } from './functions.ts';

let functions: readonly LambdaFunction[];
let made: ReadonlyMap<string, Bundle>;

beforeAll(async () => {
  functions = lambdaFunctions(await buildCatalogue());
  made = await bundles(functions.map(({ file }) => file));
});

function bundleOf({ file }: LambdaFunction): Bundle {
  const found = made.get(file);
  if (!found) throw new TypeError(`There is no bundle of ${file}`);
  return found;
}

/** The names of services in IAM, where these differ from the client's. */
const prefixes: Readonly<Record<string, string>> = {
  'cognito-identity-provider': 'cognito-idp',
  // Asked without the right to list.
  'large-values': 's3',
  sfn: 'states',
};

/** What IAM asks for before it lets a command through; public operations of Cognito need nothing. */
function iamActions({ client, name }: Command): readonly string[] {
  switch (`${client}:${name}`) {
    case 's3:GetObject':
      return ['s3:GetObject', 's3:ListBucket'];
    case 's3:ListObjectsV2':
      return ['s3:ListBucket'];
    // GetObject with a version's id needs a right of its own; who lists versions reads them.
    case 's3:ListObjectVersions':
      return ['s3:ListBucketVersions', 's3:GetObjectVersion'];
    // The client itself calls it, for directory buckets alone, which this project has none of.
    case 's3:CreateSession':
      return [];
    case 'sfn:CreateStateMachine':
    case 'sfn:UpdateStateMachine':
      return [`states:${name}`, 'states:PublishStateMachineVersion', 'iam:PassRole'];
    case 'sfn:TestState':
      return ['states:TestState', 'iam:PassRole'];
    case 'scheduler:CreateSchedule':
    case 'scheduler:UpdateSchedule':
      return [`scheduler:${name}`, 'iam:PassRole'];
    case 'cognito-identity-provider:ConfirmForgotPassword':
    case 'cognito-identity-provider:ForgotPassword':
    case 'cognito-identity-provider:InitiateAuth':
    case 'cognito-identity-provider:RespondToAuthChallenge':
    case 'cognito-identity-provider:RevokeToken':
      return [];
    default:
      return [`${prefixes[client] ?? client}:${name}`];
  }
}

/**
 * A store of documents can write, so its commands are in every bundle that holds it; these functions only read documents.
 */
const neverCalled: Readonly<Record<string, readonly string[]>> = {
  'api-hooks': ['s3:DeleteObject'],
  'api-test-step': ['s3:DeleteObject', 's3:PutObject'],
  // A rerun's definition keeps the role that the state machine has.
  'api-reruns': ['iam:PassRole'],
};

describe('permissions', () => {
  test('are those of the AWS operations that the bundle can call', () => {
    for (const lambda of functions) {
      const { name, permissions } = lambda;
      const declared = new Set(permissions.flatMap(({ actions }) => actions));
      const needed = new Set(commandsOf(bundleOf(lambda)).flatMap(iamActions));
      for (const action of neverCalled[name] ?? []) needed.delete(action);
      expect([...declared].sort(), name).toEqual([...needed].sort());
    }
  });
});

describe('settings', () => {
  test('are those whose names the bundle holds', async () => {
    const config = await readFile(join(projectFolder, 'lib/config.ts'), 'utf8');
    const union = config.slice(
      config.indexOf('export type Setting'),
      config.indexOf('/** The value of a setting'),
    );
    const defaults = config.slice(config.indexOf('const defaults'), config.indexOf('} as const'));
    const settings = [
      ...[...union.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1] ?? ''),
      ...[...defaults.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1] ?? ''),
    ].filter((name) => !name.startsWith('AWS_'));
    expect(settings.length).toBeGreaterThan(10);
    for (const lambda of functions) {
      const { name, environment } = lambda;
      const code = Buffer.from(bundleOf(lambda).code).toString();
      const read = settings.filter((setting) => new RegExp(`["'\`]${setting}["'\`]`).test(code));
      expect([...environment].sort(), name).toEqual(read.sort());
    }
  });
});

describe('the list', () => {
  test('serves every route of the table once', () => {
    const served = functions.flatMap((lambda) => lambda.routes);
    expect(served.map(({ operation }) => operation).sort()).toEqual(
      routes.map(({ operation }) => operation).sort(),
    );
  });

  test('names each function once', () => {
    const names = functions.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });
});

describe('bundles', () => {
  test('hold nothing of the laptop: no emulator, no file of local/', () => {
    const emulators =
      /node_modules\/(emulate|@emulators|@copilotkit|cognito-local|vitest|esbuild|serverless)\//;
    for (const lambda of functions) {
      const foreign = bundleOf(lambda).sources.filter(
        (path) => emulators.test(path) || path.startsWith('local/'),
      );
      expect(foreign, lambda.name).toEqual([]);
    }
  });

  test('stay small: under 3 MB each', () => {
    for (const lambda of functions)
      expect(bundleOf(lambda).code.byteLength, lambda.name).toBeLessThan(3_000_000);
  });
});
