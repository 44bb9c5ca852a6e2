// What the README and the guide show is what the product does.
import { beforeAll, expect, test } from 'vitest';
import { run } from '../../cli/testing/run.ts';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { found } from '../../infrastructure/generate/problem-docs.ts';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { compile } from '../../lib/compiler/compile.ts';
import { problemTypes } from '../../lib/problem.ts';
import { readPage } from '../support/documents.ts';

let readme: string;
let workflow: string;
let catalogue: Catalogue;
beforeAll(async () => {
  readme = await readPage('README.md');
  [, workflow = ''] = /```json\n(.*?)```/s.exec(readme) ?? [];
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
  const result = compiled(workflow);
  expect(result).toMatchObject({ ok: true, warnings: [] });
  const [, diagram] = /```mermaid\n(.*?)```/s.exec(readme) ?? [];
  const graph = await run(['graph', 'w.json'], { files: { 'w.json': workflow } });
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

test('the mistake of the guide is answered as it says', async () => {
  const guide = await readPage('docs/workflows.md');
  const [right = '', answered = ''] = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, block]) => block);
  const answer = JSON.parse(answered);
  const { status, title } = problemTypes['invalid-workflow'];
  expect(answer).toMatchObject({ type: '/docs#invalid-workflow', status, title });
  const { problems } = found(JSON.parse(right.replace('.subject }}', '.subjct }}')), catalogue);
  expect(problems).toEqual(answer.problems);
});

test('it counts the actions right', () => {
  const ones = ['', '-one', '-two', '-three', '-four', '-five', '-six', '-seven', '-eight', '-nine'];
  expect(readme).toContain(`Twenty${ones[catalogue.length - 20]} actions ship`);
});

test('validating the mistake prints what it says', async () => {
  const [, name = '', printed] = /^\$ npx orchestra validate (\S+)\n(.*?)^```$/ms.exec(readme) ?? [];
  const files = { [name]: workflow.replace('.subject }}', '.subjct }}') };
  expect(await run(['validate', name], { files })).toEqual({ code: 1, stdout: printed, stderr: '' });
});
