// github.create_issue: opens an issue, once.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { githubWriteScopes } from '../../../lib/connections/scopes.ts';
import { data, github, githubClient, PAGE, repoName, repository } from '../../../lib/providers/github.ts';
import { findMarked, githubTime, issueState, marker } from '../../../lib/providers/github-issues.ts';

const issue = z.object({
  number: z.int(),
  html_url: z.string(),
  title: z.string(),
  state: issueState,
  body: z.string().nullish(),
  created_at: z.string(),
});

export const handler = defineAction({
  title: 'Create an issue',
  summary: 'Opens an issue in a repository.',
  connection: github,
  scopes: githubWriteScopes,
  effect: 'write',
  once: 'marker',
  timeoutSeconds: 30,
  input: z.strictObject({
    repo_name: repoName,
    title: z.string().min(1).max(256).describe("The issue's title"),
    // GitHub allows 65,536 characters, including the marker.
    body: z.string().max(65_000).optional().describe("The issue's text, in GitHub's Markdown"),
    labels: z
      .array(z.string().min(1))
      .max(100)
      .optional()
      .describe('Labels to put on it; new ones are created'),
  }),
  output: z.object({
    number: z.int().describe("The issue's number in its repository"),
    url: z.string().describe("The issue's page"),
    title: z.string().describe("The issue's title"),
    state: issueState.describe('open'),
    repo_name: z.string().describe('The repository, as owner/name'),
  }),
  example: {
    input: { repo_name: 'octo/website', title: 'The search page is slow', labels: ['bug'] },
    output: {
      number: 7,
      url: 'https://github.com/octo/website/issues/7',
      title: 'The search page is slow',
      state: 'open',
      repo_name: 'octo/website',
    },
  },
  async run({ repo_name, title, body, labels }, context) {
    const client = githubClient(context);
    const place = await repository(client, repo_name, context.secrets);
    const { callKey, triedSince } = context;
    // An earlier try may have made it without its answer arriving. The list knows it at once, the search only later.
    const before =
      triedSince &&
      (await findMarked(
        callKey,
        (page) =>
          data(
            z.array(issue),
            client.rest.issues.listForRepo({
              ...place,
              state: 'all',
              since: githubTime(triedSince),
              sort: 'created',
              direction: 'desc',
              per_page: PAGE,
              page,
            }),
            place,
          ),
        ({ created_at }) => Date.parse(created_at) < triedSince.getTime(),
      ));
    const created =
      before ??
      (await data(
        issue,
        client.rest.issues.create({
          ...place,
          title,
          body: body ? `${body}\n\n${marker(callKey)}` : marker(callKey),
          ...(labels !== undefined && { labels }),
        }),
        place,
      ));
    return {
      number: created.number,
      url: created.html_url,
      title: created.title,
      state: created.state,
      repo_name: `${place.owner}/${place.repo}`,
    };
  },
});
