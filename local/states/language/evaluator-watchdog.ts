// A thread of the process of evaluator-process.ts: kills it when an evaluation takes too long, also one that never comes
// back to JavaScript (a regular expression), and when the engine is gone.
import { workerData } from 'node:worker_threads';

/** Processor time of the process, garbage collection included: more than the limit that evaluations watch themselves. */
const MAX_CPU_MS = 1500;
const TICK_MS = 100;

/** The number of the evaluation under way, 0 between two. */
const current: unknown = workerData;
const engine = process.ppid;
let seen = 0;
let began = 0;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

setInterval(() => {
  if (process.ppid !== engine) process.kill(process.pid, 'SIGKILL');
  const evaluation = current instanceof Int32Array ? Atomics.load(current, 0) : 0;
  if (evaluation === seen) {
    if (evaluation !== 0 && cpuMs() - began > MAX_CPU_MS) process.kill(process.pid, 'SIGKILL');
    return;
  }
  seen = evaluation;
  began = cpuMs();
}, TICK_MS);
