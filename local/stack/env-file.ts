// Reads the `.env` file, in which a developer puts real provider keys.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * The variables of a `.env` file; none when there is no such file.
 * Variables set to nothing are left out, so that a commented template with empty values changes nothing.
 */
export function readEnvFile(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text))) {
    if (value) variables[name] = value;
  }
  return variables;
}
