// Reports that the API answers. It calls no other service, so that it may be called as often as anyone likes.
import { apiHandler } from '../../lib/api/handler.ts';
import { healthRoutes } from '../../lib/api/routes/health.ts';

export const handler = apiHandler('health', healthRoutes, {
  async getHealth() {
    return { status: 200, body: { status: 'ok' } };
  },
});
