// Diagnostics of Map states, inline and distributed.
import { expect, test } from 'vitest';
import { validateDefinition } from './definition.ts';

const states = { P: { Type: 'Pass', End: true } };
const distributed = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const S3 = 'arn:aws:states:::s3:';

function problems(fields: object, config: object | undefined, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') {
  const processor = { ...(config && { ProcessorConfig: config }), StartAt: 'P', States: states };
  const map = { Type: 'Map', ItemProcessor: processor, End: true, ...fields };
  const definition = { QueryLanguage: 'JSONata', StartAt: 'M', States: { M: map } };
  return validateDefinition(JSON.stringify(definition), type).map(({ location }) => location);
}

test.each<[string, object]>([
  ['batches', { ItemBatcher: { MaxItemsPerBatch: '{% 3 %}', BatchInput: { a: 1 } }, Label: 'a-b_1' }],
  [
    'a reader',
    {
      ItemReader: {
        Resource: `${S3}getObject`,
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
        Arguments: {},
      },
    },
  ],
  ['a list', { ItemReader: { Resource: `${S3}listObjectsV2`, Arguments: {} } }],
  ['a writer', { ResultWriter: { Resource: `${S3}putObject`, Arguments: {} } }],
])('a distributed Map with %s is right', (_what, fields) => {
  expect(problems(fields, distributed)).toEqual([]);
});

test.each<[string, object, object | undefined, string[]]>([
  ['an unknown mode', {}, { Mode: 'LOOSE' }, ['ItemProcessor/ProcessorConfig/Mode']],
  ['no type of execution', {}, { Mode: 'DISTRIBUTED' }, ['ItemProcessor/ProcessorConfig']],
  [
    'a type of execution that is none',
    {},
    { ...distributed, ExecutionType: 'FAST' },
    ['ItemProcessor/ProcessorConfig/ExecutionType'],
  ],
  ['batches inline', { ItemBatcher: { MaxItemsPerBatch: 1 } }, undefined, ['ItemBatcher']],
  ['batches without a size', { ItemBatcher: {} }, distributed, ['ItemBatcher']],
  ['empty batches', { ItemBatcher: { MaxItemsPerBatch: 0 } }, distributed, ['ItemBatcher/MaxItemsPerBatch']],
  ['a label with blanks', { Label: 'a b' }, distributed, ['Label']],
  [
    'a reader of what is not read',
    { ItemReader: { Resource: `${S3}getObject`, ReaderConfig: { InputType: 'PARQUET' }, Arguments: {} } },
    distributed,
    ['ItemReader/ReaderConfig/InputType'],
  ],
  ...[
    { ItemsPointer: 'a/b' },
    { ItemsPointer: '/a~2' },
    { ItemsPointer: 1 },
    { ItemsPointer: `/${'a'.repeat(1999)}` },
    { Transformation: 'LOAD_AND_FLATTEN' },
  ].map((config): [string, object, object, string[]] => [
    `a reader with ${JSON.stringify(config).slice(0, 40)}`,
    {
      ItemReader: {
        Resource: `${S3}getObject`,
        ReaderConfig: { InputType: 'JSON', ...config },
        Arguments: {},
      },
    },
    distributed,
    [`ItemReader/ReaderConfig/${Object.keys(config)[0]}`],
  ]),
  [
    'a reader of a manifest',
    {
      ItemReader: {
        Resource: `${S3}getObject`,
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', ManifestType: 'ATHENA_DATA' },
        Arguments: {},
      },
    },
    distributed,
    ['ItemReader/ReaderConfig'],
  ],
  [
    'a reader of another service',
    { ItemReader: { Resource: 'arn:aws:states:::dynamodb:scan', Arguments: {} } },
    distributed,
    ['ItemReader/Resource'],
  ],
  ['a writer of nothing', { ResultWriter: {} }, distributed, ['ResultWriter']],
])('%s', (_what, fields, config, places) => {
  expect(problems(fields, config)).toEqual(places.map((place) => `/States/M/${place}`));
});

test('an Express state machine may not have a distributed Map', () => {
  expect(problems({}, distributed, 'EXPRESS')).toEqual(['/States/M/ItemProcessor/ProcessorConfig/Mode']);
});
