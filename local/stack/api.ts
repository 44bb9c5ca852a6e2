// The stack's HTTP API: the routes of lib/api, each to its Lambda, behind the authorizer.
import { routes } from '../../lib/api/routes/route-table.ts';
import { createHttpApi, type HttpApi } from '../http-api/http-api.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { PREFIX } from './settings.ts';

/** As in serverless.yml. */
const AUTHORIZER_TTL_SECONDS = 60;

/**
 * @param lambda requests that arrive before the functions are ready wait for it
 * @throws PortInUse
 */
export function startApi(port: number, lambda: Promise<Lambda>): Promise<HttpApi> {
  return createHttpApi({
    routes: routes.map(({ method, path, role, function: name }) => ({
      method,
      path,
      functionName: `${PREFIX}api-${name}`,
      authorizer: role !== null,
    })),
    authorizerFunctionName: `${PREFIX}authorizer`,
    authorizerTtlSeconds: AUTHORIZER_TTL_SECONDS,
    invoke: async (name, payload) => (await lambda).invoke(name, payload),
    port,
  });
}
