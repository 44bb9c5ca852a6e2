// The API's description in OpenAPI 3.1, generated from the route table.
import * as z from 'zod';
import { bodyProblems, commonProblems, type ProblemType, problemTypes } from '../problem.ts';
import { loginChallenge } from '../schemas/auth.ts';
import { requestProblem } from '../schemas/common.ts';
import type { Answer, Route } from './routes/route.ts';
import { routes as allRoutes } from './routes/route-table.ts';
import { type SchemaObject, type Schemas, schemaCollector } from './schema-objects.ts';

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: SchemaObject;
}
interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<
    Record<string, { readonly description: string; readonly schema: SchemaObject }>
  >;
  readonly content?: Content;
}
type Content = Readonly<Record<string, { readonly schema: SchemaObject; readonly examples?: Examples }>>;
type Examples = Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;

export interface OpenApi {
  readonly openapi: '3.1.1';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>;
    readonly schemas: Readonly<Record<string, SchemaObject>>;
  };
}

const problem = z
  .object({
    type: z
      .string()
      .describe('Path of the explanation of this kind of problem')
      .meta({ format: 'uri-reference' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was wrong with this request'),
    instance: z.string().optional().describe('Identifies this request in the service’s log'),
    problems: z.array(requestProblem).optional().describe('Each single mistake'),
    workflows: z.array(z.string()).optional().describe('Of `connection-in-use`'),
    challenge: loginChallenge.optional().describe('Of `challenge-required`'),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

/** What the description describes. */
const routes = allRoutes.filter(({ hidden }) => !hidden);

/** Sent by API Gateway itself, before a function runs. */
const gatewayMessage = z.object({ message: z.string() }).meta({ id: 'GatewayMessage' });

/** The whole description. It does not depend on the stage: the server is the origin that it was read from. */
export function openApi(): OpenApi {
  const schemas = schemaCollector();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'AI-Orchestra',
      version: '1',
      summary: 'Workflows of AI and SaaS actions that run as AWS Step Functions state machines',
      description:
        'Log in with `POST /auth/login` and send the access token as `Authorization: Bearer …`. Errors are problem details (RFC 9457), but for those that API Gateway answers itself: 401 without a valid token, 404 for an unknown path and 413 for a body over 10 MB have only a `message`. `PUT` and `DELETE` take the ETag that was read in `If-Match`. Lists page with `cursor`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'An access token of the user pool. The roles that an operation lists are the least that it needs: viewer < editor < admin.',
        },
      },
      schemas: schemas.collected,
    },
  };
}

function operationOf(route: Route, schemas: Schemas): Operation {
  const parameters = [
    ...parametersOf('path', route.params, schemas),
    ...parametersOf('query', route.query, schemas),
    ...parametersOf('header', route.headers, schemas),
  ];
  const body = route.documentedBody ?? route.body;
  const role = route.role === null ? '' : `Needs the role ${route.role}.`;
  const description = [route.description, role].filter(Boolean).join(' ');
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.summary,
    ...(description && { description }),
    security: route.role === null ? [] : [{ bearer: [route.role] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: route.body?.safeParse(undefined).success !== true,
        content: { 'application/json': { schema: schemas.of(body, 'input') } },
      },
    }),
    ...(route.raw && { requestBody: { required: false, content: { '*/*': { schema: {} } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, it]) => [status, answerOf(it, schemas)]),
      ),
      ...problemAnswers(route, schemas),
    },
  };
}

function parametersOf(
  place: Parameter['in'],
  schema: z.ZodObject | undefined,
  schemas: Schemas,
): Parameter[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = schemas.of(field, 'input');
    return {
      name,
      in: place,
      required: !z.safeParse(field, undefined).success,
      ...(typeof description === 'string' && { description }),
      schema: rest,
    };
  });
}

function answerOf(
  { description, body, contentType = 'application/json', headers }: Answer,
  schemas: Schemas,
) {
  const [mediaType = contentType] = contentType.split(';');
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, says]) => [
          name,
          { description: says, schema: { type: 'string' } },
        ]),
      ),
    }),
    ...(body && { content: { [mediaType]: { schema: schemas.of(body, 'output') } } }),
  };
}

/** The problems that an operation can answer with. */
export function problemsOf(route: Route): ProblemType[] {
  return [
    ...(route.role === null ? [] : (['unauthorized', 'forbidden'] as const)),
    ...route.problems,
    ...(route.body ? bodyProblems : []),
    ...commonProblems,
  ];
}

function problemAnswers(route: Route, schemas: Schemas): Record<string, ResponseObject> {
  const byStatus = new Map<number, ProblemType[]>();
  for (const type of problemsOf(route)) {
    const { status } = problemTypes[type];
    byStatus.set(status, [...(byStatus.get(status) ?? []), type]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, types]) => [
      status,
      {
        description: types.map((type) => problemTypes[type].title).join('; '),
        content: types.includes('unauthorized')
          ? { 'application/json': { schema: schemas.of(gatewayMessage, 'output') } }
          : {
              'application/problem+json': {
                schema: schemas.of(problem, 'output'),
                examples: examplesOf(types),
              },
            },
      },
    ]),
  );
}

function examplesOf(types: readonly ProblemType[]): Examples {
  return Object.fromEntries(
    types.map((type) => {
      const { status, title, help } = problemTypes[type];
      return [type, { summary: title, value: { type: `/docs#${type}`, title, status, detail: help } }];
    }),
  );
}
