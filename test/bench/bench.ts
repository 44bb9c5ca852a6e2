// `npm run bench`: measures, prints the tables and writes them to docs/benchmarks.md. `-- --only <name>` runs one
// benchmark and writes nothing; `--quick` takes a fifth of the requests.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loops } from './loops.ts';
import { maps } from './maps.ts';
import { memory } from './memory.ts';
import { starts } from './starts.ts';
import { steps } from './steps.ts';
import { waits } from './waits.ts';

/** How much is done; a run for a quick look does less. */
export interface Amount {
  /** Of a number of requests or the like, how many to do. */
  of(full: number): number;
}

/** Each gives Markdown. */
const benchmarks: Readonly<Record<string, (amount: Amount) => Promise<string>>> = {
  steps,
  memory,
  maps,
  loops,
  waits,
  starts,
};

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const names = Object.keys(benchmarks);
if (values.only !== undefined && !names.includes(values.only)) {
  console.error(`--only takes one of ${names.join(', ')}, but was '${values.only}'`);
  process.exit(1);
}
const amount: Amount = { of: (full) => Math.ceil(values.quick ? full / 5 : full) };
const day = new Date().toISOString().slice(0, 10);
const parts = [
  `# Benchmarks

\`npm run bench\` measures and writes this page. Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}), ${day}.`,
];
for (const [name, run] of Object.entries(benchmarks)) {
  if (values.only !== undefined && name !== values.only) continue;
  const part = await run(amount);
  console.log(`\n${part}`);
  parts.push(part);
}
if (values.only === undefined && !values.quick)
  writeFileSync(
    fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url)),
    `${parts.join('\n\n')}\n`,
  );
