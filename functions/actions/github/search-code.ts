// github.search_code: searches the files of repositories.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { cutText, takeWithin } from '../../../lib/actions/invocation/output-size.ts';
import { data, github, githubClient } from '../../../lib/providers/github.ts';
import { search, searchFields } from '../../../lib/providers/github-search.ts';

const found = z.object({
  total_count: z.int(),
  items: z.array(
    z.object({
      path: z.string(),
      html_url: z.string(),
      repository: z.object({ full_name: z.string() }),
      text_matches: z.array(z.object({ property: z.string(), fragment: z.string() })).default([]),
    }),
  ),
});

export const handler = defineAction({
  title: 'Search code',
  summary: "Searches the files on repositories' default branches, and gives the places that match.",
  connection: github,
  effect: 'read',
  timeoutSeconds: 30,
  input: z.strictObject(searchFields),
  output: z.object({
    files: z
      .array(
        z.object({
          repo_name: z.string().describe('Its repository, as owner/name'),
          path: z.string().describe('The file, from the root of the repository'),
          url: z.string().describe("The file's page"),
          fragments: z.array(z.string()).describe('The places in its text that match'),
        }),
      )
      .describe('The files, best match first'),
    total_count: z.int().describe('How many match in all'),
  }),
  example: {
    input: { query: 'rollback extension:md', repo_name: 'octo/handbook' },
    output: {
      files: [
        {
          repo_name: 'octo/handbook',
          path: 'docs/releasing.md',
          url: 'https://github.com/octo/handbook/blob/main/docs/releasing.md',
          fragments: ['If a check fails, start a rollback and tell the team.'],
        },
      ],
      total_count: 1,
    },
  },
  async run({ query, repo_name, max_results }, context) {
    const client = githubClient(context);
    const { q, inside } = await search(client, { query, repo_name }, context.secrets);
    const { items, total_count } = await data(
      found,
      client.rest.search.code({
        q,
        per_page: max_results,
        headers: { accept: 'application/vnd.github.text-match+json' },
      }),
    );
    const files = items
      .filter(({ repository }) => inside(repository.full_name))
      .map(({ path, html_url, repository, text_matches }) => ({
        repo_name: repository.full_name,
        path,
        url: html_url,
        fragments: text_matches
          .filter(({ property }) => property === 'content')
          .slice(0, 10)
          .map(({ fragment }) => cutText(fragment, 1000)),
      }));
    return { files: takeWithin(files), total_count };
  },
});
