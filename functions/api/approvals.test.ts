// Approvals over real HTTP: the API's functions and request-approval, with the local S3 and Step Functions.
import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decideApproval } from '../../lib/approvals/decide.ts';
import { executionHistory } from '../../lib/executions/history.ts';
import { readExecutionLog } from '../../lib/executions/read.ts';
import { recordExecution } from '../../lib/executions/record.ts';
import { type ApprovalStore, approvalStore } from '../../lib/stores/approvals.ts';
import {
  type Answer,
  type ApiStack,
  type RequestOptions,
  startApiStack,
} from '../../test/support/api-stack.ts';
import { type FaultProxy, startFaultProxy } from '../../test/support/fault-proxy.ts';
import { createTestClock } from '../../test/support/test-clock.ts';

const clock = createTestClock(Date.now());
let api: ApiStack;
/** In front of Step Functions, for this process's clients. */
let faults: FaultProxy;
let s3: S3Client;
let sfn: SFNClient;
/** Everything that the API answered. */
const answered: string[] = [];
const started: string[] = [];

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
];

beforeAll(async () => {
  api = await startApiStack({ statesClock: clock });
  faults = await startFaultProxy(api.awsUrl);
  process.env['AWS_ENDPOINT_URL_SFN'] = faults.url;
  s3 = new S3Client({});
  sfn = new SFNClient({});
  for (const body of workflows) expect((await api.request('POST', '/workflows', { body })).status).toBe(201);
});
afterAll(async () => {
  await api.close();
  await faults.close();
  delete process.env['AWS_ENDPOINT_URL_SFN'];
});
afterEach(() => faults.clear());

async function call(method: string, path: string, options?: RequestOptions): Promise<Answer> {
  const answer = await api.request(method, path, options);
  answered.push(answer.text);
  return answer;
}

/** Starts a run and waits until it asks. */
async function asking(workflow = 'send', to = 'Ada'): Promise<{ id: string; run: string }> {
  const { body } = await call('POST', `/workflows/${workflow}/executions`, { body: { input: { to } } });
  started.push(body.id);
  const id = `${body.id}.ask${workflow.startsWith('send_each') || workflow === 'send_changing' ? '.0' : ''}`;
  await pending(id);
  return { id, run: body.id };
}

async function pending(id: string, notMessage?: string): Promise<Answer> {
  for (;;) {
    const answer = await get(id);
    if (answer.body.status === 'pending' && answer.body.message !== notMessage) return answer;
  }
}
const get = (id: string) => call('GET', `/approvals/${encodeURIComponent(id)}`, { role: 'viewer' });
const decide = (id: string, body: unknown, role: RequestOptions['role'] = 'editor') =>
  call('POST', `/approvals/${id}`, { body, role });

async function ended(run: string): Promise<Answer['body']> {
  for (;;) {
    const { body } = await call('GET', `/executions/${run}`);
    if (body.status !== 'running') return body;
  }
}
const arnOf = (run: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${run.replace('.', ':')}`;

describe('deciding', () => {
  test('what is asked can be read, and a decision lets the run go on, with who and when', async () => {
    const { id, run } = await asking();
    const asked = (await get(id)).body;
    expect(asked).toEqual({
      id,
      workflow_id: 'send',
      execution_id: run,
      step_id: 'ask',
      status: 'pending',
      message: 'Send it to Ada?',
      details: { to: 'Ada' },
      role: 'editor',
      on_timeout: 'fail',
      requested_at: expect.any(String),
      expires_at: expect.any(String),
      comment: null,
      decided_by: null,
      decided_at: null,
    });
    expect(Date.parse(asked.expires_at) - Date.parse(asked.requested_at)).toBe(604_800_000);
    const { status, body } = await decide(id, { decision: 'approve', comment: 'Go' });
    expect(status).toBe(200);
    const decision = { comment: 'Go', decided_by: 'editor', decided_at: body.decided_at };
    expect(body).toEqual({ ...asked, status: 'approved', ...decision });
    expect(await ended(run)).toMatchObject({
      status: 'succeeded',
      output: { decision: 'approved', approved: true, ...decision, timed_out: false },
    });
    expect((await get(id)).body).toEqual(body);
    expect((await approvalStore(s3).openIds({ limit: 1000 })).ids).not.toContain(id);
  });

  test('a rejection lets it go on too', async () => {
    const { id, run } = await asking();
    expect((await decide(id, { decision: 'reject' }, 'admin')).body).toMatchObject({
      status: 'rejected',
      decided_by: 'admin',
      comment: null,
    });
    expect((await ended(run)).output).toMatchObject({ decision: 'rejected', approved: false, comment: null });
  });

  test('takes the role that the approval asks for', async () => {
    const { id } = await asking('send_as_admin');
    for (const role of ['viewer', 'nobody'] as const)
      expect((await decide(id, { decision: 'approve' }, role)).status).toBe(403);
    const refused = await decide(id, { decision: 'approve' }, 'editor');
    expect([refused.status, refused.body.detail]).toEqual([403, 'This needs the role admin']);
    expect((await get(id)).body.status).toBe('pending');
    expect((await decide(id, { decision: 'approve' }, 'admin')).status).toBe(200);
  });

  test('the same decision again is answered as the first time; another is refused with who and when', async () => {
    const { id } = await asking();
    const first = await decide(id, { decision: 'approve', comment: 'first' });
    const again = await decide(id, { decision: 'approve', comment: 'second' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    for (const other of [
      await decide(id, { decision: 'reject' }),
      await decide(id, { decision: 'approve' }, 'admin'),
    ]) {
      expect([other.status, other.body.type]).toEqual([409, '/docs#already-decided']);
      expect(other.body.detail).toBe(`It was approved by editor at ${first.body.decided_at}`);
    }
  });

  test('of two people at once one decides', async () => {
    const { id, run } = await asking();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const user = n % 2 === 0 ? 'editor' : 'admin';
        return { user, ...(await decide(id, { decision: n % 2 === 0 ? 'approve' : 'reject' }, user)) };
      }),
    );
    const { output } = await ended(run);
    const winner = output.decided_by;
    for (const { user, status, body } of answers) {
      if (user === winner) expect([status, body.decided_at]).toEqual([200, output.decided_at]);
      else
        expect([status, body.detail]).toEqual([
          409,
          `It was ${output.decision} by ${winner} at ${output.decided_at}`,
        ]);
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  test('what is no decision is refused', async () => {
    const { id } = await asking();
    const wrong: [unknown, RegExp][] = [
      [{}, /decision/],
      [{ decision: 'maybe' }, /approve/],
      [{ decision: 'approve', comment: 'x'.repeat(300_000) }, /2000/],
      [{ decision: 'approve', comment: 5 }, /string/],
      [{ decision: 'approve', task_token: 'x' }, /task_token/],
    ];
    for (const [body, message] of wrong) {
      const answer = await decide(id, body);
      expect([answer.status, answer.body.type]).toEqual([422, '/docs#invalid-body']);
      expect(answer.body.problems[0].message).toMatch(message);
      expect(answer.text.length).toBeLessThan(2000);
    }
    expect((await get(id)).body.status).toBe('pending');
  });

  test.each([
    'nothing',
    'send.x',
    '..%2F..%2Fexecutions%2Fsend%2Fx',
    'send.x%2F..%2Fy.ask',
    'send.x.ask%00',
    `send.${'x'.repeat(81)}.ask`,
    'send.x.ask.01',
    `send.x.ask${'.1'.repeat(200)}`,
    'Send.x.ask',
    'send.ü.ask',
  ])('an id that is none is refused: %s', async (id) => {
    for (const answer of [
      await call('GET', `/approvals/${id}`),
      await call('POST', `/approvals/${id}`, { body: { decision: 'approve' } }),
      await call('GET', `/approvals/${id}/page`),
    ])
      expect([answer.status, answer.body.type]).toEqual([400, '/docs#invalid-request']);
  });

  test('an id of nothing is not found', async () => {
    for (const answer of [await get('send.x.ask'), await decide('send.x.ask.0', { decision: 'approve' })])
      expect([answer.status, answer.body.type]).toEqual([404, '/docs#not-found']);
  });
});

describe('when something fails between', () => {
  test('a decision that did not reach the run reaches it with the next try', async () => {
    const { id, run } = await asking();
    faults.inject(['drop'], { forever: true });
    const failed = await decide(id, { decision: 'approve', comment: 'Go' });
    expect([failed.status, failed.body.type]).toEqual([503, '/docs#unavailable']);
    faults.clear();
    const decided = (await get(id)).body;
    expect(decided).toMatchObject({ status: 'approved', comment: 'Go' });
    expect((await call('GET', `/executions/${run}`)).body.status).toBe('running');
    const again = await decide(id, { decision: 'approve' });
    expect([again.status, again.body]).toEqual([200, decided]);
    expect((await ended(run)).output).toMatchObject({ comment: 'Go', decided_at: decided.decided_at });
  });

  test('somebody else’s try brings it to the run too, and is told who decided', async () => {
    const { id, run } = await asking();
    faults.inject(['drop'], { forever: true });
    await decide(id, { decision: 'approve' });
    faults.clear();
    expect((await decide(id, { decision: 'reject' }, 'admin')).body.detail).toMatch(
      /^It was approved by editor/,
    );
    expect((await ended(run)).output).toMatchObject({ decision: 'approved', decided_by: 'editor' });
  });

  test('an answer of Step Functions that is lost changes nothing', async () => {
    const { id, run } = await asking();
    faults.inject(['lose']);
    const { status, body } = await decide(id, { decision: 'approve' });
    expect([status, body.status]).toEqual([200, 'approved']);
    expect((await ended(run)).output.decided_at).toBe(body.decided_at);
  });

  test.each(['the next try', 'the end of the run'])(
    'a decision that reached the run, and was not noted as such, is no refusal later: %s',
    async (by) => {
      const { id, run } = await asking();
      const store = approvalStore(s3);
      let writes = 0;
      const failing: ApprovalStore = {
        ...store,
        write: (...args) => (++writes === 2 ? Promise.reject(new Error('S3 is gone')) : store.write(...args)),
      };
      const request = { decision: 'approve', user: 'editor', roles: ['editor'] } as const;
      await expect(decideApproval(id, request, { store: failing, sfn })).rejects.toThrow('S3 is gone');
      const { output } = await ended(run);
      // The end of the run finds it out as well as the next try.
      if (by === 'the end of the run') await recordExecution(arnOf(run), { sfn, s3 });
      expect((await get(id)).body.status).toBe('approved');
      const again = await decide(id, { decision: 'approve' });
      expect([again.status, again.body.decided_at]).toEqual([200, output.decided_at]);
    },
  );

  test('a step whose request was stored and not answered asks again under another token', async () => {
    api.loseAnswers(1);
    const { id, run } = await asking();
    const scheduled = async () => (await tokensOf(run)).length;
    while ((await scheduled()) < 2);
    // The second try may not have come to store its token yet, and then the first one's is answered in vain.
    let answer = await decide(id, { decision: 'approve' });
    while (answer.status === 409) {
      await pending(id);
      answer = await decide(id, { decision: 'approve' });
    }
    expect(answer.status).toBe(200);
    expect((await ended(run)).output.decided_at).toBe(answer.body.decided_at);
  });

  test('a loop that is tried again does not ask the same again', async () => {
    const { id, run } = await asking('send_each');
    const { body } = await decide(id, { decision: 'approve' });
    await api.answerAction({ error: 'NotFound', message: 'gone' });
    await api.answerAction({ output: { text: 'x' } });
    expect((await ended(run)).status).toBe('succeeded');
    expect((await get(id)).body).toMatchObject({ status: 'approved', decided_at: body.decided_at });
    expect(await tokensOf(run)).toHaveLength(2);
  });

  test('and asks another question anew', async () => {
    const { id, run } = await asking('send_changing');
    const { message } = (await get(id)).body;
    await decide(id, { decision: 'approve' });
    await api.answerAction({ error: 'NotFound', message: 'gone' });
    expect((await pending(id, message)).body).toMatchObject({ decided_by: null });
    const listed = await call('GET', '/approvals?status=pending&limit=100');
    expect(listed.body.items.map((item: { id: string }) => item.id)).toContain(id);
    await decide(id, { decision: 'reject' }, 'admin');
    await api.answerAction({ output: { text: 'x' } });
    expect((await ended(run)).status).toBe('succeeded');
  });
});

describe('when nothing waits any more', () => {
  test('the run was stopped', async () => {
    const { id, run } = await asking();
    await call('POST', `/executions/${run}/stop`);
    const { status, body } = await decide(id, { decision: 'approve' });
    expect([status, body.type]).toEqual([409, '/docs#approval-closed']);
    expect((await get(id)).body).toMatchObject({ status: 'closed', decided_by: null, comment: null });
    expect((await decide(id, { decision: 'approve' })).body).toEqual(body);
  });

  test('the step ran out of time', async () => {
    const { id, run } = await asking('send_soon');
    await clock.to(new Date(clock.now() + 61_000).toISOString());
    expect((await ended(run)).output).toMatchObject({ error: { name: 'States.Timeout' } });
    const now = () => new Date(Date.now() + 61_000);
    const request = { decision: 'approve', user: 'editor', roles: ['editor'] } as const;
    await expect(decideApproval(id, request, { store: approvalStore(s3), sfn, now })).rejects.toMatchObject({
      type: 'approval-closed',
      message: expect.stringContaining('Nobody decided'),
    });
    expect((await get(id)).body.status).toBe('timed_out');
  });

  test('the end of a run closes what it still asked, and keeps what was decided', async () => {
    const stopped = await asking();
    const undelivered = await asking();
    faults.inject(['drop'], { forever: true });
    await decide(undelivered.id, { decision: 'approve' });
    faults.clear();
    const decided = await asking();
    await decide(decided.id, { decision: 'approve' });
    for (const { run } of [stopped, undelivered]) await call('POST', `/executions/${run}/stop`);
    await ended(decided.run);
    for (const { run } of [stopped, undelivered, decided]) await recordExecution(arnOf(run), { sfn, s3 });
    expect((await get(stopped.id)).body.status).toBe('closed');
    expect((await get(undelivered.id)).body).toMatchObject({ status: 'closed', decided_by: null });
    expect((await get(decided.id)).body.status).toBe('approved');
    const { ids } = await approvalStore(s3).openIds({ limit: 1000 });
    for (const { id } of [stopped, undelivered, decided]) expect(ids).not.toContain(id);
    const log = await readExecutionLog(decided.run, { s3, sfn });
    answered.push(JSON.stringify(log));
    expect(log.steps).toMatchObject([
      {
        id: 'ask',
        action: 'approval',
        status: 'succeeded',
        input: { message: 'Send it to Ada?', details: { to: 'Ada' }, role: 'editor' },
        output: { decision: 'approved', decided_by: 'editor', decided_at: expect.any(String) },
      },
    ]);
  });
});

describe('listing', () => {
  const idsOf = async (query: string): Promise<string[]> => {
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await call('GET', `/approvals?limit=2${query}${cursor}`, { role: 'viewer' });
      ids.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    return ids;
  };

  test('goes through all in pages, or through those of a status', async () => {
    const [waiting, approved, closed] = [await asking(), await asking(), await asking()];
    await decide(approved.id, { decision: 'approve' });
    await call('POST', `/executions/${closed.run}/stop`);
    await decide(closed.id, { decision: 'approve' });
    const all = await idsOf('');
    expect(all).toEqual(all.toSorted());
    const [open, decided, over] = [
      await idsOf('&status=pending'),
      await idsOf('&status=decided'),
      await idsOf('&status=closed'),
    ];
    expect([...open, ...decided, ...over].toSorted()).toEqual(all);
    expect(
      [open, decided, over].map((ids) => [waiting, approved, closed].map(({ id }) => ids.includes(id))),
    ).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });

  test('shows the beginning of a long message, and no details', async () => {
    const { id } = await asking('send', 'x'.repeat(1000));
    const items: { id: string; message: string }[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await call('GET', `/approvals?status=pending${cursor}`);
      items.push(...body.items);
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    const item = items.find((one) => one.id === id);
    expect(item).not.toHaveProperty('details');
    expect(item?.message).toHaveLength(301);
    expect((await get(id)).body.message).toHaveLength(1012);
  });

  test('takes no cursor of another list', async () => {
    await asking();
    await asking();
    const { body } = await call('GET', '/approvals?limit=1&status=pending');
    for (const path of [
      `/approvals?cursor=${body.next_cursor}`,
      '/approvals?cursor=x',
      `/approvals?cursor=${Buffer.from('{"after":"../x"}').toString('base64url')}`,
    ]) {
      const refused = await call('GET', path);
      expect([refused.status, refused.body.problems[0].code]).toEqual([400, 'invalid-cursor']);
    }
  });
});

test('the page holds nothing of the approval, and runs and loads nothing but its own', async () => {
  const { id } = await asking();
  const page = await call('GET', `/approvals/${id}/page`, { role: 'nobody' });
  const other = await call('GET', '/approvals/other.x.ask/page');
  expect([page.status, other.text]).toEqual([200, page.text]);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  const hash = (tag: string) => {
    const text = new RegExp(`<${tag}>(.*)</${tag}>`, 's').exec(page.text)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash('script')}`,
    `style-src ${hash('style')}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(page.text).not.toMatch(/\son\w+=|<link|<img|<iframe|innerHTML|localStorage|sessionStorage|cookie/i);
});

test('no token has left the server', async () => {
  const tokens = (await Promise.all(started.map(tokensOf))).flat();
  expect(tokens.length).toBeGreaterThan(20);
  expect(answered.length).toBeGreaterThan(100);
  const all = answered.join('\n');
  for (const token of tokens) expect(all).not.toContain(token);
  expect(all).not.toMatch(/task_token":/);
});

/** What the raw history has, which nobody sees but whoever owns the account. */
async function tokensOf(run: string): Promise<string[]> {
  const history = await executionHistory(arnOf(run), sfn);
  return history.flatMap(({ taskScheduledEventDetails }) => {
    const { Payload } = JSON.parse(taskScheduledEventDetails?.parameters ?? '{"Payload":{}}');
    return Payload.task_token === undefined ? [] : [String(Payload.task_token)];
  });
}
