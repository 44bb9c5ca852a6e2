// Approvals over real HTTP: asked, decided, listed, and the page for the person who decides.
import { createHash } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { approvalStore } from '../../lib/stores/approvals.ts';
import { startApprovals } from '../../test/support/approvals.ts';

const stack = await startApprovals();
const { s3, call, asking, get, decide, ended } = stack;
afterAll(() => stack.close());

describe('deciding', () => {
  test('an approval can be read, and a decision lets the run continue, with who and when', async () => {
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
    const soFar = await call('GET', `/executions/${run}/log`, { role: 'viewer' });
    expect(soFar.body).toMatchObject({ status: 'running', ended_at: null });
    expect(soFar.body.steps.at(-1)).toMatchObject({ id: 'ask', status: 'running', output: null });
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

  test('a rejection lets it continue too', async () => {
    const { id, run } = await asking();
    expect((await decide(id, { decision: 'reject' }, 'admin')).body).toMatchObject({
      status: 'rejected',
      decided_by: 'admin',
      comment: null,
    });
    expect((await ended(run)).output).toMatchObject({ decision: 'rejected', approved: false, comment: null });
  });

  test('needs the role that the approval asks for', async () => {
    const { id } = await asking('send_as_admin');
    for (const role of ['viewer', 'nobody'] as const)
      expect((await decide(id, { decision: 'approve' }, role)).status).toBe(403);
    const refused = await decide(id, { decision: 'approve' }, 'editor');
    expect([refused.status, refused.body.detail]).toEqual([403, 'This needs the role admin']);
    expect((await get(id)).body.status).toBe('pending');
    expect((await decide(id, { decision: 'approve' }, 'admin')).status).toBe(200);
  });

  test('repeating a decision gets the same answer; another one is refused with who and when', async () => {
    const { id } = await asking();
    const first = await decide(id, { decision: 'approve', comment: 'first' });
    for (const same of [{ decision: 'approve', comment: 'first' }, { decision: 'approve' }]) {
      const again = await decide(id, same);
      expect([again.status, again.body]).toEqual([200, first.body]);
    }
    const silent = (await asking()).id;
    const without = await decide(silent, { decision: 'approve' });
    const repeated = await decide(silent, { decision: 'approve', comment: '' });
    expect([repeated.status, repeated.body, repeated.body.comment]).toEqual([200, without.body, null]);
    const second = await decide(id, { decision: 'approve', comment: 'second' });
    expect([second.status, second.body.type]).toEqual([409, '/docs#already-decided']);
    expect(second.body.detail).toBe(
      `It was approved by editor at ${first.body.decided_at}, with another comment, which the run was given`,
    );
    for (const other of [
      await decide(id, { decision: 'reject' }),
      await decide(id, { decision: 'approve' }, 'admin'),
    ]) {
      expect([other.status, other.body.type]).toEqual([409, '/docs#already-decided']);
      expect(other.body.detail).toBe(`It was approved by editor at ${first.body.decided_at}`);
    }
  });

  test('only one of two people at the same time decides', async () => {
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

  test('anything else is refused', async () => {
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
  ])('not an approval id: %s', async (id) => {
    for (const answer of [
      await call('GET', `/approvals/${id}`),
      await call('POST', `/approvals/${id}`, { body: { decision: 'approve' } }),
      await call('GET', `/approvals/${id}/page`),
    ])
      expect([answer.status, answer.body.type]).toEqual([400, '/docs#invalid-request']);
  });

  test('an unknown id is not found', async () => {
    for (const answer of [await get('send.x.ask'), await decide('send.x.ask.0', { decision: 'approve' })])
      expect([answer.status, answer.body.type]).toEqual([404, '/docs#not-found']);
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

  test('those that were decided come with the latest decision first', async () => {
    const asked = [await asking(), await asking(), await asking()];
    for (const at of [1, 2, 0])
      await decide(asked[at]?.id ?? '', { decision: at === 2 ? 'reject' : 'approve' });
    const latest = (await idsOf('&status=decided')).slice(0, 3);
    expect(latest).toEqual([0, 2, 1].map((at) => asked[at]?.id));
  });

  test('pages through all, or through those of a status', async () => {
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

  test('refuses the cursor of another list', async () => {
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

test('the page holds nothing of the approval, and runs and loads only its own script and style', async () => {
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
  const tokens = await stack.allTokens();
  expect(tokens.length).toBeGreaterThan(10);
  expect(stack.answered.length).toBeGreaterThan(60);
  const all = stack.answered.join('\n');
  for (const token of tokens) expect(all).not.toContain(token);
  expect(all).not.toMatch(/task_token":/);
});
