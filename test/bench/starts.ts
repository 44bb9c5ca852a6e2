// The start of an engine whose file holds many executions that have ended, after it was killed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localSignature } from '../../local/aws/signature.ts';
import type { Amount } from './bench.ts';
import { type Ready, startChild } from './child.ts';
import { load, type Target } from './load.ts';
import { figure, table } from './table.ts';

const EXECUTIONS = 100_000;

/** Starts an execution of one state, which has ended with the answer. */
const run = ({ endpoint = '', single }: Ready): Target => ({
  url: endpoint,
  headers: {
    ...localSignature('states'),
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AWSStepFunctions.StartExecution',
  },
  body: JSON.stringify({ stateMachineArn: single }),
  check(status, body) {
    if (status !== 200) throw new Error(`Answered ${status} ${body}`);
  },
});

export async function starts(amount: Amount): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const settings = { BENCH_DATABASE: path.join(folder, 'engine.sqlite') };
  const rows: string[][] = [];
  const measure = async (name: string, executions: number) => {
    const child = await startChild('engine.ts', settings);
    rows.push([name, child.ready['openMs'] ?? '', figure(await child.ask<number>('list'))]);
    await load(run(child.ready), 16, executions);
    await child.kill();
  };
  const executions = amount.of(EXECUTIONS);
  await measure('none', executions);
  await measure(String(executions), 0);
  await rm(folder, { recursive: true });
  return `## The start

An engine's file with so many executions that have ended, each with its history; the engine that wrote it was killed. Until
it serves, and then its first ListExecutions.

${table(['executions', 'ms', 'first list ms'], rows)}`;
}
