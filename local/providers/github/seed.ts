// What the emulated GitHub starts with: its accounts, and acme/handbook with files, issues and two pull requests.
import { readFileSync } from 'node:fs';
import type { SeedConfig } from 'emulate';
import type { SendSeedRequest } from '../shared/emulated-provider.ts';

/** The personal access token of the user `demo`. */
export const githubToken = 'emulated-github-token';

/** The GitHub App; its key is made with the state (local/providers/github-app-key.ts). */
export const githubApp = {
  client_id: 'Iv23emulatedgithubapp',
  client_secret: 'emulated-github-secret',
  slug: 'ai-orchestra-local',
} as const;

export const accounts: SeedConfig = {
  tokens: { [githubToken]: { login: 'demo', scopes: ['repo', 'user', 'admin:repo_hook'] } },
  github: {
    users: [{ login: 'demo', name: 'Demo User', email: 'demo@acme.example', company: 'Acme' }],
    orgs: [{ login: 'acme', name: 'Acme', members: [{ login: 'demo', role: 'admin' }] }],
    repos: [
      { owner: 'acme', name: 'handbook', description: 'How we work at Acme', auto_init: false },
      { owner: 'demo', name: 'notes', description: 'Notes to myself', private: true },
    ],
  },
};

const HOUR = 3_600_000;
const repository = '/repos/acme/handbook';
const files = ['README.md', 'docs/releasing.md', 'docs/on-call.md', 'docs/expenses.md'];

interface SeedIssue {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly hoursAgo: number;
  readonly comments?: readonly { readonly body: string; readonly hoursAgo: number }[];
  readonly closedHoursAgo?: number;
}
const issues: readonly SeedIssue[] = [
  {
    title: 'Describe how to roll back a release',
    body: 'Step 4 of docs/releasing.md says "roll back first" and not how. Last week it took us 20 minutes to find out.',
    labels: ['documentation'],
    hoursAgo: 170,
    comments: [
      { body: 'Starting the workflow "Release" with the tag of the week before does it.', hoursAgo: 150 },
    ],
  },
  {
    title: 'On-call rota: who swaps with whom in December?',
    body: 'We need two volunteers for the week of the 21st.',
    labels: ['question'],
    hoursAgo: 52,
  },
  {
    title: 'Broken link to the expenses form',
    body: 'The form moved to the intranet, the old address answers 404.',
    labels: ['bug'],
    hoursAgo: 5,
  },
  {
    title: 'Where do I send receipts?',
    body: 'And until when?',
    labels: ['question'],
    hoursAgo: 90,
    comments: [{ body: 'To receipts@acme.example, within 30 days: see docs/expenses.md.', hoursAgo: 80 }],
    closedHoursAgo: 79,
  },
];
const pulls = [
  {
    title: 'Say how to roll back a release',
    body: 'For #1. Please try the steps on staging before you approve.',
    branch: 'rollback',
    file: 'docs/rollback.md',
    hoursAgo: 26,
  },
  {
    title: 'Say where the status page is',
    body: 'Support asked for it.',
    branch: 'status-page',
    file: 'docs/status-page.md',
    hoursAgo: 60,
    mergedHoursAgo: 49,
  },
];

export async function seedHandbook(send: SendSeedRequest, seededAt: number): Promise<void> {
  const startedAt = seededAt - 60 * 24 * HOUR;
  const ago = (hours: number) => seededAt - hours * HOUR;
  await send({
    method: 'PUT',
    path: `${repository}/collaborators/demo`,
    body: { permission: 'admin' },
    at: startedAt,
  });
  let head = '';
  for (const [index, path] of files.entries()) {
    const message = index === 0 ? 'Start the handbook' : `Add ${path}`;
    const { commit } = Object(await send(file(path, message, startedAt + index * 26 * HOUR)));
    head = String(commit.sha);
  }
  for (const { hoursAgo, comments = [], closedHoursAgo, ...issue } of issues) {
    const at = ago(hoursAgo);
    const created = Object(await send({ method: 'POST', path: `${repository}/issues`, body: issue, at }));
    const path = `${repository}/issues/${created.number}`;
    for (const { body, hoursAgo: writtenHoursAgo } of comments) {
      await send({ method: 'POST', path: `${path}/comments`, body: { body }, at: ago(writtenHoursAgo) });
    }
    if (closedHoursAgo !== undefined) {
      await send({ method: 'PATCH', path, body: { state: 'closed' }, at: ago(closedHoursAgo) });
    }
  }
  for (const { title, body, branch, file: path, hoursAgo, mergedHoursAgo } of pulls) {
    const at = ago(hoursAgo);
    const ref = { ref: `refs/heads/${branch}`, sha: head };
    await send({ method: 'POST', path: `${repository}/git/refs`, body: ref, at: at - HOUR });
    await send(file(path, title, at - HOUR, branch));
    const pull = { title, body, head: branch, base: 'main' };
    const created = Object(await send({ method: 'POST', path: `${repository}/pulls`, body: pull, at }));
    if (mergedHoursAgo === undefined) continue;
    const merge = `${repository}/pulls/${created.number}/merge`;
    const merged = { merge_method: 'squash', commit_title: `${title} (#${created.number})` };
    await send({ method: 'PUT', path: merge, body: merged, at: ago(mergedHoursAgo) });
  }
}

function file(path: string, message: string, at: number, branch?: string) {
  const content = readFileSync(new URL(`./seed/${path}`, import.meta.url)).toString('base64');
  return {
    method: 'PUT',
    path: `${repository}/contents/${path}`,
    body: { message, content, ...(branch !== undefined && { branch }) },
    at,
  };
}
