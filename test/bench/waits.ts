// Executions that wait for an hour: what they cost while they do.
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.ts';
import { figure, table } from './table.ts';

const EXECUTIONS = 1000;
const SECONDS = 10;

export async function waits(): Promise<string> {
  const rows: string[][] = [];
  const child = await startChild('engine.ts');
  const measure = async (name: string) => {
    await sleep(1000);
    child.peakMb();
    const before = await child.cpuMs();
    await sleep(SECONDS * 1000);
    rows.push([name, figure((await child.cpuMs()) - before), figure(child.peakMb())]);
  };
  await measure('none');
  await child.ask('wait', EXECUTIONS);
  await measure(`${EXECUTIONS}`);
  await child.stop();
  return `## Executions that wait for an hour

${table(['executions waiting', `CPU ms in ${SECONDS} s`, 'MB'], rows)}`;
}
