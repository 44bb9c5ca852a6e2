// The Lambda functions of the stack, their environment, and the one that saves the shipped workflows.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lambdaFunctions } from '../../infrastructure/stack/functions.ts';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import type { LocalFunction } from '../lambda/function.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { credentials, PREFIX, type Settings } from './settings.ts';

const SEED_FUNCTION = `${PREFIX}seed`;

/** By function name. */
export function stackFunctions(catalogue: Catalogue): Record<string, LocalFunction> {
  const root = path.resolve(import.meta.dirname, '../..');
  const seedFile = path.join(import.meta.dirname, 'seed-function.ts');
  const functions: Record<string, LocalFunction> = {
    [SEED_FUNCTION]: { file: seedFile, timeoutSeconds: 60 },
  };
  for (const { name, file, timeoutSeconds, memoryMb } of lambdaFunctions(catalogue)) {
    functions[PREFIX + name] = { file: path.join(root, file), timeoutSeconds, memoryMb };
  }
  return functions;
}

export function functionEnvironment(settings: Settings, awsUrl: string): Record<string, string> {
  return {
    ...settings,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: awsUrl,
    STATES_SYNC_ENDPOINT_URL: awsUrl,
  };
}

/**
 * Saves the shipped workflows and templates at the first start only, so that what a user deleted stays deleted.
 * @param marker a file that says that it has been done
 */
export async function seedOnce(lambda: Lambda, marker: string): Promise<void> {
  if (existsSync(marker)) return;
  const { functionError, payload } = await lambda.invoke(SEED_FUNCTION, '{}');
  if (functionError) throw new Error(`The shipped workflows could not be saved: ${payload}`);
  await writeFile(marker, '');
}
