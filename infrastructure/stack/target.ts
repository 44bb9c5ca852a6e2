// The target of a deployment: stage and region, from the command line.
import { parseArgs } from 'node:util';

export interface Target {
  readonly stage: string;
  readonly region: string;
}

/**
 * Names and policies contain `ai-orchestra-<stage>-`: without a hyphen in the stage no stage's prefix begins
 * another's, and with 12 characters every name fits its service's limit.
 * @throws TypeError when it is not a valid stage
 */
export function stageName(value: string): string {
  if (/^[a-z][a-z0-9]{0,11}$/.test(value)) return value;
  throw new TypeError(`The stage ${value} should be 1 to 12 lower-case letters and digits, a letter first`);
}

/**
 * Reads `--stage` (default `dev`) and `--region` (default as the AWS SDK's: AWS_REGION, else us-east-1).
 * @throws TypeError on any other argument
 */
export function targetOf(args = process.argv.slice(2), environment = process.env): Target {
  const { values } = parseArgs({
    args,
    options: {
      stage: { type: 'string', default: 'dev' },
      region: { type: 'string', default: environment['AWS_REGION'] || 'us-east-1' },
    },
  });
  return { stage: stageName(values.stage), region: values.region };
}
