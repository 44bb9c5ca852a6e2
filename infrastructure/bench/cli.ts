// npm run bench:cli: how long the commands of `npx orchestra` take, beside `node -e 0` in the same run.
import { spawnSync } from 'node:child_process';
import { projectFolder } from '../project-folder.ts';

/** In turns, so that what else the machine does meets all alike. */
const ROUNDS = 15;

const workflow = 'statemachines/triage_mail.workflow.json';

/** A command line, and how many times as long as `node -e 0` it may take. */
const commands: readonly (readonly [name: string, line: readonly string[], limit?: number])[] = [
  ['node -e 0', [process.execPath, '-e', '0']],
  ['orchestra --help', [process.execPath, 'cli/orchestra.mjs', '--help'], 4],
  ['orchestra validate', [process.execPath, 'cli/orchestra.mjs', 'validate', workflow], 15],
  // What npm takes by itself before it starts a project's command.
  ['npx --call true', ['npx', '--call', 'true']],
  ['npx orchestra --help', ['npx', 'orchestra', '--help']],
  ['npx orchestra validate', ['npx', 'orchestra', 'validate', workflow]],
];

// As from a terminal: npm gives what it runs variables that an npx within would go by.
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

function seconds([file = '', ...args]: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(file, args, { cwd: projectFolder, env, encoding: 'utf8' });
  const took = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}

// The first start of a clone builds the catalogue and compiles everything.
for (const [, line] of commands) seconds(line);
const times = commands.map((): number[] => []);
for (let round = 0; round < ROUNDS; round += 1)
  for (const [index, [, line]] of commands.entries()) times[index]?.push(seconds(line));

const least = times.map((all) => Math.min(...all));
const [node = Number.NaN] = least;
console.log(`The fastest of ${ROUNDS} starts.\n\ncommand                         s   to node -e 0`);
for (const [index, [name, , limit]] of commands.entries()) {
  const took = least[index] ?? Number.NaN;
  const ratio = took / node;
  const most = limit === undefined ? '' : `   at most ${limit}`;
  console.log(`${name.padEnd(26)}${took.toFixed(3).padStart(7)}${ratio.toFixed(1).padStart(15)}${most}`);
  if (limit !== undefined && ratio > limit) process.exitCode = 1;
}
