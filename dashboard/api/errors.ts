// What a request can fail with: the API's problem details, or no answer at all.
import type { RequestProblem } from '../../lib/problem.ts';

/** Problem details (RFC 9457); for what API Gateway answers itself, its message. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** `not-found`; undefined for an answer of API Gateway. */
  readonly type: string | undefined;
  readonly title: string;
  readonly detail: string;
  readonly problems: readonly RequestProblem[];
  /** Identifies the request in the service's log. */
  readonly instance: string | undefined;
  /** All that the problem says, with the members that only some problems have. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: ProblemDetails) {
    super(problem.detail || problem.title);
    this.status = status;
    this.type = problem.type;
    this.title = problem.title;
    this.detail = problem.detail;
    this.problems = problem.problems;
    this.instance = problem.instance;
    this.members = problem.members;
  }
}

/** Nothing has the id that the page's address holds, also because it is none that anything could have. */
export function isNotThere(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 404 || (error.status === 400 && error.problems.some(isOfId));
}

const isOfId = ({ pointer }: RequestProblem): boolean => pointer === '/path/id';

/** No answer came: no network, the server is away, or the answer was cut. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly title = 'AI-Orchestra cannot be reached';
}

export interface ProblemDetails {
  readonly type: string | undefined;
  readonly title: string;
  readonly detail: string;
  readonly problems: readonly RequestProblem[];
  readonly instance: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;
}

const ownTitles: Readonly<Record<number, string>> = {
  401: 'The login is no longer good',
  403: 'This is not allowed',
  404: 'There is nothing under this address',
  413: 'The request is too large',
  429: 'Too many requests',
  503: 'The service is busy',
};

/** Reads the body of an answer that is no success, whatever sent it. */
export function problemOf(status: number, body: unknown): ProblemDetails {
  const fields = isObject(body) ? body : {};
  const title = text(fields['title']) ?? ownTitles[status] ?? `The service answered ${status}`;
  const problems = Array.isArray(fields['problems']) ? fields['problems'].filter(isProblem) : [];
  return {
    type: text(fields['type'])?.replace(/^.*#/, ''),
    title,
    detail: text(fields['detail']) ?? '',
    problems,
    instance: text(fields['instance']),
    members: fields,
  };
}

function isProblem(value: unknown): value is RequestProblem {
  return (
    isObject(value) &&
    text(value['code']) !== undefined &&
    text(value['pointer']) !== undefined &&
    text(value['message']) !== undefined
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
