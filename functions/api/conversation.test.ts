// A long conversation with the API: workflows, runs, schedules and templates, each answer whole with its headers.
//
// Kept in `conversation/` (`npm run vitest -- functions/api/conversation -u` rewrites it), in the order in which was asked; times, ids and tags drawn at random are replaced.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEnd } from '../../lib/executions/record.ts';
import {
  type ApiStack,
  executionCalls,
  greeting,
  startApiStack,
  waiting,
} from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
});
afterAll(() => api.close());
const { until } = executionCalls(() => api);

const bad = { error: 'Bad', cause: 'so' };
const everything = {
  id: 'everything',
  name: 'Everything',
  description: 'Every kind of step.',
  inputs: { list: { type: 'array', default: [1, 2, 3] }, fail: { type: 'boolean', default: false } },
  triggers: [{ schedule: 'rate(1 day)', input: { list: [7] } }],
  steps: [
    { id: 'first', transform: { sum: '{{ $sum(inputs.list) }}' } },
    { id: 'kept', set: { total: '{{ steps.first.sum }}' } },
    { id: 'skipped', when: '{{ vars.total < 0 }}', transform: { never: true } },
    {
      id: 'each',
      for_each: '{{ inputs.list }}',
      max_concurrency: 1,
      steps: [{ id: 'twice', transform: { n: '{{ item * 2 }}' } }],
    },
    {
      id: 'own',
      for_each: '{{ inputs.list }}',
      mode: 'distributed',
      max_concurrency: 1,
      steps: [{ id: 'thrice', transform: { n: '{{ item * 3 }}' } }],
    },
    {
      id: 'both',
      parallel: { a: [{ id: 'left', transform: { l: 1 } }], b: [{ id: 'right', transform: { r: 2 } }] },
    },
    { id: 'child', workflow: 'greeting', input: { name: 'child' } },
    {
      id: 'tried',
      parallel: { a: [{ id: 'bad', fail: bad }] },
      on_error: [{ id: 'mended', set: { was: 1 } }],
    },
    { id: 'last', when: '{{ inputs.fail }}', fail: bad },
  ],
  output: { total: '{{ vars.total }}', each: '{{ steps.each }}' },
};
const retried = {
  id: 'retried',
  name: 'Retried',
  steps: [
    {
      id: 'echo',
      action: 'test.echo',
      params: { text: 'hi' },
      retry: { max_attempts: 2, on: ['RateLimited'] },
    },
  ],
};

const lines: string[] = [];
const HEADERS = [
  'location',
  'etag',
  'content-type',
  'preference-applied',
  'retry-after',
  'allow',
  'cache-control',
];

async function ask(method: string, path: string, options: Parameters<ApiStack['request']>[2] = {}) {
  const answer = await api.request(method, path, options);
  const headers = HEADERS.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
  const { role, body, raw, headers: sent } = options;
  const asked = [role, body ?? raw, sent].flatMap((part) =>
    part === undefined ? [] : [JSON.stringify(part)],
  );
  // A run may have ended when it is answered that it has begun.
  const begun = method === 'POST' && answer.status === 202;
  lines.push(
    [
      method,
      path,
      ...asked,
      '->',
      answer.status,
      ...headers,
      JSON.stringify(begun ? Object.keys(answer.body) : answer.body),
    ].join(' '),
  );
  return answer;
}

const arnOf = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${id.replace('.', ':')}`;

/** Everything that is told about a run that has ended. */
async function told(id: string, status: string, steps: readonly string[]): Promise<void> {
  await until(id, status);
  await recordEnd(arnOf(id));
  await ask('GET', `/executions/${id}`);
  await ask('GET', `/executions/${id}/log`);
  await ask('GET', `/executions/${id}/steps`);
  await ask('GET', `/executions/${id}/workflow`);
  for (const step of steps) {
    await ask('GET', `/executions/${id}/steps/${step}`);
    await ask('GET', `/executions/${id}/iterations?step=${step}&limit=2`);
  }
}

const run = async (workflow: string, inputs: object, options: object = {}) =>
  (await ask('POST', `/workflows/${workflow}/executions`, { body: inputs, ...options })).body.id as string; // an answer's id

/** What was asked since the last time, against what is kept. */
async function compare(name: string): Promise<void> {
  const numbers = new Map<string, number>();
  const text = lines
    .splice(0)
    .join('\n')
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, (id) => {
      if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
      return `<uuid ${numbers.get(id)}>`;
    })
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]{8}(?:\.\d+)?Z/g, '<time>')
    .replaceAll(/"duration_ms":\d+/g, '"duration_ms":<ms>')
    .replaceAll(/etag: "[^"]+"|\\"[\da-f]{32}\\"/g, '<tag>')
    .replaceAll(/cursor":"[^"]+"/g, 'cursor":"<cursor>"');
  const file = fileURLToPath(new URL(`conversation/${name}.txt`, import.meta.url));
  await expect(`${text}\n`).toMatchFileSnapshot(file);
}

test('workflows and templates', async () => {
  await ask('POST', '/workflows', { body: greeting });
  await ask('POST', '/workflows', { body: greeting });
  const { headers } = await ask('POST', '/workflows', { body: everything });
  await ask('POST', '/workflows', { body: retried });
  await ask('POST', '/workflows', { body: waiting, role: 'viewer' });
  await ask('POST', '/workflows', { body: { ...waiting, steps: [{ id: 'echo', action: 'test.none' }] } });
  await ask('POST', '/workflows', { body: waiting });
  await ask('POST', '/workflows/validate', {
    body: { ...greeting, steps: [{ id: 'text', transform: '{{ nothing }}' }, {}] },
  });
  await ask('POST', '/workflows/validate', { body: everything });
  await ask('GET', '/workflows?limit=2');
  await ask('GET', '/workflows');
  await ask('GET', '/workflows/everything', { role: 'viewer' });
  await ask('GET', '/workflows/everything/definition');
  await ask('GET', '/workflows/none');
  await ask('PUT', '/workflows/everything', { body: everything, headers: { 'if-match': '"another"' } });
  const etag = headers.get('etag') ?? '';
  await ask('PUT', '/workflows/everything', {
    body: { ...everything, name: 'All' },
    headers: { 'if-match': etag },
  });
  await ask('PUT', '/workflows/everything', { body: greeting });
  await ask('PUT', '/workflows/greeting', { body: { ...greeting, type: 'express' } });
  await ask('GET', '/schedules');
  await ask('GET', '/schedules?workflow_id=greeting');
  await ask('GET', '/actions', { role: 'viewer' });
  const template = {
    id: 'mail',
    name: 'Mail',
    user_prompt: 'Dear {{ name }}, {{ count }} left',
    variables: { name: {}, count: { default: '2' } },
  };
  const { headers: made } = await ask('POST', '/templates', { body: template });
  await ask('POST', '/templates', { body: template });
  await ask('GET', '/templates?limit=1');
  await ask('GET', '/templates/mail');
  await ask('PUT', '/templates/mail', {
    body: { ...template, name: 'Letter' },
    headers: { 'if-match': made.get('etag') ?? '' },
  });
  await ask('PUT', '/templates/mail', { body: template, headers: { 'if-match': '"another"' } });
  await ask('POST', '/templates/mail/render', { body: { variables: { name: 'Ada' } } });
  await ask('POST', '/templates/mail/render', { body: { variables: {} } });
  await ask('DELETE', '/templates/mail', { role: 'viewer' });
  await ask('DELETE', '/templates/mail');
  await ask('DELETE', '/templates/mail', { headers: { 'if-match': '*' } });
  await ask('GET', '/templates/mail');
  await compare('documents');
});

test('runs', async () => {
  await told(await run('greeting', { input: { name: 'Ada' } }), 'succeeded', ['text', 'none']);
  await run('greeting', { input: { name: 5, more: 1 } });
  await run('greeting', {});
  await run('none', {});
  await ask('POST', '/workflows/greeting/executions', { body: { input: { name: 'Ada' } }, role: 'viewer' });
  await ask('POST', '/workflows/execute', { body: { workflow_id: 'greeting', input: { name: 'Bob' } } });
  await told(await run('everything', { input: {} }), 'succeeded', [
    'first',
    'skipped',
    'each',
    'twice',
    'own',
    'thrice',
    'both',
    'child',
    'caught',
    'mended',
  ]);
  const failed = await run('everything', { input: { list: [], fail: true } });
  await told(failed, 'failed', ['last', 'each']);
  await ask('POST', `/executions/${failed}/stop`);
  await ask('POST', `/executions/${failed}/redrive`);
  await told(failed, 'failed', ['last']);
  const refused = await run('retried', { input: {} });
  await api.answerAction({ error: 'Rejected', message: 'no' });
  await told(refused, 'failed', ['echo']);
  const limited = await run('retried', { input: {} });
  // What an action makes of a rate limit where it will be called again.
  await api.answerAction({ error: 'RetryAfter', message: '0' });
  await api.answerAction({ output: { text: 'hi' } });
  await told(limited, 'succeeded', ['echo']);
  const stopped = await run('waiting', { input: {} });
  while ((await api.request('GET', `/executions/${stopped}/steps/echo`)).body.attempts !== 1);
  await ask('GET', `/executions/${stopped}`);
  await ask('GET', `/executions/${stopped}/steps/echo`);
  await ask('POST', `/executions/${stopped}/stop`, { body: { reason: 'enough' } });
  await told(stopped, 'aborted', ['echo']);
  for (const query of [
    '',
    '?limit=2',
    '?workflow_id=greeting',
    '?status=failed',
    '?workflow_id=none',
    '?status=lost',
  ]) {
    await ask('GET', `/executions${query}`);
  }
  await ask('GET', '/executions/greeting.none');
  await ask('GET', '/executions/none');
  await ask('DELETE', '/workflows/waiting', { headers: { 'if-match': '*' } });
  await ask('GET', '/workflows/waiting');
  await ask('GET', '/executions?workflow_id=waiting');
  await compare('runs');
});
