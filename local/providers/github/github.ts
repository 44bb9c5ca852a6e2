// GitHub on the laptop: the user `demo`, who works in the organisation `acme`.
import type { EmulatedProvider } from '../shared/emulated-provider.ts';
import { refuse } from './refusals.ts';
import { createRoutes } from './routes.ts';
import { githubToken, seedHandbook } from './seed.ts';
import { openStore } from './store.ts';

export const provider: EmulatedProvider = {
  async start({ baseUrl }) {
    const store = await openStore(baseUrl);
    return {
      refuse,
      authorization: () => `Bearer ${githubToken}`,
      fetch: createRoutes(store),
      close: store.close,
    };
  },
  seed: seedHandbook,
  changesState: () => true,
};
