// `npm run fuzz -- [count] [seed]`: many random workflows; tells the smallest that does something else than it means.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { compare, fuzzRunner } from './compare.ts';
import { type Case, cases } from './generate.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const count = Number(positionals[0] ?? 50_000);
const seed = Number(positionals[1] ?? Date.now() % 2 ** 31);
/** Drawn at once: fast-check draws from one seed in order. */
const BATCH = 500;

const runner = await fuzzRunner();
/** By the kind of failure the smallest case of it. */
const failures = new Map<string, { readonly one: Case; readonly message: string; times: number }>();
const started = performance.now();
let done = 0;
for (let batch = 0; done < count; batch++) {
  for (const one of fc.sample(cases, { numRuns: Math.min(BATCH, count - done), seed: seed + batch })) {
    done += 1;
    try {
      await compare(one, runner);
    } catch (error) {
      const message = String(error);
      const kind = message.split('\n', 1)[0] ?? '';
      const before = failures.get(kind);
      const isSmaller = !before || JSON.stringify(one).length < JSON.stringify(before.one).length;
      failures.set(kind, {
        ...(isSmaller || !before ? { one, message } : before),
        times: (before?.times ?? 0) + 1,
      });
    }
  }
  process.stderr.write(`\r${done} of ${count}`);
}
await runner.close();
for (const { one, message, times } of failures.values()) {
  console.log(`\n${times} times: ${message.slice(0, 1500)}\n${JSON.stringify(one)}`);
}
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `\n${done} workflows in ${seconds} s, seed ${seed}: ${failures.size === 0 ? 'all do what they mean' : `${failures.size} kinds of failures`}`,
);
process.exitCode = failures.size === 0 ? 0 : 1;
