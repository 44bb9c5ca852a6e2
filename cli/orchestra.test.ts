// The command line itself: help, and what is answered to a command line that means nothing.
import { expect, test } from 'vitest';
import { realFiles } from './io.ts';
import { orchestra } from './orchestra.ts';
import { run } from './testing/run.ts';

test.each(['--help', '-h', 'help'])('%s lists the commands', async (flag) => {
  const { code, stdout, stderr } = await run([flag]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^Checks and compiles workflows, and serves Step Functions on this machine\.\n\nUsage: orchestra <command> \[options\]\n\n/,
  );
  expect(stdout).toContain('  validate <files…>  finds every mistake in workflows, each with its place\n');
});

test('without arguments the overview is printed as an error', async () => {
  const { stdout } = await run(['--help']);
  expect(await run([])).toEqual({ code: 2, stdout: '', stderr: stdout });
});

test.each([[['validate', '--help']], [['validate', 'x', '-h']]])('%j lists the options', async (argv) => {
  const { code, stdout } = await run(argv);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: orchestra validate \[options\] <files…>\n\nFinds every mistake/);
  expect(stdout).toMatch(/\n {2}--json {6}prints .*\n {2}-h, --help {2}shows this help\n$/);
});

test('help fits a terminal', async () => {
  for (const argv of [
    ['--help'],
    ...['validate', 'compile', 'graph', 'states'].map((name) => [name, '--help']),
  ]) {
    const { stdout } = await run(argv);
    expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
  }
});

test.each([
  [
    ['valdate', 'x'],
    'There is no command valdate. Did you mean validate? Commands: validate, compile, graph, states.',
  ],
  [['--json', 'x'], 'The command comes first. Commands: validate, compile, graph, states.'],
  [['validate', '--jsn', 'x'], 'There is no option --jsn. Did you mean --json? Options: --json, --help.'],
  [['validate', '-x', 'x'], 'There is no option -x. Options: --json, --help.'],
  [['validate', '--json=yes', 'x'], '--json takes no value'],
  [['validate', '--toString', 'x'], 'There is no option --toString. Options: --json, --help.'],
  [['validate'], 'Name workflow files, folders or - for standard input'],
])('%j is refused with the alternatives', async (argv, message) => {
  expect(await run(argv)).toEqual({ code: 2, stdout: '', stderr: `orchestra: ${message}\n` });
});

test('every argument after -- is a file', async () => {
  expect(await run(['validate', '--', '--json'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'orchestra: --json cannot be read: no such file or directory\n',
  });
});

test('an error of the program itself is thrown, not told as a mistake of its user', async () => {
  const catalogue = () => Promise.reject(new TypeError('broken'));
  const files = { ...realFiles, read: async () => Buffer.from('{}'), workflowsIn: async () => undefined };
  await expect(orchestra(['validate', 'x.json'], { catalogue, files })).rejects.toThrow('broken');
});
