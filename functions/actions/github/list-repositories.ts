// github.list_repositories: the repositories that the token can see.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { cutText, takeWithin } from '../../../lib/actions/invocation/output-size.ts';
import { collect, data, github, githubClient, PAGE } from '../../../lib/providers/github.ts';

const MAX = 500;

const repositories = z.array(
  z.object({
    full_name: z.string(),
    description: z.string().nullish(),
    private: z.boolean(),
    default_branch: z.string(),
    html_url: z.string(),
  }),
);

export const handler = defineAction({
  title: 'List repositories',
  summary: `Lists the repositories that the token can see, last changed first, at most ${MAX}.`,
  connection: github,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({}),
  output: z.object({
    repositories: z
      .array(
        z.object({
          full_name: z.string().describe('owner/name'),
          description: z.string().describe('Its description; empty when it has none'),
          private: z.boolean().describe('Whether only its members see it'),
          default_branch: z.string().describe('The branch that changes go to unless another is named'),
          url: z.string().describe("The repository's page"),
        }),
      )
      .describe('The repositories'),
    truncated: z.boolean().describe('Whether there are more'),
  }),
  example: {
    input: {},
    output: {
      repositories: [
        {
          full_name: 'octo/website',
          description: 'The public website',
          private: false,
          default_branch: 'main',
          url: 'https://github.com/octo/website',
        },
      ],
      truncated: false,
    },
  },
  async run(_input, context) {
    const client = githubClient(context);
    const { items, more } = await collect({
      page: (page) =>
        data(
          repositories,
          client.rest.repos.listForAuthenticatedUser({ per_page: PAGE, page, sort: 'updated' }),
        ),
      max: MAX,
    });
    const all = items.map(({ full_name, description, private: isPrivate, default_branch, html_url }) => ({
      full_name,
      description: cutText(description ?? '', 1000),
      private: isPrivate,
      default_branch,
      url: html_url,
    }));
    const fitting = takeWithin(all);
    return { repositories: fitting, truncated: more || fitting.length < all.length };
  },
});
