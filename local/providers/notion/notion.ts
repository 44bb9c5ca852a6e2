// Notion on the laptop: the part of its API (2026-03-11, 2025-09-03 and 2022-06-28) that pages, blocks, search and queries need.
import { createEmulator, defineEmulator } from 'emulate';
import type { EmulatedProvider } from '../shared/emulated-provider.ts';
import { NotionGrants } from './oauth.ts';
import { refuse } from './refusals.ts';
import { addRoutes, changesState } from './routes.ts';
import { seedWorkspace } from './seed.ts';
import type { Workspace } from './store.ts';
import { inVersion } from './versions.ts';

export const provider: EmulatedProvider = {
  async start({ baseUrl, apiUrl }) {
    const grants = new NotionGrants(apiUrl);
    const emulator = await createEmulator({
      service: defineEmulator<Workspace>({
        name: 'notion',
        state: seedWorkspace,
        setup: addRoutes,
        cors: false,
      }),
      listen: false,
      baseUrl,
    });
    return {
      refuse: (request, body) => refuse(request, body, grants),
      fetch: async (request) =>
        (await grants.answer(request.clone())) ?? inVersion(request, await emulator.fetch(request)),
      close: () => emulator.close(),
    };
  },
  changesState,
};
