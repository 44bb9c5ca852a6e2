// docs/actions.md: it is what the catalogue says, and each of its examples is a step that compiles.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { actionDocs, actionErrors, actionPage } from '../../infrastructure/generate/action-docs.ts';
import { found } from '../../infrastructure/generate/problem-docs.ts';
import * as errors from '../../lib/errors.ts';

const catalogue = await buildCatalogue();
const page = await readFile(actionDocs, 'utf8');

test('the page is up to date (npm run goldens rewrites it)', () => {
  expect(actionPage(catalogue)).toBe(page);
});

const sections = page.split(/^### /m).slice(1);

test.each(sections.map((section) => [/`(.+)`/.exec(section)?.[1] ?? '', section]))(
  'the example of %s compiles',
  (id, section) => {
    const [, step = ''] = /^```json\n(.*?)^```$/ms.exec(section) ?? [];
    const { action, ...rest } = JSON.parse(step);
    expect(action).toBe(id);
    expect(found({ id: 'w', steps: [{ ...rest, action }] }, catalogue).problems).toEqual([]);
  },
);

test('every parameter and output of the first two levels has its row', () => {
  expect(sections).toHaveLength(catalogue.length);
  for (const [index, { id, input, output }] of catalogue.entries()) {
    const rows = [...(sections[index] ?? '').matchAll(/^\| `([^`]+)`/gm)].map(([, path]) => path);
    for (const { properties = {} } of [input, output])
      for (const [name, { items }] of Object.entries(properties)) {
        const inner = Object.keys(items?.properties ?? {}).map((field) => `${name}[].${field}`);
        expect([id, rows]).toEqual([id, expect.arrayContaining([name, ...inner])]);
      }
  }
});

test('it lists the errors that an action can end with', () => {
  // Two are caught by the state machine itself, the other is a fault of the deployment.
  const {
    OrchestraError: _,
    RetryAfter: _caught,
    StillRunning: _too,
    ConfigurationError: _deployment,
    ...own
  } = errors;
  expect(Object.keys(actionErrors).toSorted()).toEqual(Object.keys(own).toSorted());
});
