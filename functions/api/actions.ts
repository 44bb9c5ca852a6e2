// The API's list of actions, from the catalogue.
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { apiHandler } from '../../lib/api/handler.ts';
import { actionRoutes } from '../../lib/api/routes/actions.ts';

export const handler = apiHandler('actions', actionRoutes, {
  async listActions() {
    const catalogue = await readCatalogue();
    // The Lambda's name and what it reads internally are not part of the API.
    const items = catalogue.map(({ function_name: _, reads_templates: __, ...action }) => action);
    return { status: 200, body: { items } };
  },
});
