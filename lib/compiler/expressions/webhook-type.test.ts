// What a workflow's expressions can say of a webhook's delivery, and what is found on saving.
import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { catalogue } from '../testing/catalogue.ts';

/** `<code>: <message>` or `warning <code>: <message>`, without what would be right. */
function found(expression: string, triggers: readonly object[], webhook: object = { type: 'object' }) {
  const compiled = compile(
    { id: 'w', inputs: { webhook }, triggers, steps: [{ id: 'a', transform: expression }] },
    { catalogue, functionArn: (name) => name, stateMachineArn: (id) => id, version: 1, apiUrl: 'x' },
  );
  if (!compiled.ok) return compiled.problems.map(({ message }) => message);
  return compiled.warnings.map(({ code }) => `warning ${code}`);
}

const github = { webhook: { verify: 'github' } };
const standard = { webhook: { verify: 'standard_webhooks', headers: ['X-Topic'] } };

test.each([
  ['{{ inputs.webhook.body.issue.title }}', []],
  ['{{ inputs.webhook.bdy.issue.title }}', ['There is no field bdy here']],
  ['{{ inputs.webhook.payload }}', ['There is no field payload here']],
  ['{{ inputs.webhook.body + 1 }}', []],
  ['{{ inputs.webhook.delivery + 1 }}', ['+ is for numbers, but one side is a string or null']],
  ['{{ inputs.webhook.headers.`x-github-event` = "issues" }}', []],
  ['{{ inputs.webhook.headers.`content-type` }}', []],
  ['{{ inputs.webhook.headers.`X-GitHub-Event` = "issues" }}', ['There is no field X-GitHub-Event here']],
  ['{{ inputs.webhook.headers.`x-topic` }}', ['There is no field x-topic here']],
  ['{{ inputs.webhook.headers = "issues" }}', ['warning unlikely-comparison']],
  ['From {{ inputs.webhook.delivery }}', ['warning may-be-null']],
])('a delivery of GitHub: %s', (expression, problems) => {
  expect(found(expression, [github])).toEqual(problems);
});

test.each([
  ['{{ inputs.webhook.headers.`x-topic` }}', []],
  ['{{ inputs.webhook.headers.authorization }}', ['There is no field authorization here']],
  ['From {{ inputs.webhook.delivery }}', []],
])('headers that the webhook names, and an id that is always there: %s', (expression, problems) => {
  expect(found(expression, [standard])).toEqual(problems);
});

test('a workflow of several webhooks reads the headers of each, and its delivery may have no id', () => {
  expect(
    found('{{ inputs.webhook.headers.`x-topic` }}', [
      github,
      { webhook: { ...standard.webhook, name: 'b' } },
    ]),
  ).toEqual([]);
  expect(
    found('From {{ inputs.webhook.delivery }}', [github, { webhook: { ...standard.webhook, name: 'b' } }]),
  ).toEqual(['warning may-be-null']);
});

test('without a webhook, nothing is known of an input of that name', () => {
  expect(found('{{ inputs.webhook.bdy }}', [])).toEqual([]);
  expect(found('{{ inputs.webhook.bdy }}', [{ schedule: 'rate(1 hour)', input: { webhook: {} } }])).toEqual(
    [],
  );
});
