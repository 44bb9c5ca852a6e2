// The types of the API's requests and answers, from the routes themselves, so that they cannot differ from the server's.
import type * as z from 'zod';
import type { OwnRoute } from '../../lib/api/routes/route-table.ts';

/** What programs call; the dashboard's own files are no part of it. */
type ApiRoute = Exclude<OwnRoute, { readonly hidden: true }>;

/** Each route by its key: `GET /executions/{id}` */
type RoutesByKey = { [R in ApiRoute as `${R['method']} ${R['path']}`]: R };

export type RouteKey = keyof RoutesByKey;

export type RouteOf<Key extends RouteKey> = RoutesByKey[Key];

type Part = 'params' | 'query' | 'headers' | 'body';

/** A part of a request: as the schema reads it; absent where the route has none, optional where all of it is. */
type PartOf<R, Name extends Part> =
  R extends Record<Name, infer Schema extends z.ZodType>
    ? undefined extends z.input<Schema>
      ? { readonly [N in Name]?: z.input<Schema> }
      : Record<string, never> extends z.input<Schema>
        ? { readonly [N in Name]?: z.input<Schema> }
        : { readonly [N in Name]: z.input<Schema> }
    : { readonly [N in Name]?: never };

export type RequestParts<Key extends RouteKey> = PartOf<RouteOf<Key>, 'params'> &
  PartOf<RouteOf<Key>, 'query'> &
  PartOf<RouteOf<Key>, 'headers'> &
  PartOf<RouteOf<Key>, 'body'>;

/** The body of the successful answers; for 304 the client has the one before. */
export type AnswerBody<Key extends RouteKey> = {
  [Status in Exclude<keyof RouteOf<Key>['answers'], 304>]: RouteOf<Key>['answers'][Status] extends {
    readonly body: infer Schema extends z.ZodType;
  }
    ? z.output<Schema>
    : undefined;
}[Exclude<keyof RouteOf<Key>['answers'], 304>];
