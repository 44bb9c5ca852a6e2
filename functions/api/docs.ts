// The API's description, as OpenAPI and as a page, and the JSON Schema of workflows for editors.
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { docsPage } from '../../lib/api/docs-page.ts';
import { apiHandler } from '../../lib/api/handler.ts';
import { type OpenApi, openApi } from '../../lib/api/openapi.ts';
import { documentationRoutes } from '../../lib/api/routes/documentation.ts';
import { workflowJsonSchema } from '../../lib/compiler/json-schema.ts';

// Created at the first request; it does not change while the container lives.
let document: OpenApi | undefined;
function description(): OpenApi {
  document ??= openApi();
  return document;
}

/** It is the same for everybody until the next deployment. */
const cached = { 'cache-control': 'public, max-age=300' };

export const handler = apiHandler('docs', documentationRoutes, {
  async getOpenApi() {
    return { status: 200, body: { ...description() }, headers: cached };
  },

  async getWorkflowSchema() {
    return { status: 200, body: { ...workflowJsonSchema(await readCatalogue()) }, headers: cached };
  },

  async getDocs() {
    const headers = {
      ...cached,
      // The page has an inline style sheet: no script runs, nothing is loaded or framed.
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    };
    return { status: 200, body: docsPage(description()), headers };
  },
});
