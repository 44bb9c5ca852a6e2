// What the demo runs, and how it reads each effect back from the provider itself.
import { Client as NotionClient } from '@notionhq/client';
import { Octokit } from '@octokit/rest';
import * as z from 'zod';
import { notionIds } from '../providers/notion/seed.ts';
import type { Stack } from '../stack.ts';
import { excerpt } from './terminal.ts';

/** Lines under a label each. */
export type Effect = readonly (readonly [label: string, lines: readonly string[]])[];

export interface DemoRun {
  readonly workflow: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** @param output the output of the run */
  effect(output: unknown, stack: Stack): Promise<Effect>;
}

export const demoRuns: readonly DemoRun[] = [
  {
    workflow: 'simple_ai_completion',
    input: { prompt: 'Name three things a team should automate first, and why.' },
    async effect(output) {
      const { text } = z.object({ text: z.string() }).parse(output);
      return [['answer', excerpt(text)]];
    },
  },
  {
    workflow: 'email_to_notion',
    input: { notion_database_id: notionIds.digestDatabase },
    effect: notionPage,
  },
  {
    workflow: 'generate_sop_to_github',
    input: {
      task_description: 'Roll back a release that went wrong',
      repo_name: 'acme/handbook',
      file_path: 'docs/sop/roll-back.md',
    },
    effect: githubCommit,
  },
];

const pageOutput = z.object({ page_url: z.string() });
const richText = z.object({ rich_text: z.array(z.object({ plain_text: z.string() })) });
const pageShape = z.object({
  properties: z.record(
    z.string(),
    z.object({ title: z.array(z.object({ plain_text: z.string() })).optional() }),
  ),
});

async function notionPage(output: unknown, { settings, connections }: Stack): Promise<Effect> {
  const { page_url } = pageOutput.parse(output);
  const notion = new NotionClient({
    auth: field(connections, 'notion/default', 'token'),
    baseUrl: settings.NOTION_BASE_URL ?? '',
  });
  // The address of a page in Notion ends in its id.
  const page_id = page_url.slice(-32);
  const { properties } = pageShape.parse(await notion.pages.retrieve({ page_id }));
  const title = Object.values(properties).flatMap((property) => property.title ?? []);
  const { results } = await notion.blocks.children.list({ block_id: page_id, page_size: 100 });
  const text = results.flatMap((block) => {
    const content = 'type' in block ? richText.safeParse(Object(block)[block.type]) : undefined;
    return content?.success ? [plain(content.data.rich_text)] : [];
  });
  return [
    ['Notion', [`page “${plain(title)}” in the database “Mail digest”`]],
    ['text', excerpt(text.join('\n'), 6)],
  ];
}

function plain(parts: readonly { readonly plain_text: string }[]): string {
  return parts.map((part) => part.plain_text).join('');
}

const commitOutput = z.object({ commit_sha: z.string(), path: z.string() });

async function githubCommit(output: unknown, { settings, connections }: Stack): Promise<Effect> {
  const { commit_sha, path } = commitOutput.parse(output);
  const github = new Octokit({
    auth: field(connections, 'github/default', 'token'),
    baseUrl: settings.GITHUB_API_URL ?? '',
  });
  const place = { owner: 'acme', repo: 'handbook' };
  const { data: commit } = await github.rest.repos.getCommit({ ...place, ref: commit_sha });
  const { data: file } = await github.rest.repos.getContent({ ...place, path, ref: commit_sha });
  const { content } = z.object({ content: z.base64() }).parse(file);
  return [
    ['GitHub', [`commit ${commit_sha}`, `“${commit.commit.message}” in acme/handbook`]],
    ['file', [path]],
    ['text', excerpt(Buffer.from(content, 'base64').toString(), 6)],
  ];
}

function field(connections: Stack['connections'], connection: string, name: string): string {
  return connections[connection]?.[name] ?? '';
}
