// Google on the laptop: OAuth, and the Gmail mailbox of demo@acme.example.
import type { EmulatedProvider } from '../shared/emulated-provider.ts';
import { refuse } from './refusals.ts';
import { changesState, createRoutes } from './routes.ts';
import { openStore } from './store.ts';

export const provider: EmulatedProvider = {
  async start(options) {
    const store = await openStore(options);
    return {
      refuse: (request, body) => refuse(request, body, store),
      // The emulator takes any token for that of its first user.
      authorization: () => 'Bearer emulated-access-token',
      fetch: createRoutes(store),
      close: store.close,
    };
  },
  changesState,
};
