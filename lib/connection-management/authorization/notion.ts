// Notion's grant to a public integration: tokens for one workspace, and the pages that the person has chosen.
import { setting } from '../../config.ts';
import { notionTokens } from '../../providers/notion-token.ts';
import { type Grant, withParameters } from './grant.ts';

/**
 * https://developers.notion.com/docs/authorization. Notion knows no PKCE and no scopes: the verifier stays in the browser and
 * binds it to the state alone.
 */
export const notionGrant: Grant<'notion'> = {
  name: 'Notion',

  authorizeUrl({ client, state, redirectUri }) {
    return withParameters(`${setting('NOTION_BASE_URL')}/v1/oauth/authorize`, {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: redirectUri,
      owner: 'user',
      state,
    });
  },

  async exchange({ client, code, redirectUri }) {
    const signal = AbortSignal.timeout(10_000);
    const form = { grant_type: 'authorization_code' as const, code, redirect_uri: redirectUri };
    return { credentials: { ...client, ...(await notionTokens(client, form, signal)) } };
  },
};
