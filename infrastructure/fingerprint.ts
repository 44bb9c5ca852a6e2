// What is made from the sources is kept from one process to the next under the fingerprint of those sources.
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project-folder.ts';

export const cacheFolder = join(projectFolder, 'node_modules/.cache/ai-orchestra');

/**
 * Differs whenever a source does: no program can set a file's ctime back.
 * @param sources files and folders, from the project's folder; tests do not count
 */
export function fingerprint(sources: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) {
    const path = join(projectFolder, source);
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
      : [''];
    for (const file of files) {
      if (file.endsWith('.test.ts')) continue;
      const { size, ctimeMs } = statSync(join(path, file));
      hash.update(`${source}/${file} ${size} ${ctimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 32);
}
