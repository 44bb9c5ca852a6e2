// npm run bench:bundles: size and cold import time of every function's bundle, beside an empty handler.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { buildCatalogue } from '../build-catalogue.ts';
import { bundles } from '../stack/bundles.ts';
import { lambdaFunctions } from '../stack/functions.ts';

/** How many new processes import each bundle; the median of their times is shown. */
const RUNS = 7;

const folder = await mkdtemp(join(tmpdir(), 'bundles-'));
try {
  console.log(row('function', 'min KB', 'zip KB', 'import ms'));
  await measure('(empty handler)', Buffer.from('export async function handler() {}'));
  const functions = lambdaFunctions(await buildCatalogue());
  const made = await bundles(functions.map(({ file }) => file));
  for (const { name, file } of functions) await measure(name, made.get(file)?.code ?? Buffer.of());
} finally {
  await rm(folder, { recursive: true });
}

async function measure(name: string, code: Uint8Array): Promise<void> {
  const file = join(folder, 'bundle.mjs');
  await writeFile(file, code);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await importTime(file));
  const median = times.sort((a, b) => a - b)[(RUNS - 1) / 2] ?? Number.NaN;
  console.log(
    row(name, kilobytes(code.byteLength), kilobytes(deflateRawSync(code).byteLength), median.toFixed(1)),
  );
}

/** Milliseconds that a new process needs to import the module. Without a region a client would look for files. */
async function importTime(file: string): Promise<number> {
  const script =
    'const start = performance.now(); await import(process.argv[1]); console.log(performance.now() - start);';
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, file],
    {
      env: { AWS_REGION: 'us-east-1' },
    },
  );
  return Number(stdout);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}

function row(name: string, ...figures: readonly string[]): string {
  return `${name.padEnd(28)}${figures.map((figure) => figure.padStart(11)).join('')}`;
}
