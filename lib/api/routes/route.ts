// A route of the API, and the types of its requests and answers.
import type * as z from 'zod';
import type { Sender } from '../../auth/cookies.ts';
import type { Role } from '../../auth/roles.ts';
import type { ProblemType } from '../../problem.ts';

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>;

export interface Answer {
  readonly description: string;
  /** The answer has no body when left out; one of bytes is sent as it is. */
  readonly body?: z.ZodType;
  /** `application/json` when left out. */
  readonly contentType?: string;
  /** Names of headers in lower case, with their descriptions. */
  readonly headers?: Headers;
  /** Whether it may set cookies. */
  readonly setsCookies?: true;
}

export interface Route {
  /** The name of the operation: OpenAPI's operationId and the name of its handler. */
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** As API Gateway and OpenAPI write it: `/workflows/{id}`. */
  readonly path: string;
  /** The file under functions/api that serves it. */
  readonly function: string;
  /** The least role that may call it; null: no token is needed. */
  readonly role: Role | null;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers that the operation reads, names in lower case. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body may leave out `id`: the path has it. */
  readonly bodyIdFromPath?: true;
  /** Large whole numbers of the body keep their digits (lib/exact-json.ts): its values are only passed on. */
  readonly exactNumbers?: true;
  /** The operation gets the request as it was sent, with every header, instead of a validated body. */
  readonly raw?: true;
  /** The operation reads or sets cookies: it gets those of the request, and where it comes from. */
  readonly cookies?: true;
  /** The body in the documentation, where `body` validates only its outer shape. */
  readonly documentedBody?: z.ZodType;
  /** The successful answers by status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** The problems of this operation; those of every operation are in problem.ts. */
  readonly problems: readonly ProblemType[];
  /** A person's browser is led here: it gets a problem as a page. */
  readonly page?: true;
  /** Serves a person's browser, not programs: not in the API's description. */
  readonly hidden?: true;
  /** For a second path of another route: the operation whose handler serves it. */
  readonly sameAs?: string;
}

type Parsed<R extends Route, Part extends 'params' | 'query' | 'headers' | 'body'> =
  R extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** A request as it was sent. Names of headers are in lower case. */
export interface RawRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The raw bytes. */
  readonly body: Buffer;
}

/** The input of an operation: every part validated against its schema; undefined where the route has none. */
export interface RequestOf<R extends Route> {
  readonly params: Parsed<R, 'params'>;
  readonly query: Parsed<R, 'query'>;
  readonly headers: Parsed<R, 'headers'>;
  readonly body: Parsed<R, 'body'>;
  readonly raw: R extends { readonly raw: true } ? RawRequest : undefined;
  readonly sender: R extends { readonly cookies: true } ? Sender : undefined;
  /** The caller, from the authorizer; undefined where no token is needed. */
  readonly user: string | undefined;
  /** The roles that the caller has; none where no token is needed. */
  readonly roles: readonly Role[];
}

/** An answer is only serialised, so that its parts may be read-only. */
type ReadonlyDeep<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : Value extends Uint8Array
    ? Uint8Array
    : Value extends object
      ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
      : Value;

type AnswerBody<A extends Answer> = A extends { readonly body: infer Schema extends z.ZodType }
  ? { readonly body: ReadonlyDeep<z.input<Schema>> }
  : { readonly body?: undefined };

type AnswerHeaders<A extends Answer> = A extends { readonly headers: infer Headers }
  ? { readonly headers: Readonly<Partial<Record<Extract<keyof Headers, string>, string>>> }
  : { readonly headers?: undefined };

/** Values of `Set-Cookie`. */
type AnswerCookies<A extends Answer> = A extends { readonly setsCookies: true }
  ? { readonly cookies?: readonly string[] }
  : { readonly cookies?: undefined };

/** The answers of an operation: one of the route's statuses, with its body and headers. */
export type AnswerOf<R extends Route> = {
  [Status in keyof R['answers'] & number]: { readonly status: Status } & AnswerBody<R['answers'][Status]> &
    AnswerHeaders<R['answers'][Status]> &
    AnswerCookies<R['answers'][Status]>;
}[keyof R['answers'] & number];
