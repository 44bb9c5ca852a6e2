// github.list_issues: a repository's issues.
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
  exampleIssue,
  listedIssue,
  listedIssues,
  maxResults,
  stateFilter,
  timeFilter,
  wireIssue,
} from '../../../lib/providers/github-issues.ts';

export const handler = defineAction({
  title: 'List issues',
  summary: "Lists a repository's issues, last changed first, without its pull requests.",
  connection: github,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({
    repo_name: repoName,
    state: stateFilter,
    labels: z
      .array(
        z
          .string()
          .min(1)
          .regex(/^[^,]*$/, 'cannot hold a comma'),
      )
      .max(20)
      .optional()
      .describe('Only issues that have all of these labels'),
    since: timeFilter.optional().describe('Only issues that changed at this time or later, ISO 8601'),
    max_results: maxResults,
  }),
  output: z.object({
    issues: z.array(listedIssue).describe('The issues; long texts are cut so that all fit'),
    has_more: z.boolean().describe('Whether there may be more'),
  }),
  example: {
    input: { repo_name: 'octo/website', labels: ['bug'], max_results: 10 },
    output: { issues: [exampleIssue], has_more: false },
  },
  async run({ repo_name, state, labels = [], since, max_results }, context) {
    const client = githubClient(context);
    const place = await repository(client, repo_name, context.secrets);
    const { items, more } = await collect({
      page: (page) =>
        data(
          z.array(wireIssue),
          client.rest.issues.listForRepo({
            ...place,
            state,
            sort: 'updated',
            ...(labels.length > 0 && { labels: labels.join(',') }),
            ...(since !== undefined && { since }),
            per_page: PAGE,
            page,
          }),
          place,
        ),
      keep: (issue) => issue.pull_request === undefined,
      max: max_results,
    });
    return { issues: listedIssues(items), has_more: more };
  },
});
