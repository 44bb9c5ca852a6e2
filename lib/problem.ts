// The problems that the API answers with: RFC 9457 problem details, their types listed once, in
// one table that is as long as there are types.
import { OrchestraError } from './errors.ts';

/** One mistake of a request: where it is and what would be right. The compiler reports the same shape. */
export interface RequestProblem {
  readonly code: string;
  /** RFC 6901 JSON pointer into the body; for a parameter its name, as `/query/limit`. */
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string;
  /** The column inside an expression, counted from 1. */
  readonly column?: number;
  readonly fix?: Fix;
}

/** The change that a hint means, for editors to make. */
export type Fix = Replacement | Addition | Removal;

export interface Replacement {
  /** What is replaced: a key, the value behind it, or in a text that many characters from the problem's column on. */
  readonly replaces: 'key' | 'value' | 'text';
  /** Of the key, the value or the text. */
  readonly pointer: string;
  readonly with: string;
  /** In UTF-16 code units; of a text only. */
  readonly length?: number;
  /** Where in the text it begins, from 1, when that is not the problem's column. */
  readonly column?: number;
}

/** As `add` of JSON Patch (RFC 6902, section 4.1), which also makes the objects around it that are not there yet. */
export interface Addition {
  /** The pointer that the value gets: a key of an object, or an index of a list before whose item it comes. */
  readonly adds: string;
  readonly value: unknown;
}

export interface Removal {
  /** The pointer of what goes, with its key. */
  readonly removes: string;
}

/** Every type of problem: its status, its title and what to do about it. */
export const problemTypes = {
  'invalid-request': {
    status: 400,
    title: 'A parameter or header of the request is not valid',
    help: 'Each entry of `problems` names the parameter and what it should be.',
  },
  'authorization-invalid': {
    status: 400,
    title: 'The answer of the provider belongs to nothing that was begun here',
    help: 'An authorization is good for ten minutes, once, and in the browser that began it. Nothing was saved. Begin again on the dashboard’s page Connections.',
  },
  'invalid-json': {
    status: 400,
    title: 'The body is not valid JSON',
    help: 'The detail names the line and column where the JSON stops making sense. Of a key that stands twice in an object, or a number that cannot be kept as it stands, each entry of `problems` says where.',
  },
  'login-failed': {
    status: 401,
    title: 'The login was refused',
    help: 'The user or the password is wrong, or the refresh token is no longer good. Which one is not said.',
  },
  'code-refused': {
    status: 401,
    title: 'The code was refused',
    help: 'It is wrong, has expired, or another was sent since. Codes of an app change every 30 seconds; a code that was sent is good for an hour. For a forgotten password ask for a new one with `POST /auth/forgot-password`; an unknown user gets this answer too.',
  },
  'challenge-expired': {
    status: 401,
    title: 'The login must be begun again',
    help: 'A step of a login can be answered once, within three minutes. Log in again with `POST /auth/login`.',
  },
  'delivery-refused': {
    status: 401,
    title: 'The delivery was refused',
    help: 'The address of the webhook, its secret or what was signed is wrong. Which one is not said.',
  },
  'delivery-not-utf8': {
    status: 415,
    title: 'The delivery is not UTF-8',
    help: 'API Gateway replaces other bytes in bodies of `text/…`, JSON, XML and JavaScript, after which no signature fits. Have the sender send UTF-8, or another media type, such as `application/octet-stream`.',
  },
  unauthorized: {
    status: 401,
    title: 'A valid access token is needed',
    help: 'Send `Authorization: Bearer <access_token>` with a token from `POST /auth/login`. This answer comes from API Gateway and is no problem document: its body is only `{"message":"Unauthorized"}`.',
  },
  'challenge-required': {
    status: 403,
    title: 'The user must do something else before logging in',
    help: 'The user pool asks for a further step: a new password in place of a temporary one, or a code. `challenge` has what `POST /auth/challenge` needs besides the answer; without it the step is one that this API does not offer.',
  },
  'password-reset-required': {
    status: 403,
    title: 'The password was reset',
    help: 'Choose a new one with `POST /auth/reset-password` and the code that was sent; `POST /auth/forgot-password` sends another.',
  },
  'foreign-origin': {
    status: 403,
    title: 'The session belongs to another origin',
    help: 'A session in a cookie can be begun, used and ended only by pages of the API’s own origin, which `Origin` and `Sec-Fetch-Site` tell. Other clients send the refresh token in the body.',
  },
  forbidden: {
    status: 403,
    title: 'The role does not allow this',
    help: 'Roles are groups of the user pool: viewer reads, editor also writes and runs, admin may do all that an editor may.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing under this address',
    help: 'The workflow, template, execution or log does not exist, or not any more. For a path that is no operation at all API Gateway answers `{"message":"Not Found"}`, which is no problem document.',
  },
  'log-not-written': {
    status: 404,
    title: 'The log does not exist yet',
    help: 'The log of an execution is written a moment after the execution has ended. While it runs it has the steps so far.',
  },
  'already-exists': {
    status: 409,
    title: 'The id is taken',
    help: 'Choose another id, or replace what exists with PUT and its ETag in `If-Match`.',
  },
  'being-deleted': {
    status: 409,
    title: 'A workflow of this id is being deleted or saved right now',
    help: 'Step Functions deletes a state machine when its last execution has ended. Try again in a moment, or choose another id.',
  },
  'execution-ended': {
    status: 409,
    title: 'The execution has already ended',
    help: 'Only a running execution can be stopped.',
  },
  'not-redrivable': {
    status: 409,
    title: 'The execution cannot be redriven',
    help: 'Only an execution that failed, was stopped or ran out of time can be redriven, within 14 days of its end and while its workflow exists. `POST /executions/{id}/rerun` goes on with it in a new execution.',
  },
  'not-rerunnable': {
    status: 409,
    title: 'The execution cannot be rerun like this',
    help: 'The entry in `problems` says what stands in the way and what would do. Nothing was started.',
  },
  'effect-unconfirmed': {
    status: 409,
    title: 'The step has an effect outside',
    help: 'A test of it writes at the provider, as a run does. Send `"confirm_effects": true` when that is meant. Nothing was done.',
  },
  'connection-missing': {
    status: 409,
    title: 'The workflow reads a connection that does not exist',
    help: 'Each entry of `problems` names one. Connect the account with `POST /connections` or on the dashboard’s page Connections. Nothing was started.',
  },
  'connection-unusable': {
    status: 409,
    title: 'The workflow reads a connection that it cannot use',
    help: 'Each entry of `problems` names one and says why: it has to be connected again (`connection-expired`), lacks a scope (`connection-scope`) or is for other workflows (`connection-restricted`). Nothing was started.',
  },
  'oauth-client-missing': {
    status: 409,
    title: 'There is no OAuth client of the provider',
    help: 'Accounts of Google, Notion and GitHub are connected by consent once an admin has registered a client there and written it to Systems Manager; the detail names the parameter. See docs/connections.md.',
  },
  'connection-in-use': {
    status: 409,
    title: 'Workflows name the connection',
    help: '`workflows` has their ids; their runs would fail. Send `?force=true` to delete it all the same. Nothing was deleted.',
  },
  'last-admin': {
    status: 409,
    title: 'Somebody has to be admin',
    help: 'The last admin who can log in keeps the role, and is not disabled. Make somebody else an admin first, who has logged in once.',
  },
  'not-resettable': {
    status: 409,
    title: 'The password cannot be reset',
    help: 'The detail says why: the user is disabled, or has no verified address to which a code could be sent.',
  },
  'already-decided': {
    status: 409,
    title: 'Somebody has decided already',
    help: 'The detail says who, when and what. The run goes on with that decision.',
  },
  'approval-closed': {
    status: 409,
    title: 'Nothing waits for this decision any more',
    help: 'The step ran into its time limit, or the run has ended. Nothing was decided.',
  },
  'precondition-failed': {
    status: 412,
    title: 'It was changed meanwhile',
    help: 'Read it again, look at what changed, and send the change with the new ETag in `If-Match`.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    help: 'A body may have 1,048,576 bytes, the input of an execution 262,144. Of more than 10 MB API Gateway itself refuses a body, with `{"message":"Request Entity Too Large"}`, which is no problem document; so does the laptop from 6 MB on, more than which no function takes. Headers of more than 16 KB on the laptop (10,240 bytes with the request line on AWS) are answered with 431.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    help: 'Send `Content-Type: application/json`.',
  },
  'invalid-body': {
    status: 422,
    title: 'The body does not have the right shape',
    help: 'Each entry of `problems` points at a value of the body and says what it should be.',
  },
  'invalid-workflow': {
    status: 422,
    title: 'The workflow has mistakes',
    help: 'Each entry of `problems` points at a place in the workflow and says what would be right. Nothing was saved.',
  },
  'not-testable': {
    status: 422,
    title: 'A step of this kind cannot be tested alone',
    help: 'Actions, `transform`, `set`, `switch`, `return` and `fail` can. Loops, branches, approvals, agents and other workflows are run by whole runs only; the steps in them and after them can be tested with given values.',
  },
  'invalid-input': {
    status: 422,
    title: 'The input does not fit the inputs that the workflow declares',
    help: 'Each entry of `problems` names an input. Nothing was started.',
  },
  'invalid-variables': {
    status: 422,
    title: 'The variables do not fit the template',
    help: 'Each entry of `problems` names a variable.',
  },
  'authorization-failed': {
    status: 422,
    title: 'The account could not be connected',
    help: 'The person gave no access at the provider, or the provider refused it; the detail says what it said. Nothing was saved. Begin again on the dashboard’s page Connections.',
  },
  'credentials-refused': {
    status: 422,
    title: 'The provider refuses the credentials',
    help: 'The detail has its own words. Copy them once more, whole, and look whether they were revoked or have expired. Nothing was saved.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for another input',
    help: 'A key stands for one execution. Send a new key for a new execution.',
  },
  'password-refused': {
    status: 422,
    title: 'The new password is not good enough',
    help: 'The detail says which rule of the user pool it breaks. The pool of this stack wants 14 characters or more, among them a capital and a small letter, a digit and a symbol.',
  },
  'precondition-required': {
    status: 428,
    title: 'The request must say which version it replaces or deletes',
    help: 'Send the ETag that you read in `If-Match`, `If-Match: *` for whatever there is, or `If-None-Match: *` to create (RFC 6585).',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    help: 'Wait a moment and try again.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts',
    help: 'The user pool refuses this user for a while, after wrong passwords for up to 15 minutes, also the right password or code. Wait, then try again.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    help: 'The cause is in the function’s log under the id in `instance`.',
  },
  unavailable: {
    status: 503,
    title: 'A service that is needed does not answer',
    help: 'Try again after the seconds in `Retry-After`.',
  },
} as const satisfies Record<string, { status: number; title: string; help: string }>;

export type ProblemType = keyof typeof problemTypes;

/** What any operation with a body may answer, and what any operation at all may answer. */
export const bodyProblems: readonly ProblemType[] = [
  'invalid-json',
  'body-too-large',
  'unsupported-media-type',
  'invalid-body',
];
export const commonProblems: readonly ProblemType[] = ['invalid-request', 'internal-error', 'unavailable'];

export interface ProblemOptions extends ErrorOptions {
  readonly problems?: readonly RequestProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the answer (RFC 9457, section 3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * Ends an operation with a problem.
 * @example throw new ApiProblem('not-found', 'There is no workflow `mail`')
 */
export class ApiProblem extends OrchestraError {
  override readonly name = 'ApiProblem';
  readonly type: ProblemType;
  readonly problems: readonly RequestProblem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    type: ProblemType,
    detail: string,
    { problems, headers = {}, extensions = {}, ...options }: ProblemOptions = {},
  ) {
    super(detail, options);
    this.type = type;
    this.problems = problems;
    this.headers = headers;
    this.extensions = extensions;
  }
}
