// What the pictures of the dashboard show: workflows, schedules, and runs in every state, made through the API.
import * as z from 'zod';

/** One request as the admin. @throws Error when the answer is no success */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<unknown>;

export interface Seeded {
  /** Ended in failure, in an iteration of a loop. */
  readonly failedRun: string;
  /** Waits for an approval. */
  readonly waitingRun: string;
  readonly succeededRun: string;
}

const feedback = [
  'CSV export writes broken umlauts',
  'Login page keeps loading on Safari',
  'Typo in the invitation mail',
  'Search ignores quotes',
  'Dark mode flickers at start',
  'Attachments over 20 MB are refused without a reason',
  'Weekly report counts Sundays twice',
  'Cannot leave a shared workspace',
  'Keyboard focus is lost after saving',
  'Time zone of Lisbon is off by an hour',
  'Duplicate rows after an import',
  'Print view cuts the last column',
].map((title, index) => ({ title, repo: index === 9 ? 'acme/handbok' : 'acme/handbook' }));

const workflows = [
  {
    id: 'feedback_to_issues',
    name: 'Feedback to issues',
    description: 'Files each piece of feedback as an issue in the repository that it is about',
    inputs: { feedback: { type: 'array', description: 'What users wrote, with the repository of each' } },
    steps: [
      {
        id: 'known',
        comment: 'What is open already, so that nothing is filed twice',
        action: 'github.list_issues',
        params: { repo_name: 'acme/handbook', state: 'open' },
      },
      {
        id: 'each',
        comment: 'One after the other, in the order in which they came',
        for_each: '{{ inputs.feedback }}',
        max_concurrency: 1,
        steps: [
          {
            id: 'issue',
            when: '{{ $not(item.title in steps.known.issues.title) }}',
            action: 'github.create_issue',
            params: {
              repo_name: '{{ item.repo }}',
              title: '{{ item.title }}',
              body: 'Reported by a user',
              labels: ['feedback'],
            },
          },
        ],
      },
      {
        id: 'report',
        action: 'openai.chat',
        params: {
          messages: [
            { role: 'user', content: 'Summarise for the team: {{ $join([inputs.feedback.title], "; ") }}' },
          ],
        },
      },
    ],
    output: { issues: '{{ $count(steps.each) }}' },
  },
  {
    id: 'release_notes',
    name: 'Release notes',
    description: 'Drafts the notes of a release, and publishes them once somebody agrees',
    inputs: { version: { type: 'string', description: 'Of the release: 4.2.0' } },
    steps: [
      {
        id: 'draft',
        action: 'openai.chat',
        params: { messages: [{ role: 'user', content: 'Notes for version {{ inputs.version }}' }] },
      },
      {
        id: 'agree',
        approval: {
          message: 'Publish the notes of version {{ inputs.version }}?',
          details: { version: '{{ inputs.version }}', notes: '{{ steps.draft.text }}' },
          role: 'editor',
        },
        timeout_seconds: 259_200,
      },
      {
        id: 'publish',
        action: 'github.create_issue',
        params: {
          repo_name: 'acme/handbook',
          title: 'Release {{ inputs.version }}',
          body: '{{ steps.draft.text }}',
        },
      },
    ],
  },
  {
    id: 'morning_report',
    name: 'Morning report',
    description: 'Counts the unread mail of the night',
    inputs: {
      query: { type: 'string', description: 'Which mail, as in Gmail’s search', default: 'is:unread' },
      webhook: { type: 'object', description: 'What GitHub sent', default: {} },
    },
    triggers: [
      { schedule: 'cron(30 7 ? * MON-FRI *)', timezone: 'Europe/Berlin' },
      { schedule: 'cron(0 18 ? * FRI *)', timezone: 'UTC', enabled: false },
      { webhook: { verify: 'github' }, input: { query: 'is:unread label:bug' } },
    ],
    steps: [
      { id: 'mail', action: 'gmail.list_messages', params: { query: '{{ inputs.query }}', max_results: 20 } },
      { id: 'count', transform: { unread: '{{ $count(steps.mail.messages) }}' } },
    ],
    output: '{{ steps.count }}',
  },
];

const started = z.object({ id: z.string() });
const state = z.object({ status: z.string() });

/** Saves the workflows and runs them, until each run is as it is to be seen. */
export async function seedDashboard(call: Call): Promise<Seeded> {
  for (const workflow of workflows) await call('POST', '/workflows', workflow);
  const start = async (workflow: string, input: object) =>
    started.parse(await call('POST', `/workflows/${workflow}/executions`, { input })).id;
  const ended = async (workflow: string, input: object) => {
    const id = await start(workflow, input);
    await isSeen(async () => state.parse(await call('GET', `/executions/${id}/log`)).status !== 'running');
    return id;
  };
  for (const prompt of ['Name three things to automate first', 'Write a haiku about state machines'])
    await ended('simple_ai_completion', { prompt });
  await ended('morning_report', {});
  await changeTwice(call);
  const succeededRun = await ended('generate_sop_to_github', {
    task_description: 'Roll back a release that went wrong',
    repo_name: 'acme/handbook',
    file_path: 'docs/sop/roll-back.md',
  });
  const failedRun = await ended('feedback_to_issues', { feedback });
  const waitingRun = await start('release_notes', { version: '4.2.0' });
  const approvals = z.object({ items: z.array(z.unknown()) });
  await isSeen(async () => approvals.parse(await call('GET', '/approvals')).items.length > 0);
  return { failedRun, waitingRun, succeededRun };
}

const document = z.looseObject({});

/** A workflow and a prompt have versions, one of which was brought back, and somebody is invited. */
async function changeTwice(call: Call): Promise<void> {
  const anyVersion = { 'if-match': '*' };
  const report = document.parse(await call('GET', '/workflows/morning_report'));
  const changed = {
    ...report,
    description: 'Tells in the morning how much mail came in the night',
    steps: [
      {
        id: 'mail',
        action: 'gmail.list_messages',
        params: { query: '{{ inputs.query }}', max_results: 50 },
      },
      { id: 'senders', transform: '{{ $distinct(steps.mail.messages.from) }}' },
      {
        id: 'count',
        transform: { unread: '{{ $count(steps.mail.messages) }}', from: '{{ steps.senders }}' },
      },
    ],
  };
  await call('PUT', '/workflows/morning_report', changed, anyVersion);
  await call('POST', '/workflows/morning_report/rollback', { version: 1 }, anyVersion);
  await call('PUT', '/workflows/morning_report', changed, anyVersion);
  const prompt = document.parse(await call('GET', '/templates/email_summary'));
  await call(
    'PUT',
    '/templates/email_summary',
    {
      ...prompt,
      user_prompt: `${prompt['user_prompt']}\n\nAnswer in at most {{ sentences }} sentences.`,
      variables: { ...document.parse(prompt['variables']), sentences: { default: 5 } },
    },
    anyVersion,
  );
  await call('POST', '/users', { id: 'grace', email: 'grace@acme.example', role: 'editor' });
}

/** Asks again until it is so; a refusal counts as not yet: a log is written a moment after the end. */
async function isSeen(ask: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 120_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return false;
    });
    if (answer) return;
    if (Date.now() > deadline) throw new Error('The runs did not come to where they are to be seen');
  }
}
