// GitHub on the laptop: the user `demo`, who works in the organisation `acme`.
import type { EmulatedProvider } from '../shared/emulated-provider.ts';
import { GitHubApp } from './app.ts';
import { refuse } from './refusals.ts';
import { createRoutes } from './routes.ts';
import { githubToken, seedHandbook } from './seed.ts';
import { openStore } from './store.ts';

export const provider: EmulatedProvider = {
  async start({ baseUrl, ...options }) {
    const store = await openStore(baseUrl);
    const app = new GitHubApp(options);
    return {
      refuse: (request, body) => refuse(request, body, app),
      authorization: () => `Bearer ${githubToken}`,
      fetch: createRoutes(store, app),
      close: store.close,
    };
  },
  seed: seedHandbook,
  changesState: () => true,
};
