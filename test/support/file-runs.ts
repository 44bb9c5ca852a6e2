// One engine for the runs of a whole test file: to start one for each run takes longer than most runs.
import { afterAll } from 'vitest';
import { systemClock } from '../../local/states/model/clock.ts';
import { createRunner, type Runner, run } from './run-compiled.ts';

/**
 * Gives `run` for a test file that calls this at its top. Its runs are one after the other, on one engine for each
 * catalogue; one with a clock, other workflows or an answer of its own to what is asked has an engine of its own.
 * @example const run = runsOfFile();
 */
export function runsOfFile(): typeof run {
  const runners = new Map<unknown, Promise<Runner>>();
  afterAll(async () => {
    for (const runner of runners.values()) await (await runner).close();
  });
  return async (...given) => {
    const [document, input, answer, catalogue, clock = systemClock, others = [], onRequest] = given;
    if (clock !== systemClock || others.length > 0 || onRequest) return run(...given);
    const runner = runners.get(catalogue) ?? createRunner(catalogue);
    runners.set(catalogue, runner);
    return (await runner).run(document, input, answer);
  };
}
