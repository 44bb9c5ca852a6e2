// github.search_issues: searches issues and pull requests.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { data, github, githubClient } from '../../../lib/providers/github.ts';
import { exampleIssue, listedIssue, listedIssues, wireIssue } from '../../../lib/providers/github-issues.ts';
import { search, searchFields } from '../../../lib/providers/github-search.ts';

const found = z.object({
  total_count: z.int(),
  items: z.array(wireIssue.extend({ repository_url: z.string() })),
});
const foundIssue = listedIssue.extend({
  repo_name: z.string().describe('Its repository, as owner/name'),
  pull_request: z.boolean().describe('Whether it is a pull request'),
});

/** GitHub refuses a query without either. */
const saysKind = /(?:^|[\s(])(?:is|type):(?:issue|pr|pull-request)\b/i;

export const handler = defineAction({
  title: 'Search issues',
  summary: 'Searches issues, best match first; pull requests with is:pr in the query.',
  connection: github,
  effect: 'read',
  timeoutSeconds: 30,
  input: z.strictObject(searchFields),
  output: z.object({
    issues: z.array(foundIssue).describe('What was found; long texts are cut so that all fit'),
    total_count: z.int().describe('How many match in all'),
  }),
  example: {
    input: { query: 'slow search is:open', repo_name: 'octo/website' },
    output: {
      issues: [{ ...exampleIssue, repo_name: 'octo/website', pull_request: false }],
      total_count: 1,
    },
  },
  async run({ query, repo_name, max_results }, context) {
    const client = githubClient(context);
    const { q, inside } = await search(client, { query, repo_name }, context.secrets);
    const { items, total_count } = await data(
      found,
      client.rest.search.issuesAndPullRequests({
        q: saysKind.test(q) ? q : `${q} is:issue`,
        per_page: max_results,
      }),
    );
    const matching = items.filter((item) => inside(repositoryOf(item.repository_url)));
    const issues = listedIssues(matching).map((issue, i) => ({
      ...issue,
      repo_name: repositoryOf(matching[i]?.repository_url ?? ''),
      pull_request: matching[i]?.pull_request !== undefined,
    }));
    return { issues, total_count };
  },
});

/** owner/name, from a repository's URL in the API. */
function repositoryOf(url: string): string {
  return url.split('/').slice(-2).join('/');
}
