// A distributed Map, each item of which is an execution that calls a function.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startChild } from './child.ts';
import { figure, table } from './table.ts';

const SIZES = [1000, 10_000, 50_000];

export async function maps(): Promise<string> {
  const rows: string[][] = [];
  const seconds: number[] = [];
  for (const items of SIZES) {
    const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
    // A fresh one for each, so that the memory is that of this size.
    const child = await startChild('engine.ts', { BENCH_DATABASE: path.join(folder, 'engine.sqlite') });
    const before = await child.cpuMs();
    const took = (await child.ask<number>('map', items)) / 1000;
    const cpu = ((await child.cpuMs()) - before) / 1000;
    rows.push([String(items), figure(took), figure(items / took), figure(cpu), figure(child.peakMb())]);
    seconds.push(took);
    await child.stop();
    await rm(folder, { recursive: true });
  }
  const [, middle = 1, large = 1] = seconds;
  // 1: so many times the items, so many times the time.
  const slope = Math.log(large / middle) / Math.log((SIZES[2] ?? 1) / (SIZES[1] ?? 1));
  return `## A Map that calls a function

A distributed Map over so many items from S3, each a Standard child execution that calls a Lambda over HTTP; store in a
file, memory of the whole process with the Lambda's thread.

${table(['items', 's', 'items/s', 'CPU s', 'peak MB'], rows)}

From ${SIZES[1]} to ${SIZES[2]} items the time grows with the power ${slope.toFixed(2)} of their number (1 is linear).`;
}
