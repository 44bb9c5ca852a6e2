// `orchestra compile`: the definition of a workflow's state machine.
import { FUNCTION_ARN_PREFIX } from './check.ts';
import type { Command } from './command.ts';
import { fromOneFile, outputOption } from './one-file.ts';

export const compile: Command = {
  name: 'compile',
  operands: '<file>',
  summary: 'prints the state machine that a workflow compiles to',
  about: `The definition is in Amazon States Language, as Step Functions takes it once the ARNs of the functions are in it.
Problems and warnings go to standard error.`,
  options: {
    'function-arn-prefix': {
      value: 'prefix',
      description: `ARN of an action’s Lambda without the action; default ${FUNCTION_ARN_PREFIX}`,
    },
    output: outputOption,
  },
  async run(args, io) {
    const prefix = args.given.get('function-arn-prefix');
    return fromOneFile(
      args,
      io,
      ({ definition }) => `${JSON.stringify(definition, null, 2)}\n`,
      typeof prefix === 'string' ? prefix : undefined,
    );
  },
};
