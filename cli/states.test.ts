// `orchestra states`: the engine alone on a port, as a user starts, tries and ends it.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localSignature } from '../local/aws/signature.ts';
import { childEnvironment } from '../test/support/child-environment.ts';
import { run } from './testing/run.ts';

const root = path.resolve(import.meta.dirname, '..');
let folder: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'orchestra-states-'));
});
afterEach(async () => {
  for (const { pid, exitCode, signalCode } of children)
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
  children = [];
  await rm(folder, { recursive: true });
});

/** Started as `npx` starts it, in a process group of its own, and ready when it has printed its examples. */
async function start(options: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    [path.join(root, 'cli/orchestra.mjs'), 'states', '-p', '0', ...options],
    {
      detached: true,
      env: { ...childEnvironment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  children.push(child);
  const printed = { stdout: '', stderr: '' };
  child.stderr.on('data', (chunk) => (printed.stderr += chunk));
  const ended = once(child, 'close').then(([code]) => code);
  while (!printed.stdout.includes('get-execution-history')) {
    const [chunk] = await Promise.race([once(child.stdout, 'data'), ended.then(() => [undefined])]);
    if (chunk === undefined) throw new Error(`It ended: ${printed.stderr}`);
    printed.stdout += chunk;
  }
  child.stdout.on('data', (chunk) => (printed.stdout += chunk));
  return {
    printed,
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(printed.stdout)?.[0] ?? '',
    /** As a terminal does: everything that runs in it gets the signal. */
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    terminate: () => process.kill(-(child.pid ?? 0), 'SIGTERM'),
    ended,
  };
}

const linesToTry = (text: string) =>
  [...text.matchAll(/^ +((?:export|aws) .+)$/gm)].map(([, line = '']) => line);

/** Sends what the AWS CLI sends for such a line. */
async function aws(line: string, url: string): Promise<Record<string, unknown>> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  const [, , operation = '', ...options] = words;
  const capitals = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const input: Record<string, string> = {};
  for (let at = 0; at < options.length; at += 2)
    input[capitals(options[at]?.slice(2) ?? '')] = options[at + 1] ?? '';
  return post(capitals(`-${operation}`), input, url);
}

async function post(operation: string, input: object, url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...localSignature('states'),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Record<string, unknown>; // AWS JSON answers objects
  expect([response.status, body]).toEqual([200, expect.anything()]);
  return body;
}

test('what it prints, and docs/laptop.md, can be run as it is', async () => {
  const states = await start([]);
  const [environment = '', ...lines] = linesToTry(states.printed.stdout);
  expect(environment).toBe(
    `export AWS_ENDPOINT_URL_SFN=${states.url} AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
  );
  const answers = [];
  for (const line of lines) answers.push(await aws(line, states.url));
  expect(answers[2]).toMatchObject({ status: 'SUCCEEDED', input: '{"name": "Ada"}', output: '"Hello Ada"' });
  expect(answers[3]?.['events']).toHaveLength(4);

  const page = await readFile(path.join(root, 'docs/laptop.md'), 'utf8');
  const [, section = ''] = page.split('## The Step Functions engine alone');
  expect(linesToTry(section).join('\n').replaceAll('http://127.0.0.1:4566', states.url)).toBe(
    [environment, ...lines].join('\n'),
  );
  const [, code = ''] = /```js\n(.*?)```/s.exec(section) ?? [];
  const env = Object.fromEntries(
    [...environment.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    cwd: root,
    env,
  });
  expect(stdout).toContain(`output: '"Hello Grace"'`);
});

test('Ctrl-C ends it, and the next start on the file goes on', async () => {
  const database = path.join(folder, 'new', 'states.db');
  const first = await start(['-d', database, '--region', 'eu-north-1', '--account', '123456789012']);
  expect(first.printed.stdout).toContain(`\n  State      ${database}\n`);
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'W',
    States: { W: { Type: 'Wait', Timestamp: '{% $states.input.until %}', End: true } },
  });
  const roleArn = 'arn:aws:iam::123456789012:role/any';
  const { stateMachineArn } = await post('CreateStateMachine', { name: 'm', roleArn, definition }, first.url);
  expect(stateMachineArn).toBe('arn:aws:states:eu-north-1:123456789012:stateMachine:m');
  const input = JSON.stringify({ until: new Date(Date.now() + 2500).toISOString() });
  const { executionArn } = await post('StartExecution', { stateMachineArn, input }, first.url);
  first.interrupt();
  expect(await first.ended).toBe(0);
  expect(first.printed.stdout).toMatch(/\nStopped\. The next start continues from here\.\n$/);
  expect(first.printed.stderr).toBe('');

  const second = await start(['-d', database]);
  let status: unknown;
  do ({ status } = await post('DescribeExecution', { executionArn }, second.url));
  while (status === 'RUNNING');
  expect(status).toBe('SUCCEEDED');
  second.terminate();
  expect([await second.ended, second.printed.stderr]).toEqual([0, '']);
});

test('it can be ended during a call that is never answered', async () => {
  const called = Promise.withResolvers<void>();
  const silent = createServer(() => called.resolve()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo; // a listening TCP server has a port
  const lambda = `http://127.0.0.1:${port}`;
  const states = await start([], { AWS_ENDPOINT_URL_LAMBDA: lambda });
  expect(states.printed.stdout).toContain(`\n  Functions  ${lambda}\n`);
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'C',
    States: { C: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f', End: true } },
  });
  const roleArn = 'arn:aws:iam::000000000000:role/any';
  const { stateMachineArn } = await post(
    'CreateStateMachine',
    { name: 'm', roleArn, definition },
    states.url,
  );
  await post('StartExecution', { stateMachineArn }, states.url);
  await called.promise;
  states.interrupt();
  expect([await states.ended, states.printed.stderr]).toEqual([0, '']);
  silent.close();
});

const states = (options: readonly string[], environment: Record<string, string> = {}) =>
  run(['states', '--port', '0', ...options], { environment });

test.each<[readonly string[], Record<string, string>, string]>([
  [['--port', '65536'], {}, '--port takes a whole number up to 65535, but was 65536'],
  [['--port', '-1'], {}, '--port takes a whole number up to 65535, but was -1'],
  [['--keep-days', '1.5'], {}, '--keep-days takes a whole number, but was 1.5'],
  [['--keep-mb', 'all'], {}, '--keep-mb takes a whole number, but was all'],
  [['--account', '12'], {}, '--account is 12, but should look like 000000000000'],
  [['--account', '0000000000001'], {}, '--account is 0000000000001, but should look like 000000000000'],
  [['--region', 'moon'], {}, '--region is moon, but should look like us-east-1'],
  [[], { AWS_REGION: 'moon' }, 'AWS_REGION is moon, but should look like us-east-1'],
  [
    [],
    { AWS_ENDPOINT_URL_LAMBDA: 'localhost:9001' },
    'AWS_ENDPOINT_URL_LAMBDA is localhost:9001, but should look like http://127.0.0.1:9001',
  ],
  [['file'], {}, 'states takes no file, only options'],
  [
    ['--memory'],
    {},
    'There is no option --memory. Options: --port, --database, --keep-days, --keep-mb, --region, --account, --help.',
  ],
])('%j with %j is refused', async (options, environment, message) => {
  expect(await states(options, environment)).toEqual({
    code: 2,
    stdout: '',
    stderr: `orchestra: ${message}\n`,
  });
});

test('a port that is in use is reported', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo; // a listening TCP server has a port
  expect(await states(['--port', String(port)])).toEqual({
    code: 2,
    stdout: '',
    stderr: `orchestra: Port ${port} on 127.0.0.1 is in use by another process; --port chooses another\n`,
  });
  taken.close();
});

test('a file that is in use by another engine is refused', async () => {
  const file = path.join(folder, 'states.db');
  await start(['-d', file]);
  expect(await states(['-d', file])).toEqual({
    code: 2,
    stdout: '',
    stderr: `orchestra: ${file} is in use by another engine; stop that one, or name another file\n`,
  });
});

test.each([{}, { AWS_REGION: '' }])('without a region it is in us-east-1: %j', async (environment) => {
  const { code, stdout } = await run(['states', '-p', '0'], { environment });
  expect([code, stdout]).toEqual([0, expect.stringContaining(' AWS_DEFAULT_REGION=us-east-1 ')]);
});
