// The definitions that a rerun may follow, and what is said where there is none.
import { SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import { definition } from '../../compiler/testing/compile.ts';
import type { WorkflowDocument, WorkflowStore } from '../../stores/workflows.ts';
import { definitionNow, definitionThatRan, readDefinition } from './definitions.ts';

const compiled = definition({ id: 'w', steps: [{ id: 'a', transform: 1 }] });
let asked: unknown[] = [];
let answer: () => string;
beforeEach(() => {
  asked = [];
  answer = () => JSON.stringify(compiled);
});
const sfn = new SFNClient({ region: 'us-east-1' });
sfn.middlewareStack.add(
  (_, { commandName }) =>
    async ({ input }) => {
      asked.push({ [String(commandName)]: input });
      return { response: undefined, output: { $metadata: {}, definition: answer() } };
    },
  { step: 'initialize' },
);

const document: WorkflowDocument = {
  workflow: { id: 'w', steps: [{ id: 'a', transform: 1 }] },
  version: 3,
  created_at: '2026-03-01T00:00:00.000Z',
  updated_at: '2026-03-02T00:00:00.000Z',
  updated_by: 'u',
  state_machine_version_arn: 'arn:w:3',
};
function storeOf(stored: WorkflowDocument | undefined): WorkflowStore {
  const unused = () => {
    throw new Error('is not used');
  };
  return {
    read: async (id) =>
      id === 'w' && stored
        ? { id, document: stored, etag: '"1"', lastModified: new Date(0), metadata: {} }
        : undefined,
    ...{ readDeleting: unused, write: unused, delete: unused, ids: unused },
  };
}
const goneProblem = {
  type: 'not-rerunnable',
  problems: [{ code: 'workflow-deleted', pointer: '/workflow' }],
};

test('that of the run is what Step Functions has of the execution', async () => {
  expect(await definitionThatRan('arn:run', 'w', sfn)).toEqual(compiled);
  expect(asked).toEqual([{ DescribeStateMachineForExecutionCommand: { executionArn: 'arn:run' } }]);
});

test('a state machine that is gone is told, and another failure is left as it is', async () => {
  answer = () => {
    throw new StateMachineDoesNotExist({ message: 'said', $metadata: {} });
  };
  await expect(definitionThatRan('arn:run', 'w', sfn)).rejects.toMatchObject(goneProblem);
  answer = () => {
    throw new RangeError('another');
  };
  await expect(definitionThatRan('arn:run', 'w', sfn)).rejects.toThrow(RangeError);
});

test('that of the workflow now is that of the version that its document names', async () => {
  expect(await definitionNow('w', storeOf(document), sfn)).toEqual({ definition: compiled, document });
  expect(asked).toEqual([{ DescribeStateMachineCommand: { stateMachineArn: 'arn:w:3' } }]);
});

test('of a workflow that is gone, or is an Express one now, there is none', async () => {
  await expect(definitionNow('w', storeOf(undefined), sfn)).rejects.toMatchObject(goneProblem);
  const express: WorkflowDocument = { ...document, workflow: { ...document.workflow, type: 'express' } };
  await expect(definitionNow('w', storeOf(express), sfn)).rejects.toMatchObject(goneProblem);
  expect(asked).toEqual([]);
});

test.each([
  [undefined],
  ['null'],
  ['[]'],
  [JSON.stringify({ ...compiled, QueryLanguage: 'JSONPath' })],
  [JSON.stringify({ ...compiled, Comment: undefined })],
  [JSON.stringify({ ...compiled, StartAt: undefined })],
  [JSON.stringify({ ...compiled, States: [] })],
])('%s is none of the compiler’s', (text) => {
  expect(() => readDefinition(text)).toThrow('a definition that the compiler did not write');
});
