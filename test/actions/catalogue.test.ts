// What holds for every action, checked over the catalogue.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import type { JsonSchema } from '../../lib/actions/catalogue.ts';
import { actionId, functionName } from '../../lib/actions/invocation/names.ts';
import { compile } from '../../lib/compiler/compile.ts';

const catalogue = await buildCatalogue();
const byId = catalogue.map((action) => [action.id, action] as const);
const root = new URL('../..', import.meta.url);

/** Every property schema with its JSON pointer. */
function properties(schema: JsonSchema, at = ''): [string, JsonSchema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, property]): [string, JsonSchema][] => [
    [`${at}/${name}`, property],
    ...properties(property, `${at}/${name}`),
  ]);
  const variants = [
    ...(schema.oneOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ];
  return [...own, ...variants.flatMap((variant) => properties(variant, `${at}/*`))];
}

test('the catalogue has an action a file, sorted', () => {
  expect(catalogue.map(({ id }) => id)).toEqual([
    'github.add_comment',
    'github.commit_file',
    'github.create_issue',
    'github.get_file',
    'github.get_issue',
    'github.list_commits',
    'github.list_issues',
    'github.list_pull_requests',
    'github.list_repositories',
    'github.search_code',
    'github.search_issues',
    'gmail.create_draft',
    'gmail.get_attachment',
    'gmail.get_message',
    'gmail.list_attachments',
    'gmail.list_messages',
    'gmail.modify_message',
    'gmail.send_message',
    'http.request',
    'notion.add_file',
    'notion.append_to_page',
    'notion.create_page',
    'notion.get_page',
    'notion.search_pages',
    'openai.agent_turn',
    'openai.chat',
    'openai.generate_completion',
    'openai.generate_sop',
    'openai.summarize',
  ]);
  const files = readdirSync(new URL('functions/actions', root), { recursive: true, encoding: 'utf8' });
  const actions = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  expect(actions.map((file) => actionId(file.replace('.ts', '').replace('/', '-'))).sort()).toEqual(
    catalogue.map(({ id }) => id),
  );
});

test('every file imports with an empty environment', () => {
  const build = new URL('infrastructure/build-catalogue.ts', root).href;
  const script = `const { buildCatalogue } = await import(${JSON.stringify(build)});
    console.log((await buildCatalogue()).length);`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: {} });
  expect(printed.toString()).toBe(`${catalogue.length}\n`);
});

test.each(byId)('%s: its names', (id, action) => {
  expect(id).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
  expect(functionName(id)).toBe(action.function_name);
  expect(actionId(action.function_name)).toBe(id);
  // Lambda allows 64 characters; a stage has at most 12.
  expect(`ai-orchestra-${'x'.repeat(12)}-${action.function_name}`.length).toBeLessThanOrEqual(64);
});

test.each(byId)('%s: title, summary and every field of input and output are described', (_id, action) => {
  expect(action.title.length).toBeGreaterThan(3);
  expect(action.summary).toMatch(/^[A-Z].*\.$/);
  const all = [...properties(action.input), ...properties(action.output)];
  expect(all.filter(([, property]) => !property.description).map(([pointer]) => pointer)).toEqual([]);
});

test.each(byId)('%s: unknown keys of the input are refused, the output is an object', (_id, action) => {
  expect(action.input.additionalProperties).toBe(false);
  expect(action.output.type).toBe('object');
});

test.each(byId)('%s: its example fits its schemas', (_id, action) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const input = ajv.compile(action.input);
  const output = ajv.compile(action.output);
  expect([input(action.example.input), input.errors]).toEqual([true, null]);
  expect([output(action.example.output), output.errors]).toEqual([true, null]);
});

test.each(byId)('%s: timeout, connection and retryable errors', (_id, action) => {
  expect(action.timeout_seconds).toBeGreaterThanOrEqual(10);
  // Lambda's own limit.
  expect(action.timeout_seconds).toBeLessThanOrEqual(900);
  expect(action.connection.fields.length).toBeGreaterThan(0);
  expect(action.retryable_errors).toEqual([
    'RateLimited',
    // Also of those that write: each leaves a mark, by which a further try finds what an earlier one made.
    'ProviderUnavailable',
    // Notion's conflict_error: nothing was written. A branch takes one commit at a time.
    ...(action.connection.provider === 'notion' || action.id === 'github.commit_file' ? ['Conflict'] : []),
  ]);
});

test('parameters are those that people already use', () => {
  const parameters = catalogue.map(({ id, input }) => [id, Object.keys(input.properties ?? {})]);
  expect(Object.fromEntries(parameters)).toMatchObject({
    'github.commit_file': [
      'repo_name',
      'file_path',
      'content',
      'encoding',
      'message',
      'branch',
      'allow_workflow_files',
    ],
    'github.create_issue': ['repo_name', 'title', 'body', 'labels'],
    'github.list_repositories': [],
    'gmail.get_attachment': ['message_id', 'part_id'],
    'gmail.list_attachments': ['message_id'],
    'gmail.get_message': ['message_id'],
    'gmail.list_messages': ['max_results', 'query'],
    'http.request': [
      'method',
      'url',
      'query',
      'headers',
      'body',
      'response',
      'paging',
      'idempotent',
      'expected_statuses',
      'timeout_seconds',
      'max_redirects',
      'max_bytes',
    ],
    'notion.append_to_page': ['page_id', 'content'],
    'notion.create_page': ['parent_id', 'title', 'content'],
    'notion.add_file': ['page_id', 'filename', 'content', 'content_type'],
    'notion.get_page': ['page_id'],
    'notion.search_pages': ['query'],
    'openai.agent_turn': [
      'goal',
      'instructions',
      'conversation',
      'results',
      'tools',
      'output_schema',
      'max_turns',
      'model',
      'models',
      'temperature',
      'reasoning_effort',
      'verbosity',
    ],
    'openai.chat': [
      'template',
      'variables',
      'messages',
      'model',
      'models',
      'temperature',
      'top_p',
      'reasoning_effort',
      'verbosity',
      'max_tokens',
      'response_format',
    ],
    'openai.generate_completion': [
      'prompt',
      'model',
      'models',
      'temperature',
      'top_p',
      'reasoning_effort',
      'verbosity',
      'max_tokens',
      'system_prompt',
    ],
    'openai.generate_sop': ['task_description'],
    'openai.summarize': ['text', 'max_length'],
  });
});

test('only openai.chat reads templates; its schema takes exactly one of template and messages', () => {
  expect(catalogue.filter((action) => action.reads_templates).map(({ id }) => id)).toEqual(['openai.chat']);
  const chat = catalogue.find(({ id }) => id === 'openai.chat');
  const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(chat?.input ?? false);
  const messages = [{ role: 'user', content: 'Hello' }];
  expect(
    [{}, { template: 'a', messages }, { template: 'a' }, { messages }].map((input) => fits(input)),
  ).toEqual([false, false, true, true]);
});

/** The problems of a workflow of this one step. */
function problemsOf(step: object) {
  const compiled = compile(
    { id: 'w', inputs: { m: {} }, steps: [{ id: 'a', ...step }] },
    {
      catalogue,
      functionArn: (name) => name,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'https://api',
    },
  );
  return compiled.ok ? [] : compiled.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

test('a model and several models in place of one are found before a run, wherever models are chosen', () => {
  const both = { model: '{{ inputs.m }}', models: ['gpt-5.4', 'gpt-5.4-mini'] };
  const goal = { goal: 'Sort', tools: ['github.get_file'] };
  const tool = { action: 'openai.generate_completion', params: both };
  const messages = [{ role: 'user', content: 'Hello' }];
  expect([
    problemsOf({ action: 'openai.chat', params: { messages, ...both } }),
    problemsOf({ action: 'openai.generate_completion', params: { prompt: 'Hello', ...both } }),
    problemsOf({ agent: { ...goal, ...both } }),
    problemsOf({ agent: { ...goal, tools: [tool] } }),
    problemsOf({ action: 'openai.chat', params: { messages, models: both.models } }),
    problemsOf({ agent: { ...goal, models: both.models, tools: [{ ...tool, params: { models: ['a'] } }] } }),
  ]).toEqual([
    ['invalid-parameter /steps/0/params'],
    ['invalid-parameter /steps/0/params'],
    ['invalid-parameter /steps/0/agent'],
    ['invalid-parameter /steps/0/agent/tools/0/params'],
    [],
    [],
  ]);
});

test.each([
  [{ subject: 's' }, ['missing-parameter']],
  [{ to: ['ada@example.com'] }, ['missing-parameter']],
  [{ to: ['ada@example.com'], subject: 's' }, []],
  [{ reply_to_message_id: '18c2f0a1b2c3d4e5' }, []],
])('a mail to nobody, or about nothing, is found before a run: %j', (params, expected) => {
  for (const action of ['gmail.send_message', 'gmail.create_draft']) {
    const problems = problemsOf({ action, params: { body: 'Hello', ...params } });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(expected);
  }
});
