// github.add_comment: writes a comment below an issue or pull request, once.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { githubWriteScopes } from '../../../lib/connections/scopes.ts';
import { data, github, githubClient, PAGE, repoName, repository } from '../../../lib/providers/github.ts';
import {
  findMarked,
  githubTime,
  issueNumber,
  marker,
  wireComment,
} from '../../../lib/providers/github-issues.ts';

export const handler = defineAction({
  title: 'Add a comment',
  summary: 'Writes a comment below an issue or pull request.',
  connection: github,
  scopes: githubWriteScopes,
  effect: 'write',
  once: 'marker',
  timeoutSeconds: 60,
  input: z.strictObject({
    repo_name: repoName,
    issue_number: issueNumber,
    body: z
      .string()
      .regex(/\S/, 'must not be empty')
      // GitHub allows 65,536 characters, including the marker.
      .max(65_000)
      .describe("The comment, in GitHub's Markdown"),
  }),
  output: z.object({
    id: z.int().describe("The comment's id"),
    url: z.string().describe('The comment on its page'),
    issue_number: z.int().describe("The issue's number"),
    repo_name: z.string().describe('The repository, as owner/name'),
    created_at: z.string().describe('When it was written, ISO 8601 in UTC'),
  }),
  example: {
    input: { repo_name: 'octo/website', issue_number: 7, body: 'Thank you, we look into it.' },
    output: {
      id: 2031,
      url: 'https://github.com/octo/website/issues/7#issuecomment-2031',
      issue_number: 7,
      repo_name: 'octo/website',
      created_at: '2026-03-02T10:00:00Z',
    },
  },
  async run({ repo_name, issue_number, body }, context) {
    const client = githubClient(context);
    const place = { ...(await repository(client, repo_name, context.secrets)), issue_number };
    const { callKey, triedSince } = context;
    // An earlier try may have written it without its answer arriving.
    const before =
      triedSince &&
      (await findMarked(callKey, (page) =>
        data(
          z.array(wireComment),
          client.rest.issues.listComments({
            ...place,
            since: githubTime(triedSince),
            per_page: PAGE,
            page,
          }),
          place,
        ),
      ));
    const comment =
      before ??
      (await data(
        wireComment,
        client.rest.issues.createComment({ ...place, body: `${body}\n\n${marker(callKey)}` }),
        place,
      ));
    return {
      id: comment.id,
      url: comment.html_url,
      issue_number,
      repo_name: `${place.owner}/${place.repo}`,
      created_at: comment.created_at,
    };
  },
});
