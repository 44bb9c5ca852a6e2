// `npm run effects-test`: 500 runs of each action that writes under faults, and then whole stacks that are killed. Alone, with
// numbers of one's own: `sh infrastructure/node24.sh test/durability/effects/main.ts --runs 100 --seed 7`.
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { type EffectsOfAction, effectsTest } from './effects-test.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    /** Another one every time when it is left out. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** One part of the runs, told as JSON. */
    part: { type: 'boolean', default: false },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

/** Emulated providers allow a token 5000 requests an hour, as GitHub does: each part of the runs has providers of its own. */
const RUNS_OF_A_PART = 80;

async function part(number: number): Promise<EffectsOfAction[]> {
  const some = Math.min(RUNS_OF_A_PART, runs - number * RUNS_OF_A_PART);
  const options = ['--part', '--runs', String(some), '--seed', String(seed + number * 1000)];
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, ...options]);
  return JSON.parse(stdout);
}

if (values.part) {
  console.log(JSON.stringify(await effectsTest({ runs, seed })));
} else {
  console.log(`effects test: ${runs} runs of each action, seed ${seed}`);
  const all: EffectsOfAction[] = [];
  for (let number = 0; number * RUNS_OF_A_PART < runs; number++) all.push(...(await part(number)));
  for (const [action, parts] of Map.groupBy(all, (one) => one.action)) {
    const sum = (key: 'runs' | 'succeeded' | 'outcomeUnknown' | 'effects') =>
      parts.reduce((total, one) => total + one[key], 0);
    console.log(
      `${action}, ${parts[0]?.once}: ${sum('runs')} runs, ${sum('succeeded')} succeeded, ${sum('outcomeUnknown')} unknown, ${sum('effects')} effects`,
    );
    for (const line of parts.flatMap(({ wrong }) => wrong)) console.log(`  ${line}`);
  }
  process.exitCode = all.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
}
