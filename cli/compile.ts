// `orchestra compile`: the definition of a workflow's state machine.
import { type Command, outputOption } from './command.ts';
import { ANYWHERE } from './deployment.ts';

export const compile: Command = {
  name: 'compile',
  operands: '<file>',
  summary: 'prints the state machine that a workflow compiles to',
  about: `The definition is in Amazon States Language, as Step Functions takes it, with placeholders for where it is deployed.
Problems and warnings go to standard error.`,
  options: {
    'function-arn-prefix': {
      value: 'prefix',
      description: `ARN of an action’s Lambda without the action; default ${ANYWHERE.functionArnPrefix}`,
    },
    'api-url': {
      value: 'url',
      description: `address of the API, for the links in approvals; default ${ANYWHERE.apiUrl}`,
    },
    output: outputOption,
  },
  async run(args, io) {
    const optionValue = (option: string, fallback: string): string => {
      const value = args.given.get(option);
      return typeof value === 'string' ? value : fallback;
    };
    const { convertFile } = await import('./one-file.ts');
    return convertFile(args, io, ({ definition }) => `${JSON.stringify(definition, null, 2)}\n`, {
      functionArnPrefix: optionValue('function-arn-prefix', ANYWHERE.functionArnPrefix),
      apiUrl: optionValue('api-url', ANYWHERE.apiUrl),
    });
  },
};
