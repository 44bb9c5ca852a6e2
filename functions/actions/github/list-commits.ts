// github.list_commits: the commits of a branch.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { cutText } from '../../../lib/actions/invocation/output-size.ts';
import { Conflict } from '../../../lib/errors.ts';
import {
  collect,
  data,
  filePath,
  github,
  githubClient,
  PAGE,
  repoName,
  repository,
} from '../../../lib/providers/github.ts';
import { maxResults, timeFilter } from '../../../lib/providers/github-issues.ts';

/** Some commits have messages of megabytes, whose first lines are what matters. */
const MESSAGE_BYTES = 1500;

const commits = z.array(
  z.object({
    sha: z.string(),
    html_url: z.string(),
    author: z.object({ login: z.string().optional() }).nullish(),
    commit: z.object({
      message: z.string(),
      author: z.object({ name: z.string().optional() }).nullish(),
      committer: z.object({ date: z.string().optional() }).nullish(),
    }),
  }),
);

export const handler = defineAction({
  title: 'List commits',
  summary: 'Lists the commits of a branch, newest first.',
  connection: github,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({
    repo_name: repoName,
    branch: z
      .string()
      .min(1)
      .max(250)
      .optional()
      .describe("The branch, or a tag or commit; the repository's default branch when left out"),
    path: filePath.optional().describe('Only commits that changed this file or folder'),
    since: timeFilter.optional().describe('Only commits at this time or later, ISO 8601'),
    until: timeFilter.optional().describe('Only commits at this time or earlier, ISO 8601'),
    max_results: maxResults,
  }),
  output: z.object({
    commits: z
      .array(
        z.object({
          sha: z.string().describe('The id of the commit'),
          message: z.string().describe(`Its message, of a long one the first ${MESSAGE_BYTES} bytes`),
          author: z.string().describe("Who wrote it: the account's name, or the name in the commit"),
          date: z.string().describe('When it was committed, ISO 8601 in UTC'),
          url: z.string().describe("The commit's page"),
        }),
      )
      .describe('The commits'),
    has_more: z.boolean().describe('Whether there are more'),
  }),
  example: {
    input: { repo_name: 'octo/website', since: '2026-03-01T00:00:00Z' },
    output: {
      commits: [
        {
          sha: '7638417db6d59f3c431d3e1f261cc637155684cd',
          message: 'Index the search page',
          author: 'ada',
          date: '2026-03-02T09:30:00Z',
          url: 'https://github.com/octo/website/commit/7638417db6d59f3c431d3e1f261cc637155684cd',
        },
      ],
      has_more: false,
    },
  },
  async run({ repo_name, branch, path, since, until, max_results }, context) {
    const client = githubClient(context);
    const place = await repository(client, repo_name, context.secrets);
    const filter = {
      ...place,
      ...(branch !== undefined && { sha: branch }),
      ...(path !== undefined && { path }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    };
    const list = (page: number) =>
      data(commits, client.rest.repos.listCommits({ ...filter, per_page: PAGE, page }), place).catch(
        (error: unknown) => {
          // GitHub's response for a repository without commits.
          if (error instanceof Conflict && /empty/i.test(error.message)) return [];
          throw error;
        },
      );
    const { items, more } = await collect({ page: list, max: max_results });
    return {
      commits: items.map(({ sha, html_url, author, commit }) => ({
        sha,
        message: cutText(commit.message, MESSAGE_BYTES),
        author: author?.login ?? commit.author?.name ?? '',
        date: commit.committer?.date ?? '',
        url: html_url,
      })),
      has_more: more,
    };
  },
});
