// `npm run effects-test`: 500 runs of each action that writes under faults, and then whole stacks that are killed. Alone, with
// numbers of one's own: `sh infrastructure/node24.sh test/durability/effects/main.ts --runs 100 --seed 7`.
import { parseArgs } from 'node:util';
import { effectsTest } from './effects-test.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    /** Another one every time when it is left out. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
console.log(`effects test: ${values.runs} runs of each action, seed ${values.seed}`);
const found = await effectsTest({
  runs: Number(values.runs),
  seed: Number(values.seed),
  log: (line) => console.log(line),
});
for (const { action, wrong } of found) for (const line of wrong) console.log(`${action}: ${line}`);
process.exitCode = found.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
