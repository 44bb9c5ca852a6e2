// GitHub's search: its parameters, and how it is limited to one repository.
import type { Octokit } from '@octokit/rest';
import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import { type GitHubSecrets, repoName, repository } from './github.ts';

export const searchFields = {
  query: z
    .string()
    .regex(/\S/, 'must not be empty')
    .max(1000)
    .describe('What to search, as on github.com: words, "a phrase", and qualifiers like label:bug'),
  repo_name: repoName
    .optional()
    .describe('Only in this repository: owner/name, or name for one of the own user'),
  max_results: z.int().min(1).max(100).default(20).describe('The most to give'),
};

/** Qualifiers that would reach beyond the repository, and `OR`, on one side of which the repository would not apply. */
const places = /(?:^|[\s()"-])((?:repo|org|user|enterprise):)/i;
const operator = /(?:^|[\s()"])(OR)(?=[\s()"]|$)/;

export interface Search {
  readonly q: string;
  /** Whether a result is of the repository. */
  inside(fullName: string): boolean;
}

/**
 * The query for GitHub. Limited to a repository it reaches no other one, whoever wrote it: a model may have taken it from
 * a stranger's text.
 * @throws InvalidInput when the query would reach beyond `repo_name`
 */
export async function search(
  client: Octokit,
  { query, repo_name }: { readonly query: string; readonly repo_name?: string | undefined },
  secrets: GitHubSecrets,
): Promise<Search> {
  const words = query.trim().replace(/\s+/g, ' ');
  if (repo_name === undefined) return { q: words, inside: () => true };
  const refused = (places.exec(words) ?? operator.exec(words))?.[1];
  if (refused !== undefined) {
    throw new InvalidInput(`The input is invalid. /query: cannot have ${refused} beside repo_name`);
  }
  const { owner, repo } = await repository(client, repo_name, secrets);
  const fullName = `${owner}/${repo}`;
  return {
    q: `${words} repo:${fullName}`,
    // GitHub should return no other; if it does all the same, it is dropped.
    inside: (found) => found.toLowerCase() === fullName.toLowerCase(),
  };
}
