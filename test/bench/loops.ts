// A loop of 10,000 transitions in one execution: a Pass state that adds 1 and a Choice that goes back to it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Amount } from './bench.ts';
import { startChild } from './child.ts';
import { figure, table } from './table.ts';

const TRANSITIONS = 10_000;

export async function loops(amount: Amount): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const rows: string[][] = [];
  for (const [name, database] of [
    ['in memory', ':memory:'],
    ['in a file', path.join(folder, 'engine.sqlite')],
  ] as const) {
    const child = await startChild('engine.ts', { BENCH_DATABASE: database });
    await child.ask('loop', TRANSITIONS);
    const runs = amount.of(20);
    const before = await child.cpuMs();
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) times.push(await child.ask<number>('loop', TRANSITIONS));
    const cpuMs = ((await child.cpuMs()) - before) / runs;
    await child.stop();
    times.sort((a, b) => a - b);
    const median = times[Math.floor(runs / 2)] ?? 0;
    rows.push([name, figure(median), figure((TRANSITIONS / median) * 1000), figure(cpuMs)]);
  }
  await rm(folder, { recursive: true });
  return `## A loop of 10,000 transitions

One execution with its whole history, from the start to the status change event; the median of the runs.

${table(['store', 'ms', 'transitions/s', 'CPU ms'], rows)}`;
}
