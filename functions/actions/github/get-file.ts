// github.get_file: the text of one file of a repository.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { cutText, MAX_TEXT_BYTES } from '../../../lib/actions/invocation/output-size.ts';
import { InvalidInput } from '../../../lib/errors.ts';
import { data, filePath, github, githubClient, repoName, repository } from '../../../lib/providers/github.ts';

const file = z.object({
  type: z.literal('file'),
  sha: z.string(),
  html_url: z.string(),
  size: z.int(),
  /** `none` for files above a megabyte, whose content is then empty. */
  encoding: z.string(),
  content: z.string(),
});
/** A path can also be a directory (a list), a link or a submodule. */
const directory = z.array(z.object({ path: z.string(), type: z.string() }));
const contents = z.union([file, directory, z.object({ type: z.string() })]);

export const handler = defineAction({
  title: 'Get a file',
  summary: 'Gives the text of one file of a repository.',
  connection: github,
  effect: 'read',
  timeoutSeconds: 30,
  input: z.strictObject({
    repo_name: repoName,
    file_path: filePath.describe('The file, from the root of the repository'),
    branch: z
      .string()
      .min(1)
      .max(250)
      .optional()
      .describe("The branch, or a tag or commit; the repository's default branch when left out"),
  }),
  output: z.object({
    content: z.string().describe('Its text'),
    truncated: z.boolean().describe('Whether content is cut'),
    path: z.string().describe('The file, from the root of the repository'),
    sha: z.string().describe("The id of the file's content in Git"),
    url: z.string().describe("The file's page"),
  }),
  example: {
    input: { repo_name: 'octo/handbook', file_path: 'sops/onboarding.md' },
    output: {
      content: '# Onboarding\n',
      truncated: false,
      path: 'sops/onboarding.md',
      sha: 'a9c5755a1a5ab8a3f4d65f3c2a2c0ad8e0b0ac2c',
      url: 'https://github.com/octo/handbook/blob/main/sops/onboarding.md',
    },
  },
  async run({ repo_name, file_path: path, branch }, context) {
    const client = githubClient(context);
    const place = await repository(client, repo_name, context.secrets);
    const found = await data(
      contents,
      client.rest.repos.getContent({ ...place, path, ...(branch !== undefined && { ref: branch }) }),
      place,
    );
    const name = `${path} in ${place.owner}/${place.repo}`;
    if (Array.isArray(found)) {
      const names = found.slice(0, 50).map((entry) => entry.path + (entry.type === 'dir' ? '/' : ''));
      throw new InvalidInput(`${name} is a directory. In it: ${names.join(', ')}`);
    }
    if (!('content' in found)) throw new InvalidInput(`${name} is not a file, but a ${found.type}`);
    if (found.encoding !== 'base64') {
      throw new InvalidInput(`${name} is too large: ${found.size} bytes, a file may have 1 MB`);
    }
    const text = decode(Buffer.from(found.content, 'base64'));
    if (text === undefined) throw new InvalidInput(`${name} is not a text in UTF-8`);
    const content = cutText(text, MAX_TEXT_BYTES);
    return {
      content,
      truncated: content.length < text.length,
      path,
      sha: found.sha,
      url: found.html_url,
    };
  },
});

function decode(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // UTF-8 allows NUL, but text files do not contain it, and most binary files do.
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
