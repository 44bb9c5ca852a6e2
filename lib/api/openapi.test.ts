// The OpenAPI document against the OpenAPI 3.1 schema, and the page made from it.
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { problemCodes } from '../compiler/problems/codes.ts';
import { problemTypes } from '../problem.ts';
import { docsPage } from './docs-page.ts';
import { openApi } from './openapi.ts';
import { routes as allRoutes } from './routes/route-table.ts';

const document = openApi();
const routes = allRoutes.filter(({ hidden }) => !hidden);
const text = JSON.stringify(document);

test('it is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(JSON.parse(text));
  expect(result.errors ?? []).toEqual([]);
  expect([result.valid, validator.version]).toEqual([true, '3.1']);
});

test('it describes every route but those of the dashboard, once', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  const ids = routes.map(({ operation }) => operation);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every reference resolves to a component, and every path parameter is described', () => {
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((name) => !Object.hasOwn(document.components.schemas, name ?? ''))).toEqual([]);
  expect(text).not.toContain('#/$defs/');
  for (const { path, params } of routes) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(params?.shape ?? {})).toEqual(named);
  }
});

test('an operation has its role, its parameters, its body and all its answers', () => {
  const put = document.paths['/workflows/{id}']?.['put'];
  expect(put?.security).toEqual([{ bearer: ['editor'] }]);
  expect(put?.parameters?.map(({ name, in: place, required }) => [name, place, required])).toEqual([
    ['id', 'path', true],
    ['if-match', 'header', false],
    ['if-none-match', 'header', false],
  ]);
  expect(put?.requestBody).toEqual({
    required: true,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/WorkflowInput' } } },
  });
  const statuses = [
    '200',
    '201',
    '400',
    '401',
    '403',
    '409',
    '412',
    '413',
    '415',
    '422',
    '428',
    '500',
    '503',
  ];
  expect(Object.keys(put?.responses ?? {})).toEqual(statuses);
  expect(document.paths['/executions/{id}/stop']?.['post']?.requestBody?.required).toBe(false);
  expect(document.paths['/auth/login']?.['post']?.security).toEqual([]);
});

test('the page is complete HTML that runs and loads nothing', () => {
  const page = docsPage(document);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=|undefined|\[object/i);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? '');
  expect(new Set(ids).size).toBe(ids.length);
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  for (const { operation } of routes) expect(ids).toContain(operation);
  for (const type of Object.keys(problemTypes)) expect(ids).toContain(type);
  // Every element that is opened is closed, in order.
  const open: string[] = [];
  for (const [, closing, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (name === 'meta') continue;
    if (closing) expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
});

test('the page shows the fields of unnamed schemas, and every problem code of the compiler', () => {
  const page = docsPage(document);
  const log = page.slice(page.indexOf('id="schema-ExecutionLog"')).split('</section>')[0] ?? '';
  for (const field of ['usage.total_tokens', 'steps[].status', 'steps[].error.message'])
    expect(log).toContain(`<code>${field}</code>`);
  expect(page).toContain('list of <a href="#schema-Step">Step</a>');
  expect(page).toContain('<a href="#schema-ActionStep">ActionStep</a> or <a href="#schema-SetStep">');
  for (const code of problemCodes) expect(page).toContain(`<tr><td><code>${code}</code></td>`);
});

test('text from schemas cannot become markup', () => {
  const hostile = structuredClone(document);
  const changed = { ...hostile, info: { summary: '<script>alert(1)</script>', description: '`<b>`' } };
  const page = docsPage(changed);
  expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  expect(page).not.toContain('<script>');
});
