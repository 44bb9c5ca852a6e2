// The shipped workflows: their goldens are what the compiler gives today, AWS would take them, and they run.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { golden, statemachinesFolder, workflowNames } from '../../infrastructure/generate/update-goldens.ts';
import { type Call, run, waitsUnder } from '../support/run-compiled.ts';
import { createTestClock } from '../support/test-clock.ts';

const catalogue = await buildCatalogue();
const names = await workflowNames();
const read = (file: string) => readFile(join(statemachinesFolder, file), 'utf8');
const workflow = async (name: string): Promise<unknown> => JSON.parse(await read(`${name}.workflow.json`));

test('six workflows ship', () => {
  expect(names).toEqual([
    'answer_issue',
    'email_to_notion',
    'generate_sop_to_github',
    'simple_ai_completion',
    'triage_mail',
    'weekly_digest',
  ]);
});

test.each(names)('%s.asl.json is up to date (npm run goldens rewrites it)', async (name) => {
  expect(await golden(name, catalogue)).toBe(await read(`${name}.asl.json`));
});

test.each(names)('asl-validator takes %s.asl.json', async (name) => {
  const text = (await read(`${name}.asl.json`)).replaceAll(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
    '${FunctionArnPrefix}',
    'arn:aws:lambda:us-east-1:123456789012:function:ai-orchestra-prod-',
  );
  const { isValid, errors } = validate(JSON.parse(text));
  expect({ isValid, errors: errors.map((error) => error.message) }).toEqual({ isValid: true, errors: [] });
});

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const example = ({ function: name }: Call): unknown =>
  catalogue.find((action) => action.function_name === name)?.example.output;

test('simple_ai_completion asks its own question when it is given none', async () => {
  const answer = () => ({ text: 'An answer', model: 'm', usage });
  const result = await run(await workflow('simple_ai_completion'), {}, answer, catalogue);
  expect(result).toMatchObject({ output: { text: 'An answer', model: 'm', usage }, states: ['complete'] });
  expect(result.calls[0]?.event.input).toMatchObject({
    prompt: expect.stringContaining('state machine'),
    // The action's own.
    model: null,
  });
});

test('email_to_notion makes one page of the unread mail', async () => {
  const messages = ['One', 'Two'].map((subject) => ({
    subject,
    from: 'Ada <ada@example.com>',
    date: '2026-01-02T03:04:05Z',
    body_text: `${subject}!`.repeat(2000),
  }));
  const answer = (call: Call): unknown => {
    if (call.function === 'gmail-list-messages') return { messages };
    return call.function === 'openai-chat'
      ? { text: 'Two mails.', model: 'm', usage }
      : { id: 'p', url: 'https://n/p', title: 't' };
  };
  const result = await run(
    await workflow('email_to_notion'),
    { notion_database_id: 'db' },
    answer,
    catalogue,
  );
  expect(result).toMatchObject({
    output: { messages: 2, page_url: 'https://n/p' },
    states: ['fetch', 'summary.when', 'summary', 'page.when', 'page', 'workflow.output'],
  });
  const mail = (subject: string): string =>
    `From: Ada <ada@example.com>\nDate: 2026-01-02T03:04:05Z\nSubject: ${subject}\n\n${`${subject}!`.repeat(2000).slice(0, 4000)}`;
  expect(result.calls.map((call) => call.event.input)).toEqual([
    { query: 'is:unread in:inbox', max_results: 10 },
    { template: 'email_summary', variables: { email_content: `${mail('One')}\n\n---\n\n${mail('Two')}` } },
    {
      parent_id: 'db',
      title: expect.stringMatching(/^Unread mail, \d{4}-\d\d-\d\d \(2\)$/),
      content:
        'Two mails.\n\n## Messages\n\n- One, from Ada <ada@example.com>\n- Two, from Ada <ada@example.com>',
    },
  ]);
});

test('email_to_notion makes no page when there is no mail', async () => {
  const result = await run(
    await workflow('email_to_notion'),
    { notion_database_id: 'db' },
    () => ({ messages: [] }),
    catalogue,
  );
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { messages: 0, page_url: null } });
  expect(result.calls).toHaveLength(1);
});

test('generate_sop_to_github commits what the model wrote', async () => {
  const input = {
    task_description: 'Onboard a colleague',
    repo_name: 'acme/handbook',
    file_path: 'docs/sop.md',
  };
  const answer = (call: Call): unknown =>
    call.function === 'openai-generate-sop' ? { text: '# SOP', model: 'm', usage } : example(call);
  const result = await run(await workflow('generate_sop_to_github'), input, answer, catalogue);
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: { commit_sha: expect.any(String), usage },
    states: ['sop', 'commit'],
  });
  expect(result.calls[1]?.event.input).toEqual({
    repo_name: 'acme/handbook',
    file_path: 'docs/sop.md',
    branch: 'main',
    content: '# SOP',
    message: 'Add SOP: Onboard a colleague',
  });
});

test('weekly_digest takes the longest lists that GitHub’s actions give, and says that there is more', async () => {
  const of = (count: number, item: (n: number) => object) => Array.from({ length: count }, (_, n) => item(n));
  const text = '✓'.repeat(1200);
  const url = `https://github.com/${'x'.repeat(140)}`;
  const thing = { author: 'ada', url, title: '✓'.repeat(256), body: text, state: 'closed', has_more: true };
  const lists: Record<string, object> = {
    'github-list-commits': { commits: of(30, () => ({ ...thing, sha: 'a'.repeat(40), message: text })) },
    'github-list-issues': { issues: of(30, (number) => ({ ...thing, number })) },
    'github-list-pull-requests': { pull_requests: of(30, (number) => ({ ...thing, number, merged: true })) },
  };
  const answer = (call: Call): unknown =>
    call.function in lists ? { ...lists[call.function], has_more: true } : example(call);
  const input = { repo_name: 'acme/handbook', notion_parent_id: 'p'.repeat(32), mail_to: 'ada@example.com' };
  const result = await run(await workflow('weekly_digest'), input, answer, catalogue);
  expect(result).toMatchObject({
    cause: undefined,
    output: { commits: 30, issues: 30, pull_requests: 30 },
  });
  const since = result.calls.slice(0, 3).map(({ event }) => Object(event.input).since);
  expect(new Set(since).size).toBe(1);
  const { content } = Object(result.calls.at(-1)?.event.input);
  expect(content.match(/^- and more$/gm)).toHaveLength(3);
});

describe('triage_mail', () => {
  const mail = {
    id: 'm1',
    subject: 'Hi',
    from: 'Eve <eve@example.com>',
    date: '2026-01-02T03:04:05Z',
    body_text: 'x',
  };
  const judged =
    (json: object, messages: object[] = [mail]) =>
    (call: Call): unknown => {
      if (call.function === 'gmail-list-messages') return { messages, has_more: false };
      return call.function === 'openai-chat' ? { text: '', model: 'm', usage, json } : example(call);
    };
  const input = { repo_name: 'acme/handbook' };
  const judgement = { kind: 'bug', title: 'T', summary: 'S', reply: 'R' };

  test('what the model wrote of a hostile mail mentions nobody, and goes where the workflow says', async () => {
    const hostile = {
      title: '   ',
      summary: '@team\r\n\r\n![x](https://evil.example/p)',
      repo_name: 'evil/repo',
    };
    const answer = judged({ ...judgement, ...hostile });
    const result = await run(await workflow('triage_mail'), input, answer, catalogue);
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { bugs: 1, questions: 0, left: 0, failed: 0 },
    });
    expect(result.calls.find((call) => call.function === 'github-create-issue')?.event.input).toEqual({
      repo_name: 'acme/handbook',
      title: 'A bug reported by mail',
      body: 'Reported by mail on 2026-01-02, message m1 in Gmail. In short:\n\n    @team\n    ![x](https://evil.example/p)',
      labels: ['bug'],
    });
  });

  test('an answer that nobody decides on in three days is not sent', async () => {
    const clock = createTestClock(Date.parse('2026-03-01T00:00:00Z'));
    const result = await run(
      await workflow('triage_mail'),
      input,
      judged({ ...judgement, kind: 'question' }),
      catalogue,
      clock,
      [],
      (event, send) => {
        void waitsUnder(event, send).then(() => clock.to('2026-03-04T00:00:00Z'));
        return null;
      },
    );
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { questions: 1, replies: [{ decision: 'rejected', sent_message_id: null }] },
    });
    expect(result.calls.map((call) => call.function)).toEqual([
      'gmail-list-messages',
      'openai-chat',
      'gmail-create-draft',
      'gmail-modify-message',
      'request-approval',
    ]);
  });

  test('without mail nothing happens', async () => {
    const result = await run(await workflow('triage_mail'), input, judged(judgement, []), catalogue);
    expect(result.output).toEqual({
      mails: 0,
      has_more: false,
      bugs: 0,
      questions: 0,
      left: 0,
      failed: 0,
      issues: [],
      replies: [],
      errors: [],
    });
    expect(result.calls).toHaveLength(1);
  });
});
