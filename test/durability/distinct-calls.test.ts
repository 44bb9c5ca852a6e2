// Calls that differ stay distinct, though they write the same words: each leaves what it wrote, and a redrive adds nothing.
import { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { githubToken } from '../../local/providers/github/seed.ts';
import { modelAnswer } from '../support/model-answers.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
let octokit: Octokit;
beforeAll(async () => {
  stack = await startTestStack();
  octokit = new Octokit({ auth: githubToken, baseUrl: stack.faults.github.url });
});
afterAll(() => stack.close());
afterEach(() => {
  for (const proxy of Object.values(stack.faults)) proxy.clear();
});

const WORDS = 'The same words';
const repository = { owner: 'acme', repo: 'handbook' };

async function newIssue(): Promise<number> {
  const { data } = await octokit.rest.issues.create({ ...repository, title: 'Where calls write' });
  return data.number;
}

async function comments(issue_number: number): Promise<string[]> {
  const { data } = await octokit.rest.issues.listComments({ ...repository, issue_number, per_page: 100 });
  return data.filter(({ body = '' }) => body.startsWith(WORDS)).map(({ html_url }) => html_url);
}

const comment = (id: string, issue_number: number | string) => ({
  id,
  action: 'github.add_comment',
  params: { repo_name: 'acme/handbook', issue_number, body: WORDS },
});

async function save(document: object): Promise<void> {
  const saved = await stack.call('POST', '/workflows', { body: document });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
}

async function start(id: string, input: object = {}) {
  const { body } = await stack.call('POST', `/workflows/${id}/executions`, {
    body: { input },
    headers: { prefer: 'wait=25' },
  });
  return body;
}

async function run(id: string, steps: unknown[]): Promise<void> {
  await save({ id, steps, output: null });
  const body = await start(id);
  expect(body, JSON.stringify(body)).toMatchObject({ status: 'succeeded' });
}

test('two steps of one run that write the same comment leave two, and another run two more', async () => {
  const issue = await newIssue();
  await run('two_steps', [comment('first', issue), comment('second', issue)]);
  expect(await comments(issue)).toHaveLength(2);
  expect(await start('two_steps')).toMatchObject({ status: 'succeeded' });
  expect(await comments(issue)).toHaveLength(4);
});

test('so do branches, the same loop of two steps, and a handler after the step that failed', async () => {
  const issue = await newIssue();
  const inOrder = { max_concurrency: 1 };
  await run('branches', [
    { id: 'both', parallel: { left: [comment('left', issue)], right: [comment('right', issue)] } },
    { id: 'a', for_each: [1, 2], ...inOrder, steps: [comment('in_a', issue)] },
    { id: 'b', for_each: [1, 2], ...inOrder, steps: [comment('in_b', issue), comment('in_b_too', issue)] },
    {
      ...comment('wrong', issue),
      params: { repo_name: 'acme/nowhere', issue_number: 1, body: WORDS },
      on_error: [comment('instead', issue)],
    },
  ]);
  expect(await comments(issue)).toHaveLength(2 + 2 + 4 + 1);
});

test('iterations of a distributed loop, each an execution of its own, write one each', async () => {
  const issue = await newIssue();
  const each = {
    id: 'each',
    for_each: [1, 2, 3],
    mode: 'distributed',
    max_concurrency: 1,
    steps: [comment('said', issue), comment('again', issue)],
  };
  await run('distributed', [each]);
  expect(await comments(issue)).toHaveLength(6);
});

test('runs that a run starts write one each, in steps and in a loop', async () => {
  const issue = await newIssue();
  await save({
    id: 'child',
    inputs: { issue: { type: 'integer' } },
    steps: [comment('said', '{{ inputs.issue }}')],
    output: null,
  });
  const child = (id: string) => ({ id, workflow: 'child', input: { issue } });
  await run('parent', [
    child('one'),
    child('two'),
    { id: 'each', for_each: [1, 2], max_concurrency: 1, steps: [child('three')] },
    comment('said', issue),
  ]);
  expect(await comments(issue)).toHaveLength(5);
});

test('an agent’s calls are distinct within a turn, over turns, iterations and agents, whatever ids the model gives', async () => {
  const issue = await newIssue();
  const args = JSON.stringify({ repo_name: 'acme/handbook', issue_number: issue, body: WORDS });
  const calling = (...ids: string[]) =>
    modelAnswer(
      null,
      ids.map((id) => ({ id, name: 'github-add_comment', arguments: args })),
    );
  const turns = [calling('c1', 'c1'), calling('c1'), calling(''), modelAnswer('Done.')];
  stack.faults.openai.inject([...turns, ...turns, ...turns]);
  const agent = { goal: 'Comment', tools: ['github.add_comment'] };
  await run('agents', [
    { id: 'each', for_each: [1, 2], max_concurrency: 1, steps: [{ id: 'inner', agent }] },
    { id: 'outer', agent },
  ]);
  expect(await comments(issue)).toHaveLength(3 * 4);
  expect(stack.faults.openai.requests).toHaveLength(12);
  const sent = stack.faults.openai.requests.map(({ body }) => JSON.parse(body).input);
  const ids = sent[3].flatMap((item: { type?: string; call_id: string }) =>
    item.type === 'function_call_output' ? item.call_id : [],
  );
  expect(ids).toEqual(['c1', 'call01000', 'call02000', 'call03000']);
});

test('a redrive repeats no comment, and writes those that the run had not come to', async () => {
  const issue = await newIssue();
  const read = { action: 'github.get_issue', params: { repo_name: 'acme/handbook', issue_number: issue } };
  await save({
    id: 'redriven',
    steps: [
      comment('before', issue),
      {
        id: 'both',
        parallel: {
          left: [comment('left', issue)],
          right: [comment('right', issue), { id: 'check', ...read }],
        },
      },
      comment('after', issue),
    ],
    output: null,
  });
  stack.faults.github.inject([{ status: 422, body: '{}' }], {
    when: ({ method, path }) => method === 'GET' && path.endsWith(`/issues/${issue}`),
  });
  const { id, status } = await start('redriven');
  expect([status, (await comments(issue)).length]).toEqual(['failed', 3]);
  expect((await stack.call('POST', `/executions/${id}/redrive`)).status).toBe(202);
  await until(async () =>
    expect((await stack.call('GET', `/executions/${id}`)).body).toMatchObject({ status: 'succeeded' }),
  );
  expect(await comments(issue)).toHaveLength(4);
});
