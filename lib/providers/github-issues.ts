// Issues, pull requests and comments of GitHub as workflows see them: few fields, and texts of limited size.
import * as z from 'zod';
import { cutText, fairLimit, jsonBytes, MAX_TEXT_BYTES } from '../actions/invocation/output-size.ts';
import { PAGE } from './github.ts';

/** GitHub returns no user for what a deleted account wrote. */
const user = z.object({ login: z.string() }).nullish();
const text = z.string().nullish();
/** An issue's labels are objects, in old responses also names. */
const labels = z.array(z.union([z.string(), z.object({ name: text })])).default([]);

/** GitHub's OpenAPI description: "State of the issue; either 'open' or 'closed'". */
export const issueState = z.enum(['open', 'closed']);

/** The part of an issue that outputs are made of. Pull requests are issues too, with `pull_request`. */
export const wireIssue = z.object({
  number: z.int(),
  title: z.string(),
  body: text,
  state: issueState,
  user,
  labels,
  comments: z.int().default(0),
  created_at: z.string(),
  updated_at: z.string(),
  closed_at: text,
  html_url: z.string(),
  repository_url: z.string().optional(),
  pull_request: z.unknown().optional(),
});
export type WireIssue = z.output<typeof wireIssue>;

export const wireComment = z.object({
  id: z.int(),
  user,
  body: text,
  created_at: z.string(),
  html_url: z.string(),
});
export type WireComment = z.output<typeof wireComment>;

export const issueNumber = z.int().min(1).describe("The issue's number in its repository");

export const stateFilter = z
  .enum(['open', 'closed', 'all'])
  .default('open')
  .describe('Which ones: open, closed or all');

export const maxResults = z.int().min(1).max(100).default(30).describe('The most to give');

const notATime = 'must be a time with its offset: 2026-03-02T09:30:00Z';
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/, { error: notATime, abort: true })
  .refine((text) => !Number.isNaN(Date.parse(text)), notATime);

/** A time as a parameter. GitHub accepts neither fractions of a second nor every offset, so they are removed. */
export const timeFilter = time.transform((given) => githubTime(new Date(given)));

export function githubTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What issues and pull requests have in common. */
export const issueFields = {
  number: z.int().describe('The number in its repository'),
  title: z.string().describe('The title'),
  body: z.string().describe("The text, in GitHub's Markdown; empty when there is none"),
  truncated: z.boolean().describe('Whether body is cut'),
  state: issueState.describe('open or closed'),
  labels: z.array(z.string()).describe('The names of its labels'),
  author: z.string().describe("Who opened it, by the account's name"),
  created_at: z.string().describe('When it was opened, ISO 8601 in UTC'),
  updated_at: z.string().describe('When it or a comment last changed, ISO 8601 in UTC'),
  closed_at: z.string().describe('When it was closed, ISO 8601 in UTC; empty while it is open'),
  url: z.string().describe('Its page'),
};

export const listedIssue = z.object({
  ...issueFields,
  comments_count: z.int().describe('How many comments it has'),
});

export const exampleIssue: z.output<typeof listedIssue> = {
  number: 7,
  title: 'The search page is slow',
  body: 'It takes ten seconds since Monday.',
  truncated: false,
  state: 'open',
  labels: ['bug'],
  author: 'ada',
  created_at: '2026-03-02T09:30:00Z',
  updated_at: '2026-03-02T10:00:00Z',
  closed_at: '',
  url: 'https://github.com/octo/website/issues/7',
  comments_count: 1,
};

type Described = Pick<
  WireIssue,
  | 'number'
  | 'title'
  | 'body'
  | 'state'
  | 'labels'
  | 'user'
  | 'created_at'
  | 'updated_at'
  | 'closed_at'
  | 'html_url'
>;

/** The fields of `issueFields`, with the whole body. */
export function describedIssue(issue: Described) {
  return {
    number: issue.number,
    title: cutText(issue.title, 1000),
    body: plainText(issue.body),
    truncated: false,
    state: issue.state,
    labels: issue.labels
      .map((label) => (typeof label === 'string' ? label : (label.name ?? '')))
      .slice(0, 100),
    author: authorOf(issue.user),
    created_at: issue.created_at,
    updated_at: issue.updated_at,
    closed_at: issue.closed_at ?? '',
    url: issue.html_url,
  };
}

export function listedIssues(issues: readonly WireIssue[]): z.output<typeof listedIssue>[] {
  return fitBodies(issues.map((issue) => ({ ...describedIssue(issue), comments_count: issue.comments })));
}

/** GitHub shows a deleted account as this one. */
export function authorOf(account: { readonly login: string } | null | undefined): string {
  return account?.login ?? 'ghost';
}

export function plainText(body: string | null | undefined): string {
  return withoutMark(body ?? '').replaceAll('\r\n', '\n');
}

/** Cuts the longest bodies so that all items fit together; short ones stay whole. */
export function fitBodies<Item extends { readonly body: string; readonly truncated: boolean }>(
  items: readonly Item[],
): Item[] {
  const bodies = items.map(({ body }) => jsonBytes(body));
  const rest = items.reduce((sum, item, i) => sum + jsonBytes(item) - (bodies[i] ?? 0) + 1, 0);
  const limit = fairLimit(bodies, Math.max(0, MAX_TEXT_BYTES - rest));
  return items.map((item) => {
    const body = cutText(item.body, limit);
    return body.length === item.body.length ? item : { ...item, body, truncated: true };
  });
}

/** Invisible where GitHub renders the text; a later attempt of the same call recognises its work by it. */
export function marker(key: string): string {
  return `<!-- ai-orchestra:${key} -->`;
}

/**
 * The one of a list that an earlier try of a call made, by the call's mark. All that is newer than that try is looked at, so
 * that what is not found was not made; a list that takes too long ends with the call.
 * @param list a page of the list, at most `PAGE`
 * @param isOlder whether an item and all after it are too old
 */
export async function findMarked<Item extends { readonly body?: string | null | undefined }>(
  key: string,
  list: (page: number) => Promise<readonly Item[]>,
  isOlder: (item: Item) => boolean = () => false,
): Promise<Item | undefined> {
  const mark = marker(key);
  for (let page = 1; ; page++) {
    const items = await list(page);
    const found = items.find(({ body }) => body?.includes(mark));
    if (found || items.length < PAGE || items.some(isOlder)) return found;
  }
}

function withoutMark(body: string): string {
  return body.replace(/\n{0,2}<!-- ai-orchestra:[0-9a-f]{32} -->$/, '');
}
