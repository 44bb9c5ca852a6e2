#!/usr/bin/env node
// What `npx orchestra` starts (`bin` in package.json): cli/main.mjs, on Node 24. Plain JavaScript, since an older Node
// may start it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [, , command] = process.argv;
// npm puts the project's own Node 24 first. The engine wants its settings for memory, which only a new process takes.
if (Number(process.versions.node.split('.')[0]) >= 24 && command !== 'states') await import('./main.mjs');
else runOnNode24();

/** Runs it in place of this process: the same terminal, signals and exit code. */
function runOnNode24() {
  const at = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
  const line = [at('../infrastructure/node24.sh'), at('main.mjs'), ...process.argv.slice(2)];
  const child = spawn('sh', line, { stdio: 'inherit' });
  // Ctrl+C reaches the child by itself; it decides when to end. Other signals are passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
