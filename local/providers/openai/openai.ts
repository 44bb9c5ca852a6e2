// OpenAI on the laptop: aimock speaks the protocol, the emulated model writes the answers.
import type { EmulatedProvider } from '../shared/emulated-provider.ts';
import { completeChat } from './chat.ts';
import { refuse } from './refusals.ts';
import { createRoutes } from './routes.ts';
import { openStore } from './store.ts';

export const provider: EmulatedProvider = {
  async start() {
    const store = await openStore(completeChat);
    return { refuse, fetch: createRoutes(store), close: store.close };
  },
  changesState: () => false,
};
