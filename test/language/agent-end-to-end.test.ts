// An agent on the whole stack: the emulated model and GitHub's and Notion's emulators, behind proxies that misbehave.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { ProxiedRequest } from '../support/fault-proxy.ts';
import { logOf, startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  const saved = await stack.call('POST', '/workflows', { body: document });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
});
afterAll(() => stack.close());
afterEach(() => {
  for (const proxy of Object.values(stack.faults)) proxy.clear();
});

const document = {
  id: 'helper',
  inputs: { subject: { type: 'string' } },
  steps: [
    {
      id: 'help',
      agent: {
        goal: 'Search our pages, then create an issue with what you found.\n\n{{ inputs.subject }}: how is it done? {{ inputs.subject }} is unclear.',
        tools: [
          'notion.search_pages',
          {
            action: 'github.create_issue',
            params: { repo_name: 'acme/handbook', title: '{{ inputs.subject }}' },
          },
        ],
      },
    },
  ],
};

/** Runs it to its end: the run, its log, and the issues that were opened. */
async function run(subject: string) {
  const { status, body } = await stack.call('POST', '/workflows/helper/executions', {
    body: { input: { subject } },
    headers: { prefer: 'wait=25' },
  });
  expect(status, JSON.stringify(body)).toBe(200);
  const github = stack.stack.settings['GITHUB_API_URL'] ?? '';
  const token = stack.stack.connections['github/default']?.['token'] ?? '';
  const answer = await fetch(`${github}/repos/acme/handbook/issues?state=all&per_page=100`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const issues = z
    .array(z.object({ title: z.string(), body: z.string().nullable() }))
    .parse(await answer.json());
  return {
    execution: body,
    log: await logOf(stack, body.id),
    opened: issues.filter(({ title }) => title === subject),
  };
}

const json = { 'content-type': 'application/json' };
const limited = {
  status: 429,
  headers: { ...json, 'retry-after': '1' },
  body: '{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}',
};
const broken = { status: 500, headers: json, body: '{"error":{"message":"on fire"}}' };

test('searches, writes once, answers', async () => {
  const { execution, log, opened } = await run('Releasing');
  expect(execution).toMatchObject({ status: 'succeeded', output: { turns: 3, tool_calls: 2 } });
  expect(execution.output.text).toMatch(
    /^\(emulated model\) Tools used: notion-search_pages, github-create_issue\.\n\n/,
  );
  expect(opened).toHaveLength(1);
  expect(opened[0]?.body).toMatch(/^\(emulated model\) What was found on “releasing”:/);
  expect(log.steps).toMatchObject([
    {
      id: 'help',
      action: 'agent',
      attempts: 1,
      usage: execution.output.usage,
      turns: [
        { calls: [{ action: 'notion.search_pages', status: 'succeeded', attempts: 1 }] },
        { calls: [{ action: 'github.create_issue', status: 'succeeded', attempts: 1 }] },
        { calls: [] },
      ],
    },
  ]);
});

const creating = {
  when: ({ method, path }: ProxiedRequest) => method === 'POST' && path.endsWith('/issues'),
};
/** How often an issue was asked to be created. */
const asked = () => stack.faults.github.requests.filter(creating.when).length;

test('a model with a rate limit, an error and a dropped connection: each effect happens once', async () => {
  stack.faults.openai.inject([limited, broken, 'drop']);
  const { execution, log, opened } = await run('Dropping');
  expect(execution).toMatchObject({ status: 'succeeded', output: { turns: 3, tool_calls: 2 } });
  expect(opened).toHaveLength(1);
  expect(log.steps[0]).toMatchObject({
    attempts: 4,
    turns: [{ attempts: 4, error: null }, { attempts: 1 }, { attempts: 1 }],
  });
  expect(stack.faults.openai.requests).toHaveLength(6);
});

test('a run that failed in its last turn is redriven from there: no effect happens again', async () => {
  const refused = { status: 400, headers: json, body: '{"error":{"message":"no such model"}}' };
  const isLast = ({ body }: ProxiedRequest) => body.includes('"name":"github-create_issue","arguments"');
  stack.faults.openai.inject([refused], { when: isLast });
  const { execution } = await run('Redriving');
  expect(execution).toMatchObject({ status: 'failed', error: { name: 'InvalidInput' } });
  const redriven = await stack.call('POST', `/executions/${execution.id}/redrive`, {
    headers: { prefer: 'wait=25' },
  });
  expect(redriven.status, JSON.stringify(redriven.body)).toBeLessThan(300);
  const log = await logOf(stack, execution.id);
  expect(log.steps).toMatchObject([
    {
      id: 'help',
      status: 'succeeded',
      turns: [{ attempts: 1 }, { attempts: 1 }, { attempts: 2, error: null }],
    },
  ]);
  expect(log).toMatchObject({ status: 'succeeded', output: { turns: 3, tool_calls: 2 } });
  expect(asked()).toBe(1);
});

describe('a tool that misbehaves', () => {
  test('a rate limit is waited for, and the call is made again', async () => {
    stack.faults.github.inject([{ ...limited, body: '{"message":"slow down"}' }], creating);
    const { log, opened } = await run('Limiting');
    expect(opened).toHaveLength(1);
    expect(asked()).toBe(2);
    const [step] = log.steps;
    expect(step.turns[1].calls).toMatchObject([
      { action: 'github.create_issue', status: 'succeeded', attempts: 2 },
    ]);
  });

  test.each([
    ['a server error', broken],
    ['a dropped connection', 'drop'],
  ] as const)(
    '%s after a write is tried again when it has been looked for, and the model is told of one issue',
    async (what, fault) => {
      stack.faults.github.inject([fault], creating);
      const { execution, log, opened } = await run(`Breaking ${what}`);
      expect(execution).toMatchObject({ status: 'succeeded', output: { turns: 3, tool_calls: 2 } });
      expect([asked(), opened.length]).toEqual([2, 1]);
      const [step] = log.steps;
      expect(step.turns[1].calls).toMatchObject([{ status: 'succeeded', attempts: 2 }]);
    },
  );

  test('no credential of a tool shows anywhere', async () => {
    const { token = '' } = stack.stack.connections['github/default'] ?? {};
    stack.faults.github.inject(
      [{ status: 401, headers: json, body: JSON.stringify({ message: `Bad credentials ${token}` }) }],
      creating,
    );
    const { execution, log } = await run('Refusing');
    expect(token.length).toBeGreaterThan(10);
    expect(JSON.stringify([execution, log, stack.faults.openai.requests])).not.toContain(token);
  });
});
