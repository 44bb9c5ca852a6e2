// `orchestra compile`: the definition of a workflow's state machine.
import { type Command, outputOption } from './command.ts';
import { ANYWHERE } from './deployment.ts';

export const compile: Command = {
  name: 'compile',
  operands: '<file>',
  summary: 'prints the state machine that a workflow compiles to',
  about: `The definition is in Amazon States Language, as Step Functions takes it once it says where it is deployed.
Problems and warnings go to standard error.`,
  options: {
    'function-arn-prefix': {
      value: 'prefix',
      description: `ARN of an action’s Lambda without the action; default ${ANYWHERE.functionArnPrefix}`,
    },
    'api-url': {
      value: 'url',
      description: `address of the API, in links for who approves; default ${ANYWHERE.apiUrl}`,
    },
    output: outputOption,
  },
  async run(args, io) {
    const given = (option: string, otherwise: string): string => {
      const value = args.given.get(option);
      return typeof value === 'string' ? value : otherwise;
    };
    const { fromOneFile } = await import('./one-file.ts');
    return fromOneFile(args, io, ({ definition }) => `${JSON.stringify(definition, null, 2)}\n`, {
      functionArnPrefix: given('function-arn-prefix', ANYWHERE.functionArnPrefix),
      apiUrl: given('api-url', ANYWHERE.apiUrl),
    });
  },
};
