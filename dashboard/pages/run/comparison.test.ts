import { expect, test } from 'vitest';
import { differences, type RunLog } from './comparison.ts';

type Step = RunLog['steps'][number];

const step = (id: string, rest: Partial<Step> = {}): Step => ({
  id,
  action: 'transform',
  status: 'succeeded',
  attempts: 0,
  started_at: '2026-11-30T10:00:00.000Z',
  ended_at: '2026-11-30T10:00:01.000Z',
  input: null,
  output: 1,
  error: null,
  usage: null,
  ...rest,
});
const run = (...steps: Step[]): RunLog => ({
  execution_id: 'w.1',
  workflow_id: 'w',
  workflow_version: 1,
  status: 'succeeded',
  started_at: '2026-11-30T10:00:00.000Z',
  ended_at: null,
  redrive_count: 0,
  rerun_of: null,
  trigger: null,
  input: {},
  output: null,
  error: null,
  usage: null,
  steps,
});

test('the steps that differ, in their order, each iteration for itself; times make no difference', () => {
  const mine = run(
    step('fetch', { started_at: '2026-11-30T11:00:00.000Z' }),
    step('judge', { index: [0] }),
    step('judge', { index: [1], status: 'failed', output: null, error: { name: 'Bad', message: 'x' } }),
    step('only_mine'),
  );
  const other = run(
    step('fetch'),
    step('judge', { index: [0], input: { a: 1 } }),
    step('judge', { index: [1] }),
    step('only_other'),
  );
  expect(
    differences(mine, other).map(({ id, index, differs, mine: here, other: there }) => [
      `${id}[${index}]`,
      differs.join(),
      here?.status,
      there?.status,
    ]),
  ).toEqual([
    ['judge[0]', 'input', 'succeeded', 'succeeded'],
    ['judge[1]', 'status,output,error', 'failed', 'succeeded'],
    ['only_mine[]', 'status', 'succeeded', undefined],
    ['only_other[]', 'status', undefined, 'succeeded'],
  ]);
  expect(differences(mine, mine)).toEqual([]);
});
