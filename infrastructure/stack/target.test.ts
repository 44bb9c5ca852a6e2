// Which stages and regions the command line accepts.
import { expect, test } from 'vitest';
import { targetOf } from './target.ts';

test('stage and region come from the arguments, else from the environment and the defaults', () => {
  expect(targetOf(['--stage', 'prod', '--region', 'eu-west-1'], {})).toEqual({
    stage: 'prod',
    region: 'eu-west-1',
  });
  expect(targetOf([], { AWS_REGION: 'eu-central-1' })).toEqual({ stage: 'dev', region: 'eu-central-1' });
  expect(targetOf([], {})).toEqual({ stage: 'dev', region: 'us-east-1' });
});

test.each(['Prod', 'my-stage', '1st', 'abcdefghijklm', ''])('%j is not a stage', (stage) => {
  expect(() => targetOf(['--stage', stage], {})).toThrow(
    `The stage ${stage} should be 1 to 12 lower-case letters and digits, a letter first`,
  );
});

test('a misspelt option is refused, not left out', () => {
  expect(() => targetOf(['--stag', 'prod'], {})).toThrow("Unknown option '--stag'");
  expect(() => targetOf(['prod'], {})).toThrow('Unexpected argument');
});
