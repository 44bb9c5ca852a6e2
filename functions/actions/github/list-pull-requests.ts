// github.list_pull_requests: a repository's pull requests.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import {
  collect,
  data,
  github,
  githubClient,
  PAGE,
  repoName,
  repository,
} from '../../../lib/providers/github.ts';
import {
  describedIssue,
  exampleIssue,
  fitBodies,
  issueFields,
  maxResults,
  stateFilter,
  timeFilter,
  wireIssue,
} from '../../../lib/providers/github-issues.ts';

const { comments_count: _count, ...example } = exampleIssue;
const ref = z.object({ ref: z.string() });
const wirePull = wireIssue.extend({
  merged_at: z.string().nullish(),
  draft: z.boolean().default(false),
  head: ref,
  base: ref,
});

export const handler = defineAction({
  title: 'List pull requests',
  summary: "Lists a repository's pull requests, last changed first.",
  connection: github,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({
    repo_name: repoName,
    state: stateFilter,
    base: z.string().min(1).max(250).optional().describe('Only those into this branch'),
    since: timeFilter.optional().describe('Only those that changed at this time or later, ISO 8601'),
    max_results: maxResults,
  }),
  output: z.object({
    pull_requests: z
      .array(
        z.object({
          ...issueFields,
          draft: z.boolean().describe('Whether it is a draft'),
          merged: z.boolean().describe('Whether it is merged'),
          merged_at: z.string().describe('When it was merged, ISO 8601 in UTC; empty when it is not'),
          head: z.string().describe('The branch with the changes'),
          base: z.string().describe('The branch that they go to'),
        }),
      )
      .describe('The pull requests; long texts are cut so that all fit'),
    has_more: z.boolean().describe('Whether there may be more'),
  }),
  example: {
    input: { repo_name: 'octo/website', state: 'closed', since: '2026-03-01T00:00:00Z' },
    output: {
      pull_requests: [
        {
          ...example,
          number: 8,
          title: 'Index the search page',
          state: 'closed',
          closed_at: '2026-03-02T10:00:00Z',
          url: 'https://github.com/octo/website/pull/8',
          draft: false,
          merged: true,
          merged_at: '2026-03-02T10:00:00Z',
          head: 'search-index',
          base: 'main',
        },
      ],
      has_more: false,
    },
  },
  async run({ repo_name, state, base, since, max_results }, context) {
    const client = githubClient(context);
    const place = await repository(client, repo_name, context.secrets);
    const { items, more } = await collect({
      page: (page) =>
        data(
          z.array(wirePull),
          client.rest.pulls.list({
            ...place,
            state,
            sort: 'updated',
            direction: 'desc',
            ...(base !== undefined && { base }),
            per_page: PAGE,
            page,
          }),
          place,
        ),
      // GitHub has no `since` for pull requests; the most recently changed come first.
      end: ({ updated_at }) => since !== undefined && Date.parse(updated_at) < Date.parse(since),
      max: max_results,
    });
    const pull_requests = fitBodies(
      items.map((pull) => ({
        ...describedIssue(pull),
        draft: pull.draft,
        merged: typeof pull.merged_at === 'string',
        merged_at: pull.merged_at ?? '',
        head: pull.head.ref,
        base: pull.base.ref,
      })),
    );
    return { pull_requests, has_more: more };
  },
});
