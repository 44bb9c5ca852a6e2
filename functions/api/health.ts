// Says that the API answers. It asks nothing of other services, so that it may be called as often as anyone likes.
import { apiHandler } from '../../lib/api/handler.ts';

export const handler = apiHandler('health', {
  async getHealth() {
    return { status: 200, body: { status: 'ok' } };
  },
});
