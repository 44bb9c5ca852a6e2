// `npm run crash-test [-- --kills 200 --seed 1 --starts 8]`: the crash test, and its counts.
import { parseArgs } from 'node:util';
import { crashTest } from './crash-test.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    /** Another one every time when it is left out. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    starts: { type: 'string', default: '8' },
  },
});
const numbers = { kills: Number(values.kills), seed: Number(values.seed), starts: Number(values.starts) };
console.log(`crash test: ${numbers.kills} kills, seed ${numbers.seed}`);
const { wrong, ...counts } = await crashTest({ ...numbers, log: console.log });
console.log(JSON.stringify(counts, undefined, 2));
for (const line of wrong.slice(0, 50)) console.log(line);
console.log(wrong.length === 0 ? 'nothing lost, nothing repeated' : `${wrong.length} things are wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;
