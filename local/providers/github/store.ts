// What the emulated GitHub holds: users, repositories, files, issues and pull requests, kept by the package `emulate`.
import { type PackagedEmulator, startPackagedEmulator } from '../shared/packaged-emulator.ts';
import { accounts, githubToken } from './seed.ts';

/** Gets a path of the API as the user `demo`: the JSON, or undefined when the emulator responds with an error. */
export type Read = (path: string) => Promise<Entity | undefined>;
export type Entity = Readonly<Record<string, unknown>>;

export interface GitHubStore extends PackagedEmulator {
  readonly read: Read;
}

export async function openStore(baseUrl: string): Promise<GitHubStore> {
  const emulator = await startPackagedEmulator('github', baseUrl, accounts);
  return {
    ...emulator,
    async read(path) {
      const headers = { authorization: `Bearer ${githubToken}` };
      const response = await emulator.fetch(new Request(baseUrl + path, { headers }));
      return response.ok ? Object(await response.json()) : undefined;
    },
  };
}

/** A pull request as an issue, as GitHub returns it where issues are asked for; an issue as it is. */
export function asIssue(item: Entity): Entity {
  if (item['issue_url'] === undefined) return item;
  const { url, html_url, diff_url, patch_url, merged_at, head, base, _links, ...rest } = item;
  const issue = stringOf(item['issue_url']);
  return {
    ...rest,
    url: issue,
    html_url,
    repository_url: issue.replace(/\/issues\/\d+$/, ''),
    pull_request: { url, html_url, diff_url, patch_url, merged_at },
  };
}

/** A field that holds a string; empty when it holds something else. */
export function stringOf(field: unknown): string {
  return typeof field === 'string' ? field : '';
}
