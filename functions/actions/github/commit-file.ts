// github.commit_file: creates or replaces one file of a repository by one commit.
import { createHash } from 'node:crypto';
import type { Octokit } from '@octokit/rest';
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { bytesOfBase64 } from '../../../lib/base64.ts';
import { githubWriteScopes } from '../../../lib/connections/scopes.ts';
import { Conflict, InvalidInput, NotFound } from '../../../lib/errors.ts';
import { data, filePath, github, githubClient, repoName, repository } from '../../../lib/providers/github.ts';
import { isWorkflowFile } from '../../../lib/providers/github-workflow-files.ts';

const storedFile = z.object({ type: z.literal('file'), sha: z.string(), html_url: z.string() });
/** A path can also be a directory (a list) or a link; those are not replaced. */
const stored = z.union([storedFile, z.array(z.unknown()), z.object({ type: z.string() })]);
const commits = z.array(z.object({ sha: z.string() })).min(1);
const written = z.object({
  content: z.object({ html_url: z.string() }),
  commit: z.object({ sha: z.string() }),
});

export const handler = defineAction({
  title: 'Commit a file',
  summary:
    'Creates or replaces one file by one commit; makes no commit when the file has that content already.',
  connection: github,
  scopes: githubWriteScopes,
  effect: 'write',
  once: 'native',
  timeoutSeconds: 60,
  // "If you use this endpoint and the "Delete a file" endpoint in parallel, the concurrent requests will conflict"
  // (https://docs.github.com/rest/repos/contents#create-or-update-file-contents), and those for other files of the branch
  // (PyGithub/PyGithub#1787). Each try begins with the file as it is.
  retryableErrors: ['Conflict'],
  input: z.strictObject({
    repo_name: repoName,
    file_path: filePath.describe('The file, from the root of the repository'),
    content: z.string().describe('The whole new content: text, or with encoding base64 the bytes of a file'),
    encoding: z
      .enum(['utf-8', 'base64'])
      .default('utf-8')
      .describe('What content is: text, or bytes in base64 as gmail.get_attachment gives them'),
    message: z
      .string()
      .min(1)
      .optional()
      .describe("The commit's message; `Add <file_path>` or `Update <file_path>` when left out"),
    branch: z
      .string()
      .min(1)
      .max(250)
      .optional()
      .describe(
        "The branch; the repository's default branch when left out. It takes one commit at a time: a loop with many goes in order (max_concurrency 1)",
      ),
    allow_workflow_files: z
      .boolean()
      .default(false)
      .describe(
        'Whether file_path may be a workflow or an action that GitHub Actions runs; only for a path that the workflow fixes, never for one that an agent chooses',
      )
      .meta({ 'x-fixed-with': 'file_path' }),
  }),
  output: z.object({
    commit_sha: z
      .string()
      .describe('The commit that holds the content: a new one, or the last that changed the file'),
    path: z.string().describe('The file, from the root of the repository'),
    branch: z.string().describe('The branch'),
    url: z.string().describe("The file's page"),
    created: z.boolean().describe('Whether the file is new'),
    changed: z.boolean().describe('Whether there is a new commit'),
  }),
  example: {
    input: {
      repo_name: 'octo/handbook',
      file_path: 'sops/onboarding.md',
      content: '# Onboarding\n',
      branch: 'main',
    },
    output: {
      commit_sha: '7638417db6d59f3c431d3e1f261cc637155684cd',
      path: 'sops/onboarding.md',
      branch: 'main',
      url: 'https://github.com/octo/handbook/blob/main/sops/onboarding.md',
      created: true,
      changed: true,
    },
  },
  async run(input, context) {
    const { repo_name, file_path: path, message, branch: given, allow_workflow_files } = input;
    if (!allow_workflow_files && isWorkflowFile(path)) {
      throw new InvalidInput(
        `The input is invalid. /file_path: GitHub Actions would run ${path}; a step that is to write such files says allow_workflow_files: true`,
      );
    }
    const bytes = contentBytes(input);
    const client = githubClient(context);
    const place = await repository(client, repo_name, context.secrets);
    const branch = given ?? (await defaultBranch(client, place));
    const target = { ...place, path, branch };
    try {
      return await commit(client, target, bytes, message);
    } catch (error) {
      // Somebody else committed between reading and writing the file: retry once with the current state.
      if (!(error instanceof Conflict)) throw error;
      return await commit(client, target, bytes, message);
    }
  },
});

function contentBytes({
  content,
  encoding,
}: {
  readonly content: string;
  readonly encoding: string;
}): Buffer {
  if (encoding === 'utf-8') return Buffer.from(content);
  const bytes = bytesOfBase64(content);
  if (bytes) return bytes;
  throw new InvalidInput('The input is invalid. /content: must be base64, as encoding says');
}

interface Target {
  readonly owner: string;
  readonly repo: string;
  readonly path: string;
  readonly branch: string;
}

async function defaultBranch(client: Octokit, place: { owner: string; repo: string }): Promise<string> {
  const repo = await data(z.object({ default_branch: z.string() }), client.rest.repos.get(place), place);
  return repo.default_branch;
}

async function commit(client: Octokit, target: Target, bytes: Buffer, message: string | undefined) {
  const { path, branch } = target;
  const present = await read(client, target);
  if (present?.sha === blobSha(bytes)) {
    const { owner, repo } = target;
    const [last] = await data(
      commits,
      client.rest.repos.listCommits({ owner, repo, sha: branch, path, per_page: 1 }),
    );
    return {
      commit_sha: last?.sha ?? '',
      path,
      branch,
      url: present.html_url,
      created: false,
      changed: false,
    };
  }
  const result = await data(
    written,
    client.rest.repos.createOrUpdateFileContents({
      ...target,
      message: message ?? `${present ? 'Update' : 'Add'} ${path}`,
      content: bytes.toString('base64'),
      ...(present && { sha: present.sha }),
    }),
    target,
  ).catch((error: unknown) => {
    // The file was created after it was looked for: a conflict too, though GitHub answers 422.
    if (error instanceof InvalidInput && /sha.*supplied/i.test(error.message))
      throw new Conflict(error.message);
    throw error;
  });
  return {
    commit_sha: result.commit.sha,
    path,
    branch,
    url: result.content.html_url,
    created: present === undefined,
    changed: true,
  };
}

async function read(
  client: Octokit,
  { branch, ...file }: Target,
): Promise<z.output<typeof storedFile> | undefined> {
  try {
    const found = await data(stored, client.rest.repos.getContent({ ...file, ref: branch }));
    if (!Array.isArray(found) && 'sha' in found) return found;
    throw new InvalidInput(
      `${file.path} is not a file in ${file.owner}/${file.repo}, but a directory or a link`,
    );
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** Git's object id of a content (Pro Git, "Git Internals: Git Objects"). */
function blobSha(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
