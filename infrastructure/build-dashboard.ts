// Builds the dashboard with Vite and compresses its files; run as a script it writes the folder named, or build/dashboard
// from the build that is kept.
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { manifestOf } from './dashboard-manifest.ts';
import { keptDashboard } from './kept-dashboard.ts';
import { projectFolder } from './project-folder.ts';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** What is smaller travels in one packet anyway. */
const LEAST_BYTES = 1024;

/** Writes the dashboard's files into a folder, which is replaced: each text once more in Brotli and once in gzip. */
export async function buildDashboard(folder: string): Promise<void> {
  // Vite would keep what it was started with: a test's value makes React's development build, twice as large.
  process.env['NODE_ENV'] = 'production';
  await build({
    configFile: join(projectFolder, 'dashboard/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  });
  await rename(join(folder, '.vite/manifest.json'), manifestOf(folder));
  await rm(join(folder, '.vite'), { recursive: true });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(?:css|html|js|svg)$/.test(entry.name));
  await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))));
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < LEAST_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  await writeFile(`${file}.br`, await compressBrotli(content, { params }));
  await writeFile(`${file}.gz`, await compressGzip(content, { level: 9 }));
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    await buildDashboard(folder);
  } else {
    const built = join(projectFolder, 'build/dashboard');
    await rm(built, { recursive: true, force: true });
    await cp(await keptDashboard(), built, { recursive: true });
  }
}
