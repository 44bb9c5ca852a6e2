// What a browser loads for each page of the dashboard, gzipped, against what is recorded.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { manifestOf } from '../dashboard-manifest.ts';
import { keptDashboard } from '../kept-dashboard.ts';

const RECORD = join(import.meta.dirname, 'dashboard-sizes.json');
const BUDGET_BYTES = 150_000;
const GROWTH = 1.05;

const manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isEntry: z.boolean().optional(),
    imports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
  }),
);
type Manifest = z.output<typeof manifest>;

/** The files of a chunk and of all that it imports. */
function filesOf(chunks: Manifest, name: string, seen = new Set<string>()): ReadonlySet<string> {
  const chunk = chunks[name];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const file of chunk.css) seen.add(file);
  for (const imported of chunk.imports) filesOf(chunks, imported, seen);
  return seen;
}

async function bytesOf(folder: string, files: Iterable<string>): Promise<number> {
  // What is too small to be compressed travels as it is.
  const sizes = [...files].map((file) =>
    stat(join(folder, `${file}.gz`)).catch(() => stat(join(folder, file))),
  );
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

/** By page, in bytes; `frame` is what every page needs. */
async function measure(): Promise<Readonly<Record<string, number>>> {
  const folder = await keptDashboard();
  const chunks = manifest.parse(JSON.parse(await readFile(manifestOf(folder), 'utf8')));
  const entry = Object.keys(chunks).find((name) => chunks[name]?.isEntry) ?? '';
  const frame = filesOf(chunks, entry);
  const sizes: Record<string, number> = { frame: await bytesOf(folder, frame) };
  for (const name of Object.keys(chunks).sort()) {
    const page = /^pages\/.+\/([^/]+)-page\.tsx$/.exec(name)?.[1];
    if (page !== undefined)
      sizes[page] = await bytesOf(folder, new Set([...frame, ...filesOf(chunks, name)]));
  }
  return sizes;
}

/**
 * Prints the size of each page.
 * @param isRecorded writes them down, as what the next ones are compared with
 * @returns the pages that have grown by more than 5 %, or that are larger than the first one may be
 */
export async function printSizes(isRecorded: boolean): Promise<readonly string[]> {
  const sizes = await measure();
  const recorded = z
    .record(z.string(), z.number())
    .parse(JSON.parse(await readFile(RECORD, 'utf8').catch(() => '{}')));
  const failures: string[] = [];
  for (const [page, bytes] of Object.entries(sizes)) {
    const before = recorded[page];
    const change = before === undefined ? 'new' : `${(((bytes - before) / before) * 100).toFixed(1)} %`;
    console.log(`${page.padEnd(32)}${(bytes / 1000).toFixed(1).padStart(8)} KB gzip${change.padStart(10)}`);
    if (before !== undefined && bytes > before * GROWTH) failures.push(`${page} has grown by ${change}`);
    if (bytes > BUDGET_BYTES && !/editor/.test(page))
      failures.push(`${page} has ${bytes} bytes, more than ${BUDGET_BYTES}`);
  }
  if (!isRecorded) return failures;
  await writeFile(RECORD, `${JSON.stringify(sizes, null, 2)}\n`);
  return [];
}
