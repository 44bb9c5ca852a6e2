// The API with runs that ask people, for tests of approvals: Step Functions behind faults, and its time in the test's hand.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { executionHistory } from '../../lib/execution-history.ts';
import { type ApiStack, startApiStack } from './api-stack.ts';
import type { Answer, RequestOptions } from './checked-request.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { createTestClock } from './test-clock.ts';

const ask = {
  id: 'ask',
  approval: { message: 'Send it to {{ inputs.to }}?', details: { to: '{{ inputs.to }}' } },
};
const inputs = { to: { type: 'string' } };
const workflows = [
  { id: 'send', inputs, steps: [ask], output: '{{ steps.ask }}' },
  { id: 'send_as_admin', inputs, steps: [{ ...ask, approval: { ...ask.approval, role: 'admin' } }] },
  { id: 'send_soon', inputs, steps: [{ ...ask, timeout_seconds: 60, on_error: 'continue' }] },
  {
    id: 'send_each',
    inputs,
    steps: [
      {
        id: 'each',
        for_each: [1],
        retry: { max_attempts: 2 },
        steps: [ask, { id: 'echo', action: 'test.echo', params: { text: 'x' } }],
      },
    ],
  },
  {
    id: 'send_changing',
    inputs,
    steps: [
      {
        id: 'each',
        for_each: [1],
        retry: { max_attempts: 2 },
        steps: [
          { id: 'ask', approval: { message: 'Send {{ $uuid() }} to {{ inputs.to }}?' } },
          { id: 'echo', action: 'test.echo', params: { text: 'x' } },
        ],
      },
    ],
  },
  {
    id: 'send_others',
    inputs,
    steps: [
      {
        id: 'each',
        for_each: '{{ [$uuid()] }}',
        retry: { max_attempts: 2 },
        steps: [ask, { id: 'echo', action: 'test.echo', params: { text: 'x' } }],
      },
    ],
  },
];

export interface ApprovalStack {
  readonly api: ApiStack;
  readonly clock: ReturnType<typeof createTestClock>;
  /** In front of Step Functions, for this process's clients. */
  readonly faults: FaultProxy;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  /** Everything that the API answered. */
  readonly answered: string[];
  call(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Starts a run and waits until it asks. */
  asking(workflow?: string, to?: string): Promise<{ readonly id: string; readonly run: string }>;
  /** The approval, once it is asked, and with another message than the one given. */
  pending(id: string, notMessage?: string): Promise<Answer>;
  get(id: string): Promise<Answer>;
  decide(id: string, body: unknown, role?: RequestOptions['role']): Promise<Answer>;
  ended(run: string): Promise<Answer['body']>;
  /** The task tokens of a run: what the raw history has, which nobody sees but whoever owns the account. */
  tokensOf(run: string): Promise<readonly string[]>;
  /** Those of every run so far. */
  allTokens(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export function executionArnOf(run: string): string {
  return `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${run.replace('.', ':')}`;
}

export async function startApprovals(): Promise<ApprovalStack> {
  const clock = createTestClock(Date.now());
  const api = await startApiStack({ statesClock: clock });
  const faults = await startFaultProxy(api.awsUrl);
  process.env['AWS_ENDPOINT_URL_SFN'] = faults.url;
  const s3 = new S3Client({});
  const sfn = new SFNClient({});
  const answered: string[] = [];
  const started: string[] = [];
  for (const body of workflows) {
    const { status, text } = await api.request('POST', '/workflows', { body });
    if (status !== 201) throw new Error(text);
  }

  const call: ApprovalStack['call'] = async (method, path, options) => {
    const answer = await api.request(method, path, options);
    answered.push(answer.text);
    return answer;
  };
  const get: ApprovalStack['get'] = (id) =>
    call('GET', `/approvals/${encodeURIComponent(id)}`, { role: 'viewer' });
  const pending: ApprovalStack['pending'] = async (id, notMessage) => {
    for (;;) {
      const answer = await get(id);
      if (answer.body.status === 'pending' && answer.body.message !== notMessage) return answer;
    }
  };
  const tokensOf: ApprovalStack['tokensOf'] = async (run) => {
    const history = await executionHistory(executionArnOf(run), sfn);
    return history.flatMap(({ taskScheduledEventDetails }) => {
      const { Payload } = JSON.parse(taskScheduledEventDetails?.parameters ?? '{"Payload":{}}');
      return Payload.task_token === undefined ? [] : [String(Payload.task_token)];
    });
  };

  return {
    api,
    clock,
    faults,
    s3,
    sfn,
    answered,
    call,
    get,
    pending,
    tokensOf,
    async asking(workflow = 'send', to = 'Ada') {
      const { body } = await call('POST', `/workflows/${workflow}/executions`, { body: { input: { to } } });
      started.push(body.id);
      const isInLoop = ['send_each', 'send_changing', 'send_others'].includes(workflow);
      const id = `${body.id}.ask${isInLoop ? '.0' : ''}`;
      await pending(id);
      return { id, run: body.id };
    },
    decide: (id, body, role = 'editor') => call('POST', `/approvals/${id}`, { body, role }),
    async ended(run) {
      for (;;) {
        const { body } = await call('GET', `/executions/${run}`);
        if (body.status !== 'running') return body;
      }
    },
    allTokens: async () => (await Promise.all(started.map(tokensOf))).flat(),
    async close() {
      await api.close();
      await faults.close();
      delete process.env['AWS_ENDPOINT_URL_SFN'];
    },
  };
}
