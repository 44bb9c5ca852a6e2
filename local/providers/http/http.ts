// A plain HTTP service on the laptop, to try http.request with: a small API of orders, and an echo.
import type { EmulatedProvider } from '../shared/emulated-provider.ts';
import { refuse } from './refusals.ts';
import { createRoutes } from './routes.ts';
import { OrderStore } from './store.ts';

export const provider: EmulatedProvider = {
  async start({ seededAt }) {
    return {
      refuse,
      fetch: createRoutes(new OrderStore(seededAt)),
      close: async () => {},
    };
  },
  changesState: (path) => path.startsWith('/v1/'),
};
