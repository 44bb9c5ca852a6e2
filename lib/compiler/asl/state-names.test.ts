// Names of states: what the compiler calls them is what readers of runs and definitions take them for.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  FAILED_STATE,
  isStateName,
  OUTPUT_STATE,
  STATE_SUFFIXES,
  STEPS_STATE,
  stateName,
  stepOfState,
  toolState,
} from './state-names.ts';

test.each(STATE_SUFFIXES)('<id>.%s is read back as that state of the step', (suffix) => {
  const name = stateName('issue', suffix);
  expect([name, stepOfState(name)]).toEqual([`issue.${suffix}`, { id: 'issue', suffix }]);
  expect(STATE_SUFFIXES.filter((other) => isStateName(name, other))).toEqual([suffix]);
});

test('a step’s own state has no suffix', () => {
  expect(stepOfState('issue')).toEqual({ id: 'issue' });
});

test('no suffix is listed twice', () => {
  expect(new Set(STATE_SUFFIXES).size).toBe(STATE_SUFFIXES.length);
});

test('the state of a tool is a state of the step that is called as none of the suffixes', () => {
  const tool = toolState('help', 'github.create_issue');
  expect([tool, stepOfState(tool)]).toEqual(['help.github.create_issue', { id: 'help' }]);
  const wait = stateName(tool, 'retry_after');
  expect([stepOfState(wait), isStateName(wait, 'retry_after')]).toEqual([{ id: 'help' }, true]);
});

test('the definitions that ship have no other names', () => {
  const root = new URL('../../../statemachines/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.asl.json'),
  );
  const names = new Set(
    files.flatMap((file) => statesIn(JSON.parse(readFileSync(new URL(file, root), 'utf8')))),
  );
  const others = [...names].filter((name) => {
    const { id, suffix } = stepOfState(name);
    return name !== id && suffix === undefined;
  });
  const unknown = others
    .filter((name) => ![OUTPUT_STATE, STEPS_STATE, FAILED_STATE].includes(name))
    // A tool's: the id of an action.
    .filter((name) => !/^\w+\.[a-z]+\.[a-z_]+(?:\.retry_after)?$/.test(name));
  expect([names.size > 100, unknown]).toEqual([true, []]);
});

function statesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    ...(key === 'States' ? Object.keys(child) : []),
    ...statesIn(child),
  ]);
}
