// What the README shows is what the product does.
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { run } from '../../cli/testing/run.ts';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { compile } from '../../lib/compiler/compile.ts';
import { problemTypes } from '../../lib/problem.ts';

let readme: string;
let blocks: string[];
let catalogue: Catalogue;
beforeAll(async () => {
  readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  blocks = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => block);
  catalogue = await buildCatalogue();
});

const compiled = (text: string) =>
  compile(JSON.parse(text), {
    catalogue,
    stateMachineArn: (id) => `arn:aws:states:us-east-1:000000000000:stateMachine:${id}:live`,
    functionArn: (name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    version: 1,
    apiUrl: 'https://api.example.com',
  });

test('its workflow compiles without a warning, and its diagram is what the graph command prints', async () => {
  const result = compiled(blocks[0] ?? '');
  expect(result).toMatchObject({ ok: true, warnings: [] });
  const [, diagram] = /```mermaid\n(.*?)```/s.exec(readme) ?? [];
  const graph = await run(['graph', 'w.json'], { files: { 'w.json': blocks[0] ?? '' } });
  expect(graph).toEqual({ code: 0, stdout: diagram, stderr: '' });
  expect(result.ok && Object.keys(result.definition.States)).toEqual([
    'fetch',
    'fetch.retry_after',
    'issue.when',
    'issue',
    'issue.retry_after',
    'workflow.output',
  ]);
});

test('its mistake is answered as it says', () => {
  const answer = JSON.parse(blocks[1] ?? '');
  const { status, title } = problemTypes['invalid-workflow'];
  expect(answer).toMatchObject({ type: '/docs#invalid-workflow', status, title });
  expect(compiled((blocks[0] ?? '').replace('.subject }}', '.subjct }}'))).toEqual({
    ok: false,
    problems: answer.problems,
    warnings: [],
  });
});

test('it counts the actions right', () => {
  const numbers = ['Twenty', 'Twenty-one', 'Twenty-two', 'Twenty-three', 'Twenty-four', 'Twenty-five'];
  expect(readme).toContain(`${numbers[catalogue.length - 20]} actions ship`);
});

test('validating the mistake prints what it says', async () => {
  const [, name = '', printed] = /^\$ npx orchestra validate (\S+)\n(.*?)^```$/ms.exec(readme) ?? [];
  const files = { [name]: (blocks[0] ?? '').replace('.subject }}', '.subjct }}') };
  expect(await run(['validate', name], { files })).toEqual({ code: 1, stdout: printed, stderr: '' });
});
