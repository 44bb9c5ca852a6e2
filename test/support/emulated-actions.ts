// For tests of actions against the emulated providers: starts them, and calls an action with their credentials.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionHandler } from '../../lib/actions/define-action.ts';
import type { ActionEvent } from '../../lib/actions/invocation/action-event.ts';
import { githubToken } from '../../local/providers/github/seed.ts';
import { googleClient } from '../../local/providers/google/seed.ts';
import { httpToken } from '../../local/providers/http/seed.ts';
import { notionToken } from '../../local/providers/notion/seed.ts';
import { openaiKey } from '../../local/providers/openai/seed.ts';
import { httpConnection, type ProviderName } from '../../local/providers/providers.ts';
import { type Emulator, startEmulator } from '../../local/providers/shared/emulator.ts';
import { invoke, type ProviderServer, startProviderServer } from './provider-server.ts';

export interface EmulatedActions {
  /** Serves the connections and templates. */
  readonly server: ProviderServer;
  /** Where a provider's emulator listens; empty when it was not started. */
  url(name: ProviderName): string;
  /** @param path `github/create-issue` */
  action(path: string, input: object, options?: ActionOptions): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface ActionOptions {
  readonly connection?: string;
  readonly execution?: Partial<ActionEvent['execution']>;
  readonly on_unknown?: 'retry';
}

const settings: Readonly<Record<ProviderName, Readonly<Record<string, string>>>> = {
  openai: { OPENAI_BASE_URL: '/v1' },
  github: { GITHUB_API_URL: '' },
  notion: { NOTION_BASE_URL: '' },
  google: { GMAIL_BASE_URL: '', GOOGLE_TOKEN_URL: '/oauth2/token' },
  http: { HTTP_PRIVATE_ORIGINS: '' },
};
export const credentials = {
  openai: { api_key: openaiKey },
  github: { token: githubToken },
  notion: { token: notionToken },
  google: googleClient,
  http: { token: httpToken },
};

export async function startEmulatedActions(...names: ProviderName[]): Promise<EmulatedActions> {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  const server = await startProviderServer();
  const folder = await mkdtemp(join(tmpdir(), 'emulators-'));
  const emulators = await Promise.all(
    names.map(
      async (name): Promise<[ProviderName, Emulator]> => [
        name,
        await startEmulator(name, join(folder, name)),
      ],
    ),
  );
  for (const [name, { url }] of emulators) {
    for (const [setting, path] of Object.entries(settings[name])) process.env[setting] = url + path;
    const stored = `/ai-orchestra/test/connections/${name}/default`;
    const fields = name === 'http' ? httpConnection(url) : credentials[name];
    server.stored.set(stored, JSON.stringify(fields));
  }
  return {
    server,
    url: (name) => new Map(emulators).get(name)?.url ?? '',
    async action(path, input, { connection = 'default', execution, on_unknown } = {}) {
      const file = new URL(`../../functions/actions/${path}.ts`, import.meta.url);
      const { handler }: { handler: ActionHandler } = await import(file.href);
      return invoke(handler, input, {
        connection,
        ...(execution && { execution }),
        ...(on_unknown && { on_unknown }),
      });
    },
    async close() {
      await Promise.all(emulators.map(([, emulator]) => emulator.close()));
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
