// The JSON Schema of workflows: what it takes and refuses, and what an editor makes of it (VS Code's own service).
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import jsonLanguage from 'vscode-json-languageservice';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import {
  examplesFolder,
  schemaFile,
  schemaText,
  statemachinesFolder,
  workflowNames,
} from '../../infrastructure/generate/update-goldens.ts';
import { compile } from '../../lib/compiler/compile.ts';
import { workflowJsonSchema } from '../../lib/compiler/json-schema.ts';
import { isOlderFormat } from '../../lib/compiler/parse/older-format/upgrade.ts';
import { problemExamples } from '../../lib/compiler/problems/examples.ts';
import { isObject } from '../../lib/json.ts';
import { stepKinds } from '../../lib/workflow-format/steps.ts';
import { readPage, workflowsOf } from '../support/documents.ts';

const catalogue = await buildCatalogue();
const arns = { functionArn: (name: string) => name, stateMachineArn: (id: string) => id };
const schema = workflowJsonSchema(catalogue);
// VS Code's own keywords mean nothing to others.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const validate = ajv.compile(schema);

test('the file is up to date (npm run goldens rewrites it)', async () => {
  expect(schemaText(catalogue)).toBe(await readFile(schemaFile, 'utf8'));
});

test('it is a valid schema of draft-07, every reference of which leads somewhere', () => {
  expect(ajv.validateSchema(schema)).toBe(true);
  const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, to = '']) => to);
  const target = (to: string) => to.split('/').reduce<unknown>((at, key) => Object(at)[key], schema);
  expect(references.filter((to) => typeof target(to) !== 'object')).toEqual([]);
});

const files = [
  ...(await workflowNames(statemachinesFolder)).map((name) =>
    join(statemachinesFolder, `${name}.workflow.json`),
  ),
  ...(await workflowNames(examplesFolder)).map((name) => join(examplesFolder, `${name}.workflow.json`)),
];

test.each(files)('%s names it in $schema and is valid', async (file) => {
  const document = JSON.parse(await readFile(file, 'utf8'));
  expect(resolve(dirname(file), document.$schema)).toBe(schemaFile);
  expect([validate(document), validate.errors]).toEqual([true, null]);
});

test('it takes every right example of the documentation', async () => {
  const pages = await Promise.all(['docs/workflows.md', 'docs/workflow-reference.md'].map(readPage));
  const fixes = Object.values(problemExamples).map(({ fixed }) => fixed);
  const documents = [...fixes, ...pages.flatMap(workflowsOf)].filter(isObject);
  const current = documents.filter((document) => !isOlderFormat(document));
  expect(current.length).toBeGreaterThan(40);
  for (const document of current)
    expect([document, validate(document), validate.errors]).toEqual([document, true, null]);
});

/** A workflow of one step. */
const of = (step: object, rest: object = {}) => ({ id: 'w', steps: [{ id: 'a', ...step }], ...rest });
const action = (params: object | undefined, name = 'github.create_issue') => of({ action: name, params });

test.each([
  [
    'an expression for any parameter',
    action({ repo_name: '{{ inputs.r }}', title: 'x', labels: '{{ inputs.l }}' }),
  ],
  ['an expression within a list', action({ repo_name: 'a/b', title: 'x', labels: ['a', '{{ inputs.l }}'] })],
  ['text around an expression', action({ repo_name: 'a/{{ inputs.r }}', title: 'x' })],
  ['an expression for a number', action({ max_results: '{{ inputs.n }}' }, 'gmail.list_messages')],
  ['null for an optional parameter', action({ repo_name: 'a/b', title: 'x', body: null })],
  ['no params where none is required', action(undefined, 'gmail.list_messages')],
  [
    'null for one of two that exclude each other',
    action({ prompt: 'a', model: null, models: ['gpt-5.4'] }, 'openai.generate_completion'),
  ],
  [
    'expressions within an object',
    action({ messages: [{ role: '{{ inputs.r }}', content: '{{ inputs.c }}' }] }, 'openai.chat'),
  ],
])('it takes %s, as the compiler does', (_, document) => {
  expect([validate(document), validate.errors]).toEqual([true, null]);
  const wanted = { ...document, inputs: { r: {}, l: {}, n: {}, c: {} } };
  const compiled = compile(wanted, { catalogue, ...arns, version: 1, apiUrl: 'https://api' });
  expect(compiled.ok ? [] : compiled.problems).toEqual([]);
});

test.each<[string, object, string]>([
  ['no steps', { id: 'w', steps: [] }, '/steps'],
  ['a misspelt key of the workflow', of({ wait: 'PT1S' }, { desciption: 'x' }), ''],
  ['an id with other characters', of({ wait: 'PT1S' }, { id: 'A b' }), '/id'],
  ['an input with other characters', of({ wait: 'PT1S' }, { inputs: { 'a b': {} } }), '/inputs'],
  [
    'an unknown type of an input',
    of({ wait: 'PT1S' }, { inputs: { a: { type: 'text' } } }),
    '/inputs/a/type',
  ],
  ['a step that does nothing', of({}), '/steps/0'],
  ['a step that does two things', of({ wait: 'PT1S', transform: 1 }), '/steps/0'],
  ['a misspelt key of a step', of({ wait: 'PT1S', coment: 'x' }), '/steps/0'],
  ['a key of another kind of step', of({ transform: 1, params: {} }), '/steps/0'],
  ['a variable with other characters', of({ set: { 'a b': 1 } }), '/steps/0/set'],
  ['an unknown action', action({}, 'github.create_isue'), '/steps/0/action'],
  ['a missing parameter', action({ repo_name: 'a/b' }), '/steps/0/params'],
  [
    'both of two that exclude each other',
    action({ prompt: 'a', model: 'gpt-5.4', models: ['gpt-5.4'] }, 'openai.generate_completion'),
    '/steps/0/params',
  ],
  [
    'an agent with both',
    of({ agent: { goal: 'a', tools: ['github.get_file'], model: 'b', models: ['c'] } }),
    '/steps/0/agent',
  ],
  ['no params at all where some are required', action(undefined), '/steps/0'],
  ['a misspelt parameter', action({ repo_name: 'a/b', title: 'x', lables: [] }), '/steps/0/params'],
  [
    'a parameter of another type',
    action({ max_results: 'five' }, 'gmail.list_messages'),
    '/steps/0/params/max_results',
  ],
  [
    'a parameter out of its range',
    action({ max_results: 0 }, 'gmail.list_messages'),
    '/steps/0/params/max_results',
  ],
  ['neither of two parameters', action({}, 'openai.chat'), '/steps/0/params'],
  [
    'an unknown action as a tool',
    of({ agent: { goal: 'x', tools: ['github.create_isue'] } }),
    '/steps/0/agent/tools/0',
  ],
  [
    'an unknown action as a tool with parameters',
    of({ agent: { goal: 'x', tools: [{ action: 'github.create_isue' }] } }),
    '/steps/0/agent/tools/0/action',
  ],
  ['an approval that asks nothing', of({ approval: {} }), '/steps/0/approval'],
  [
    'a missing parameter of what tells people',
    of({ approval: { message: 'x', notify: { action: 'notion.create_page', params: { title: 'x' } } } }),
    '/steps/0/approval/notify/params',
  ],
  ['a mistake in a loop', of({ for_each: [1], steps: [{ id: 'b', wait: 5 }] }), '/steps/0/steps/0/wait'],
  [
    'a mistake in on_error',
    of({ action: 'gmail.list_messages', on_error: [{ id: 'b', fail: {} }] }),
    '/steps/0/on_error/0/fail',
  ],
  [
    'a trigger that is none',
    of({ wait: 'PT1S' }, { triggers: [{ schedul: 'rate(1 hour)' }] }),
    '/triggers/0',
  ],
])('it refuses %s', (_, document, place) => {
  expect(validate(document)).toBe(false);
  expect(validate.errors?.map(({ instancePath }) => instancePath)).toContain(place);
  expect(compile(document, { catalogue, ...arns, version: 1, apiUrl: 'https://api' }).ok).toBe(false);
});

test('every key and every action is described', () => {
  const nameless: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [keyword, inner] of Object.entries(value)) {
      visit(inner, `${path}/${keyword}`);
      // What `if` and `not` look at is not what an editor shows, and what is only named is described where it stands.
      if (keyword !== 'properties' || /\/(if|then|not)(\/|$)/.test(path)) continue;
      for (const [key, of] of Object.entries(Object(inner)))
        if (!Object(of).description && !Object(of).$ref) nameless.push(`${path}/${key}`);
    }
  };
  visit(schema, '');
  expect(nameless).toEqual([]);
  const { definitions } = schema;
  for (const { id } of catalogue) expect(Object(definitions)[id]).toHaveProperty('description');
});

const { getLanguageService, TextDocument } = jsonLanguage;
const editor = getLanguageService({});
editor.configure({
  validate: true,
  schemas: [
    { uri: 'file:///workflow.schema.json', fileMatch: ['*'], schema: JSON.parse(schemaText(catalogue)) },
  ],
});

/** What VS Code offers where `|` stands. */
async function offered(marked: string): Promise<{ label: string; text: string | undefined }[]> {
  const document = TextDocument.create('file:///w.workflow.json', 'json', 1, marked.replace('|', ''));
  const list = await editor.doComplete(
    document,
    document.positionAt(marked.indexOf('|')),
    editor.parseJSONDocument(document),
  );
  return list?.items.map(({ label, textEdit }) => ({ label, text: textEdit?.newText })) ?? [];
}
const labels = async (marked: string) => (await offered(marked)).map(({ label }) => label).sort();

test('VS Code offers each kind of step, with what it needs', async () => {
  const steps = await offered('{"id": "w", "steps": [|]}');
  expect(steps.map(({ label }) => label)).toEqual(Object.keys(stepKinds).map((kind) => `${kind} step`));
  expect(steps.find(({ label }) => label === 'for_each step')?.text).toBe(
    '{\n\t"id": "$1",\n\t"for_each": "$2",\n\t"steps": [$3]\n}',
  );
});

test('VS Code offers the actions, and the parameters of the one that is named, at any depth', async () => {
  expect(await labels('{"id": "w", "steps": [{"id": "a", "action": |}]}')).toEqual(
    catalogue.map(({ id }) => `"${id}"`),
  );
  const within = (step: string) =>
    `{"id": "w", "steps": [{"id": "l", "for_each": [1], "steps": [{"id": "p", "parallel": {"x": [${step}]}}]}]}`;
  expect(await labels(within('{"id": "a", "action": "github.create_issue", "params": {|}}'))).toEqual([
    'body',
    'labels',
    'repo_name',
    'title',
  ]);
  expect(
    await labels(within('{"id": "a", "action": "openai.chat", "params": {"messages": [{"role": |}]}}')),
  ).toEqual(['"assistant"', '"developer"', '"system"', '"user"']);
});

test('VS Code offers the actions that a model may call, and their parameters to fix', async () => {
  const agent = (tools: string) =>
    `{"id": "w", "steps": [{"id": "a", "agent": {"goal": "x", "tools": [${tools}]}}]}`;
  expect(await labels(agent('|'))).toEqual(expect.arrayContaining(catalogue.map(({ id }) => `"${id}"`)));
  expect(await labels(agent('{"action": "github.add_comment", "params": {|}}'))).toEqual(
    Object.keys(catalogue.find(({ id }) => id === 'github.add_comment')?.input.properties ?? {}).sort(),
  );
});

test('VS Code offers the keys of the kind that a step is', async () => {
  const keys = await labels('{"id": "w", "steps": [{"id": "a", "transform": 1, |}]}');
  const { id: _, transform, ...others } = stepKinds.transform.shape;
  expect(keys).toEqual(Object.keys(others).sort());
});

test('VS Code marks a mistake where it is, and says nothing of the other kinds of steps', async () => {
  const text =
    '{"id": "w", "steps": [{"id": "a", "action": "gmail.list_messages", "params": {"limit": 5}, "retry": {}}]}';
  const document = TextDocument.create('file:///w.workflow.json', 'json', 1, text);
  const found = await editor.doValidation(document, editor.parseJSONDocument(document));
  expect(found.map(({ message, range }) => [message, document.getText(range)])).toEqual([
    ['Property limit is not allowed.', '"limit"'],
  ]);
});
