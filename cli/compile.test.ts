// `orchestra compile`: the definition, and where it goes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statemachinesFolder } from '../infrastructure/generate/update-goldens.ts';
import { ANYWHERE } from './deployment.ts';
import { run } from './testing/run.ts';

const workflow = join(statemachinesFolder, 'simple_ai_completion.workflow.json');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('prints the golden definition', async () => {
  const golden = await readFile(join(statemachinesFolder, 'simple_ai_completion.asl.json'), 'utf8');
  expect(await run(['compile', workflow])).toEqual({ code: 0, stdout: golden, stderr: '' });
});

test('takes the prefix of the functions’ ARNs, and writes to a file', async () => {
  const file = join(folder, 'made.asl.json');
  const prefix = 'arn:aws:lambda:eu-west-1:123456789012:function:ai-orchestra-prod-';
  const ran = await run(['compile', workflow, '--function-arn-prefix', prefix, '-o', file]);
  expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(JSON.parse(await readFile(file, 'utf8')).States.complete.Arguments.FunctionName).toBe(
    `${prefix}openai-generate-completion`,
  );
});

test('takes the API’s address, for approvals', async () => {
  const approval = {
    message: 'x',
    notify: { action: 'openai.summarize', params: { text: '{{ approval.url }}' } },
  };
  const stdin = JSON.stringify({ id: 'w', steps: [{ id: 'a', approval }] });
  expect((await run(['compile', '-'], { stdin })).stdout).toContain(`${ANYWHERE.apiUrl}/approvals/`);
  const { stdout } = await run(['compile', '-', '--api-url', 'https://api.test'], { stdin });
  expect(stdout).toContain('https://api.test/approvals/');
});

test('warnings go to standard error', async () => {
  const stdin = '{"id": "w", "inputs": {"x": {}}, "steps": [{"id": "a", "wait": "PT1S"}]}';
  const { code, stdout, stderr } = await run(['compile', '-'], { stdin });
  expect([code, JSON.parse(stdout).StartAt]).toEqual([0, 'a']);
  expect(stderr).toMatch(/^<stdin>:1:24: warning: .*\[unused-input\]\n[\s\S]*\n1 warning in 1 file\n$/);
});

test.each([
  [['compile'], 'Name one workflow file, or - for standard input'],
  [['compile', workflow, workflow], 'Name one workflow file, or - for standard input'],
  [['graph', statemachinesFolder], /is a folder of \d+ workflows; name one of them$/],
  [['compile', workflow, '--output'], '--output needs a value: --output <file>'],
  [['compile', workflow, '--output='], '--output needs a value: --output <file>'],
  [
    ['compile', workflow, '-o', '/nowhere/x.json'],
    '/nowhere/x.json cannot be written: no such file or directory',
  ],
  [['compile', '/nowhere/x.json'], '/nowhere/x.json cannot be read: no such file or directory'],
])('%j is refused', async (argv, message) => {
  const { code, stdout, stderr } = await run(argv);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.trimEnd().replace('orchestra: ', '')).toMatch(message);
});
