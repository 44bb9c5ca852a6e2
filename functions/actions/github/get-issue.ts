// github.get_issue: one issue or pull request, with its latest comments.
import type { Octokit } from '@octokit/rest';
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { data, github, githubClient, PAGE, repoName, repository } from '../../../lib/providers/github.ts';
import {
  authorOf,
  describedIssue,
  exampleIssue,
  fitBodies,
  issueFields,
  issueNumber,
  plainText,
  type WireComment,
  wireComment,
  wireIssue,
} from '../../../lib/providers/github-issues.ts';

const { comments_count: _count, ...example } = exampleIssue;

export const handler = defineAction({
  title: 'Get an issue',
  summary: 'Gives one issue or pull request of a repository, with its latest comments.',
  connection: github,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({
    repo_name: repoName,
    issue_number: issueNumber,
    max_comments: z.int().min(0).max(100).default(30).describe('The most comments to give'),
  }),
  output: z.object({
    ...issueFields,
    pull_request: z.boolean().describe('Whether it is a pull request'),
    comments: z
      .array(
        z.object({
          author: z.string().describe("Who wrote it, by the account's name"),
          body: z.string().describe("Its text, in GitHub's Markdown"),
          truncated: z.boolean().describe('Whether body is cut'),
          created_at: z.string().describe('When it was written, ISO 8601 in UTC'),
        }),
      )
      .describe('The latest comments, oldest first; long texts are cut so that all fit'),
    has_more_comments: z.boolean().describe('Whether there are earlier comments'),
  }),
  example: {
    input: { repo_name: 'octo/website', issue_number: 7 },
    output: {
      ...example,
      pull_request: false,
      comments: [
        { author: 'lin', body: 'I see it too.', truncated: false, created_at: '2026-03-02T10:00:00Z' },
      ],
      has_more_comments: false,
    },
  },
  async run({ repo_name, issue_number, max_comments }, context) {
    const client = githubClient(context);
    const place = { ...(await repository(client, repo_name, context.secrets)), issue_number };
    const issue = await data(wireIssue, client.rest.issues.get(place), place);
    const latest = await latestComments(client, place, issue.comments, max_comments);
    const described = { ...describedIssue(issue), pull_request: issue.pull_request !== undefined };
    const [fitting = described, ...comments] = fitBodies([
      described,
      ...latest.map(({ user, body, created_at }) => ({
        author: authorOf(user),
        body: plainText(body),
        truncated: false,
        created_at,
      })),
    ]);
    return { ...described, ...fitting, comments, has_more_comments: issue.comments > comments.length };
  },
});

/** GitHub lists the oldest comments first: the latest are on the last page, or on the last two. */
async function latestComments(
  client: Octokit,
  place: { readonly owner: string; readonly repo: string; readonly issue_number: number },
  count: number,
  max: number,
): Promise<WireComment[]> {
  const total = Math.min(count, max);
  if (total === 0) return [];
  const found: WireComment[] = [];
  for (let page = Math.floor((count - total) / PAGE) + 1; page <= Math.ceil(count / PAGE); page++) {
    found.push(
      ...(await data(
        z.array(wireComment),
        client.rest.issues.listComments({ ...place, per_page: PAGE, page }),
        place,
      )),
    );
  }
  return found.slice(-total);
}
