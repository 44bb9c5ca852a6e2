// The files that GitHub reads: forms with what GitHub requires of them, and CI that runs the README's command.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { projectFolder, readPage } from '../support/documents.ts';

const element = z.discriminatedUnion('type', [
  z.object({ type: z.literal('markdown'), attributes: z.object({ value: z.string() }) }),
  z.object({
    type: z.enum(['textarea', 'input']),
    id: z.string().regex(/^[\w-]+$/),
    attributes: z.object({ label: z.string() }),
  }),
  z.object({
    type: z.literal('dropdown'),
    id: z.string().regex(/^[\w-]+$/),
    attributes: z.object({ label: z.string(), options: z.array(z.string()).min(1) }),
  }),
]);
const form = z.object({ name: z.string(), description: z.string(), body: z.array(element).min(1) });

test.each(['bug', 'feature'])('the form %s has what GitHub wants, and no id twice', async (name) => {
  const { body } = form.parse(parse(await readPage(`.github/ISSUE_TEMPLATE/${name}.yml`)));
  const ids = body.flatMap((field) => ('id' in field ? [field.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
});

test('CI runs .ci/run on the oldest Node that package.json allows, and on the LTS', async () => {
  const { jobs } = parse(await readPage('.github/workflows/test.yml'));
  const { engines } = JSON.parse(await readPage('package.json'));
  const oldest = /^>=(\d+\.\d+)/.exec(engines.node)?.[1];
  expect(jobs.test.strategy.matrix.node).toEqual([oldest, 'lts/*']);
  expect(jobs.test.steps.at(-1)).toEqual({ run: '.ci/run' });
  expect(existsSync(path.join(projectFolder, '.ci/run'))).toBe(true);
});
