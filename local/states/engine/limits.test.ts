// The ranges of numbers that expressions give to fields.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { functionArn, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
beforeEach(async () => {
  engine = await TestEngine.start();
});
afterEach(() => engine.close());

const processor = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const distributed = { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const map = { Type: 'Map', Items: [1, 2], End: true };

test.each<[string, object, string]>([
  [
    'MaxConcurrency',
    { ...map, ItemProcessor: processor, MaxConcurrency: '{% -1 %}' },
    'at least 0 but was: -1',
  ],
  [
    'MaxConcurrency',
    { ...map, ItemProcessor: distributed, MaxConcurrency: '{% -1 %}' },
    'at least 0 but was: -1',
  ],
  [
    'ToleratedFailurePercentage',
    { ...map, ItemProcessor: distributed, ToleratedFailurePercentage: '{% 101 %}' },
    'between 0 and 100 but was: 101',
  ],
  [
    'ToleratedFailureCount',
    { ...map, ItemProcessor: distributed, ToleratedFailureCount: '{% -2 %}' },
    'at least 0 but was: -2',
  ],
  [
    'ItemBatcher/MaxItemsPerBatch',
    { ...map, ItemProcessor: distributed, ItemBatcher: { MaxItemsPerBatch: '{% 0 %}' } },
    'at least 1 but was: 0',
  ],
  [
    'TimeoutSeconds',
    { Type: 'Task', Resource: functionArn('f'), TimeoutSeconds: '{% 0 %}', End: true },
    'at least 1 but was: 0',
  ],
  [
    'Seconds',
    { Type: 'Wait', Seconds: '{% 100000000 %}', End: true },
    'between 0 and 99999999 but was: 100000000',
  ],
])('%s out of range fails the state', async (field, state, text) => {
  const { execution, events } = await engine.run({ S: state });
  expect(execution.error).toBe('States.QueryEvaluationError');
  expect(execution.cause).toBe(
    `An error occurred while executing the state 'S' (entered at the event id #2). The ${field} field must be ${text}`,
  );
  const failed = events.find(({ type }) => type === 'EvaluationFailed');
  expect(failed?.evaluationFailedEventDetails?.location).toBe(field);
});

test.each<[string, object]>([
  ['MaxConcurrency of 0', { ...map, ItemProcessor: processor, MaxConcurrency: '{% 0 %}' }],
  ['MaxConcurrency of 0, distributed', { ...map, ItemProcessor: distributed, MaxConcurrency: '{% 0 %}' }],
  ...[0, 0.5, 100].map((percentage): [string, object] => [
    `ToleratedFailurePercentage of ${percentage}`,
    { ...map, ItemProcessor: distributed, ToleratedFailurePercentage: `{% ${percentage} %}` },
  ]),
  ['ToleratedFailureCount of 0', { ...map, ItemProcessor: distributed, ToleratedFailureCount: '{% 0 %}' }],
  [
    'MaxItemsPerBatch of 1',
    { ...map, ItemProcessor: distributed, ItemBatcher: { MaxItemsPerBatch: '{% 1 %}' } },
  ],
  ['Seconds of 0', { Type: 'Wait', Seconds: '{% 0 %}', End: true }],
])('%s is in range', async (_, state) => {
  expect((await engine.run({ S: state })).execution.status).toBe('SUCCEEDED');
});
