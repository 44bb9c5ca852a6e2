// `npx orchestra` as a user runs it, and that it answers what the API answers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../cli/testing/run.ts';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { problemExamples } from '../../lib/compiler/problems/examples.ts';
import { compileWorkflow } from '../../lib/workflows/compile.ts';
import { childEnvironment } from '../support/child-environment.ts';

const root = path.resolve(import.meta.dirname, '../..');
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'orchestra-npx-'));
});
afterAll(() => rm(cache, { recursive: true }));

/** With an npm that has nothing cached and may download nothing. */
async function npx(argv: readonly string[], options: { cwd?: string; stdin?: string } = {}) {
  const child = spawn('npx', ['orchestra', ...argv], {
    cwd: options.cwd ?? root,
    env: {
      ...childEnvironment,
      HOME: cache,
      npm_config_cache: cache,
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
  });
  child.stdin.end(options.stdin ?? '');
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

test('npx finds it in the project, without a download', async () => {
  expect(await npx(['validate', 'statemachines'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^(?:.*: note: the workflow \w+ is not among the files: not checked\n)*\d+ files, no problems\n$/,
    ),
    stderr: '',
  });
});

test('files are named from the folder where it is run; the exit code gets through', async () => {
  const cwd = path.join(root, 'statemachines');
  const stdin = '{"id": "w", "steps": []}';
  const { code, stdout, stderr } = await npx(['validate', 'email_to_notion.workflow.json', '-'], {
    cwd,
    stdin,
  });
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(/^<stdin>:1:22: error: A workflow needs at least one step \[no-steps\]\n/);
});

test('whoever stops reading ends it without a trace', async () => {
  const child = spawn(
    process.execPath,
    [path.join(root, 'cli/main.mjs'), 'validate', '--json', 'statemachines'],
    {
      cwd: root,
    },
  );
  child.stdout.destroy();
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(stderr).toBe('');
});

test('the problems and warnings are those of POST /workflows/validate, of every example in the documentation', async () => {
  vi.stubEnv('FUNCTION_ARN_PREFIX', 'arn:aws:lambda:us-east-1:000000000000:function:');
  vi.stubEnv('API_URL', 'https://api.example.com');
  vi.stubEnv(
    'STATE_MACHINE_ARN_PREFIX',
    'arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-dev-',
  );
  vi.stubEnv('WORKFLOWS_BUCKET', 'workflows');
  const catalogue = await buildCatalogue();
  const all = Object.values(problemExamples).map(({ bad }) => JSON.stringify(bad));
  // What workflows there are only the API knows.
  const documents = all.filter((document) => !document.includes('"workflow":'));
  expect(documents.length).toBeGreaterThan(50);
  for (const document of documents) {
    const { code, stdout } = await run(['validate', '--json', '-'], { stdin: document });
    const [answer] = JSON.parse(stdout, (key, value) => (key === 'place' ? undefined : value));
    const result = await compileWorkflow(JSON.parse(document), 1, { catalogue });
    expect(answer).toEqual({
      file: '<stdin>',
      ok: result.ok,
      problems: result.ok ? [] : result.problems,
      warnings: result.ok ? result.warnings : [],
      not_checked: answer.not_checked,
    });
    expect(code).toBe(result.ok ? 0 : 1);
  }
});
