// `orchestra states`: serves the engine alone, with the API of Step Functions, until it is stopped.
import { type Arguments, type Command, UsageError } from './command.ts';

const DEFAULTS = { port: '4566', region: 'us-east-1', account: '000000000000' };

export const states: Command = {
  name: 'states',
  operands: '',
  summary: 'serves Step Functions on this machine, for state machines in JSONata',
  about: `Functions are called at AWS_ENDPOINT_URL_LAMBDA, through the Lambda Invoke API. AWS_ENDPOINT_URL_S3 and
AWS_ENDPOINT_URL_EVENTBRIDGE are the endpoints for tasks that use S3 and EventBridge; without them Lambda's endpoint is
used. It listens on 127.0.0.1, accepts any credentials, and ends with Ctrl-C.

For StartSyncExecution and TestState, clients put "sync-" before the host name, which does not resolve here:
AWS_DISABLE_HOST_PREFIX_INJECTION=true turns that off in the AWS CLI and Python, { disableHostPrefix: true } a client in
JavaScript.`,
  options: {
    port: { short: 'p', value: 'port', description: `default ${DEFAULTS.port}; 0 takes a free one` },
    database: {
      short: 'd',
      value: 'file',
      description: 'keeps everything in that file, created when missing; default: in memory',
    },
    'keep-days': {
      value: 'days',
      description: 'executions are deleted that long after their end; default 90',
    },
    'keep-mb': {
      value: 'megabytes',
      description: 'the oldest ones are deleted earlier when all take more than that; default 1024',
    },
    region: { value: 'region', description: `in ARNs; default AWS_REGION, or ${DEFAULTS.region}` },
    account: { value: 'id', description: `in ARNs; default ${DEFAULTS.account}` },
  },
  async run(args, io) {
    if (args.operands.length > 0) throw new UsageError(`states takes no ${args.operands[0]}, only options`);
    const options = readOptions(args, io.environment);
    const { startStandalone, CannotStart, WriteFailed } = await import('../local/states/standalone.ts');
    try {
      const running = await startStandalone(options);
      io.stdout.write(introduction(running.url, options));
      await io.interrupted();
      await running.close();
      const kept = options.database === undefined ? '' : ' The next start continues from here.';
      io.stdout.write(`\nStopped.${kept}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof CannotStart || error instanceof WriteFailed)) throw error;
      io.stderr.write(`orchestra: ${error.message}\n`);
      return 2;
    }
  },
};

type Options = ReturnType<typeof readOptions>;

function readOptions({ given }: Arguments, environment: NodeJS.ProcessEnv) {
  const text = (option: string): string | undefined => {
    const value = given.get(option);
    return typeof value === 'string' ? value : undefined;
  };
  const number = (option: string, max = Number.MAX_SAFE_INTEGER): number | undefined => {
    const value = text(option);
    if (value === undefined) return undefined;
    if (/^\d+$/.test(value) && Number(value) <= max) return Number(value);
    const upTo = max === Number.MAX_SAFE_INTEGER ? '' : ` up to ${max}`;
    throw new UsageError(`--${option} takes a whole number${upTo}, but was ${value}`);
  };
  const matching = (what: string, value: string, pattern: RegExp, example: string): string => {
    if (pattern.test(value)) return value;
    throw new UsageError(`${what} is ${value}, but should look like ${example}`);
  };
  const endpoint = (name: string): string | undefined => {
    const value = environment[name];
    if (!value) return undefined;
    if (/^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
    throw new UsageError(`${name} is ${value}, but should look like http://127.0.0.1:9001`);
  };
  const region = text('region');
  return {
    port: number('port', 65_535) ?? Number(DEFAULTS.port),
    database: text('database'),
    days: number('keep-days'),
    megabytes: number('keep-mb'),
    region: matching(
      region === undefined ? 'AWS_REGION' : '--region',
      region ?? (environment['AWS_REGION'] || DEFAULTS.region),
      /^[a-z]{2,}(?:-[a-z]+)+-\d+$/,
      DEFAULTS.region,
    ),
    accountId: matching('--account', text('account') ?? DEFAULTS.account, /^\d{12}$/, DEFAULTS.account),
    lambdaEndpoint: endpoint('AWS_ENDPOINT_URL_LAMBDA'),
    s3Endpoint: endpoint('AWS_ENDPOINT_URL_S3'),
    eventsEndpoint: endpoint('AWS_ENDPOINT_URL_EVENTBRIDGE'),
  };
}

const HELLO = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Hi',
  States: { Hi: { Type: 'Pass', Output: '{% "Hello " & $states.input.name %}', End: true } },
});

function introduction(url: string, { database, lambdaEndpoint, region, accountId }: Options): string {
  const arn = (resource: string) => `arn:aws:states:${region}:${accountId}:${resource}`;
  const aws = 'aws stepfunctions';
  return `Step Functions is on ${url}. Ctrl-C ends it.

  State      ${database === undefined ? 'in memory, lost when it ends; --database <file> keeps it' : database}
  Functions  ${lambdaEndpoint ?? 'none: set AWS_ENDPOINT_URL_LAMBDA to a Lambda Invoke API'}

To try it, in another terminal:

  export AWS_ENDPOINT_URL_SFN=${url} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  ${aws} create-state-machine --name hello --role-arn arn:aws:iam::${accountId}:role/any --definition '${HELLO}'
  ${aws} start-execution --state-machine-arn ${arn('stateMachine:hello')} --name first --input '{"name": "Ada"}'
  ${aws} describe-execution --execution-arn ${arn('execution:hello:first')}
  ${aws} get-execution-history --execution-arn ${arn('execution:hello:first')}

`;
}
