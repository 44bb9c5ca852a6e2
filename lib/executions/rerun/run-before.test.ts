// When a rerun of a rerun needs what the first one has kept.
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, expect, test } from 'vitest';
import { rerunComment } from '../../compiler/asl/definition.ts';
import { definition } from '../../compiler/testing/compile.ts';
import { START } from './from.ts';
import { readRunBefore } from './run-before.ts';

beforeEach(() => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:us-east-1:1:stateMachine:p-';
  process.env['LOGS_BUCKET'] = 'logs';
});
const compiled = definition({ id: 'w', steps: [{ id: 'a', transform: 1 }] });
const ran = { ...compiled, Comment: rerunComment(compiled.Comment, 'w.again', 'w.first') };
const sfn = new SFNClient({ region: 'us-east-1' });
sfn.middlewareStack.add(
  () => async () => {
    const described = { status: 'FAILED', startDate: new Date(0), input: '{}' };
    return { response: undefined, output: { $metadata: {}, ...described, definition: JSON.stringify(ran) } };
  },
  { step: 'initialize' },
);
const s3 = new S3Client({ region: 'us-east-1' });
s3.middlewareStack.add(
  () => () => {
    throw new NoSuchKey({ message: 'gone', $metadata: {} });
  },
  { step: 'initialize' },
);

test.each([
  [START, 'current', undefined],
  [START, 'recorded', 'record-lost'],
  ['a', 'current', 'record-lost'],
  ['a', 'recorded', 'record-lost'],
  [undefined, 'current', 'record-lost'],
] as const)(
  'from %s, by the %s workflow, of a rerun whose record is lost: %s',
  async (from, workflow, code) => {
    const read = readRunBefore({ id: 'w.again', user: 'ada', from, workflow }, { s3, sfn });
    if (code === undefined) expect(await read).toMatchObject({ status: 'failed', record: undefined });
    else await expect(read).rejects.toMatchObject({ problems: [{ code }] });
  },
);
