// Who imports whom: every import runs from a room to one below it, and nothing imports itself by way of others.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  betweenFolders,
  circles,
  type Imports,
  readImports,
} from '../infrastructure/architecture/imports.ts';
import { areas, wrongImport } from '../infrastructure/architecture/rooms.ts';
import { contributing, withTables } from '../infrastructure/architecture/tables.ts';
import { projectFolder } from '../infrastructure/project-folder.ts';

let imports: Imports;

beforeAll(async () => {
  imports = await readImports(projectFolder);
});

test('every import runs from a room to one below it', () => {
  const wrong = [...imports].flatMap(([from, imported]) =>
    [...imported].flatMap((to) => {
      const reason = wrongImport(from, to);
      return reason === undefined ? [] : [`${from} -> ${to}: ${reason}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('no files and no folders import each other in a circle', () => {
  expect(circles(imports)).toEqual([]);
  expect(circles(betweenFolders(imports))).toEqual([]);
});

test('every room has files', () => {
  const folders = [...betweenFolders(imports).keys()];
  const rooms = areas.flatMap(({ rows }) => rows.flat().map(({ folder }) => folder));
  const empty = rooms.filter((room) => !folders.some((folder) => `${folder}/`.startsWith(`${room}/`)));
  expect(empty).toEqual([]);
});

test('the dashboard takes types alone from lib/, and what is named here', async () => {
  const taken = new Set<string>();
  for (const file of [...imports.keys()].filter((name) => name.startsWith('dashboard/'))) {
    const text = await readFile(path.join(projectFolder, file), 'utf8');
    for (const [, to = ''] of text.matchAll(/^import (?!type\b)[^;]*?from '(\.[^']+)';/gm)) {
      const imported = path.join(path.dirname(file), to);
      if (imported.startsWith('lib/')) taken.add(imported);
    }
  }
  expect([...taken].sort()).toEqual([
    'lib/actions/invocation/names.ts',
    'lib/compiler/expressions/offers.ts',
    'lib/compiler/json-schema.ts',
    'lib/compiler/problems/locate.ts',
    'lib/compiler/scope-at.ts',
    'lib/compiler/step-uses.ts',
    'lib/exact-json.ts',
    'lib/json-losses.ts',
    'lib/json-mistake.ts',
    'lib/json-pointer.ts',
    'lib/json.ts',
    'lib/schedules/time-zone.ts',
    'lib/schedules/timing.ts',
    'lib/schemas/document-fields.ts',
    'lib/source-text.ts',
    'lib/workflow-format/check-input.ts',
    'lib/workflow-format/names.ts',
    'lib/workflow-format/steps.ts',
    'lib/workflows/compile-sent.ts',
  ]);
});

test('CONTRIBUTING.md tells the same', async () => {
  const page = await readFile(contributing, 'utf8');
  expect(page).toBe(withTables(page));
});

describe('the reading of imports', () => {
  test('knows every way to name another file', () => {
    expect([...(imports.get('local/lambda/sandbox.ts') ?? [])]).toContain('local/lambda/runtime.ts');
    expect([...(imports.get('lib/compiler/compile.ts') ?? [])]).toContain('lib/compiler/parse.ts');
  });

  test('finds circles of any length, each once', () => {
    const arrows = (text: string): Imports =>
      new Map(text.split(', ').map((arrow) => [arrow[0] ?? '', new Set(arrow.slice(1))]));
    expect(circles(arrows('ab, bc, cd, d'))).toEqual([]);
    expect(circles(arrows('ab, bca, c, de, ef, fd'))).toEqual([
      ['a', 'b'],
      ['d', 'e', 'f'],
    ]);
  });
});

describe('directions', () => {
  test.each([
    ['lib/compiler/check.ts', 'lib/compiler/steps/kinds.ts', undefined],
    ['lib/compiler/tree/parsed.ts', 'lib/compiler/parse/steps.ts', 'stands beside or above it'],
    ['lib/compiler/parse/steps.ts', 'lib/compiler/emit/flow.ts', 'stands beside or above it'],
    ['lib/compiler/asl/retry.ts', 'lib/api/route.ts', 'stands beside or above it'],
    ['lib/compiler/check.ts', 'lib/stores/workflows.ts', 'may import lib, lib/actions'],
    ['lib/json.ts', 'lib/actions/catalogue.ts', 'stands beside or above it'],
    ['lib/json.ts', 'functions/authorizer.ts', 'may import nothing outside of itself'],
    ['functions/authorizer.ts', 'lib/auth/verify.ts', undefined],
    ['functions/authorizer.ts', 'local/main.ts', 'may import lib/**'],
    ['local/states/engine/engine.ts', 'lib/json.ts', 'may import local/aws, local/shared'],
    ['local/states/store/store.ts', 'local/aws/service.ts', undefined],
    ['cli/states.ts', 'local/states/standalone.ts', undefined],
    ['cli/states.ts', 'local/s3/s3.ts', 'may import'],
    ['dashboard/pages/runs/runs-page.tsx', 'dashboard/frame/page.tsx', undefined],
    ['dashboard/pages/runs/runs-page.tsx', 'lib/api/routes/route-table.ts', undefined],
    ['dashboard/pages/runs/runs-page.tsx', 'dashboard/pages/run/run-page.tsx', 'do not import each other'],
    ['dashboard/pages/runs/runs-page.tsx', 'local/main.ts', 'may import lib/**'],
    ['dashboard/frame/page.tsx', 'dashboard/pages/runs/runs-page.tsx', 'stands beside or above it'],
    ['lib/json.ts', 'dashboard/api/target.ts', 'may import nothing outside of itself'],
    ['lib/unheard-of/file.ts', 'lib/json.ts', 'is no room'],
  ])('%s -> %s: %s', (from, to, reason) => {
    if (reason === undefined) expect(wrongImport(from, to)).toBeUndefined();
    else expect(wrongImport(from, to)).toContain(reason);
  });
});
