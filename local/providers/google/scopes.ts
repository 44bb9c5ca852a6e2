// Which of Gmail's scopes each of its methods takes, and the refusal of a token that has none of them.

const full = 'https://mail.google.com/';
const scope = (name: string) => `https://www.googleapis.com/auth/gmail.${name}`;

/**
 * Gmail's discovery document (https://gmail.googleapis.com/$discovery/rest?version=v1), `scopes` of each method; those of
 * add-ons are left out. Every method takes the full scope besides.
 */
const methods: readonly (readonly [method: string, path: RegExp, ...scopes: string[]])[] = [
  ['GET', /^\/profile$/, 'compose', 'metadata', 'modify', 'readonly'],
  ['GET', /^\/drafts(?:\/[^/]+)?$/, 'compose', 'modify', 'readonly'],
  ['POST', /^\/drafts(?:\/send)?$/, 'compose', 'modify'],
  ['PUT', /^\/drafts\/[^/]+$/, 'compose', 'modify'],
  ['DELETE', /^\/drafts\/[^/]+$/, 'compose', 'modify'],
  ['GET', /^\/labels(?:\/[^/]+)?$/, 'labels', 'metadata', 'modify', 'readonly'],
  ['POST', /^\/labels$/, 'labels', 'modify'],
  ['PUT', /^\/labels\/[^/]+$/, 'labels', 'modify'],
  ['PATCH', /^\/labels\/[^/]+$/, 'labels', 'modify'],
  ['DELETE', /^\/labels\/[^/]+$/, 'labels', 'modify'],
  ['POST', /^\/messages\/send$/, 'compose', 'modify', 'send'],
  ['POST', /^\/messages$/, 'insert', 'modify'],
  ['POST', /^\/messages\/import$/, 'insert', 'modify'],
  ['POST', /^\/messages\/(?:batchModify|[^/]+\/(?:modify|trash|untrash))$/, 'modify'],
  ['GET', /^\/messages\/[^/]+\/attachments\/[^/]+$/, 'modify', 'readonly'],
  ['GET', /^\/(?:messages|threads)(?:\/[^/]+)?$/, 'metadata', 'modify', 'readonly'],
  ['POST', /^\/threads\/[^/]+\/(?:modify|trash|untrash)$/, 'modify'],
  ['GET', /^\/history$/, 'metadata', 'modify', 'readonly'],
];

/** The refusal of a request whose token was granted too little. */
export function insufficientScope(request: Request, granted: readonly string[]): Response | undefined {
  const { pathname, searchParams } = new URL(request.url);
  const [, path] = /^(?:\/upload)?\/gmail\/v1\/users\/[^/]+(\/.*)$/.exec(pathname) ?? [];
  if (path === undefined || granted.includes(full)) return undefined;
  const taken = methods.find(([method, pattern]) => method === request.method && pattern.test(path));
  const [, , ...names] = taken ?? ['', /$/];
  const having = names.filter((name) => granted.includes(scope(name)));
  if (having.length === 0) return tooLittle();
  // As Gmail words it (googleapis/google-api-python-client#1022 and others).
  if (having.every((name) => name === 'metadata')) {
    if (searchParams.has('q')) return forbidden("Metadata scope does not support 'q' parameter");
    const format = (searchParams.get('format') ?? 'full').toUpperCase();
    if (/^\/(?:messages|threads)\//.test(path) && ['FULL', 'RAW'].includes(format)) {
      return forbidden(`Metadata scope doesn't allow format ${format}`);
    }
  }
  return undefined;
}

/** https://developers.google.com/workspace/gmail/api/guides/handle-errors, and the ErrorInfo of Google's newer errors. */
function tooLittle(): Response {
  const message = 'Request had insufficient authentication scopes.';
  const errors = [
    { message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' },
  ];
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    domain: 'googleapis.com',
    metadata: { service: 'gmail.googleapis.com' },
  };
  return Response.json(
    { error: { code: 403, message, errors, status: 'PERMISSION_DENIED', details: [info] } },
    { status: 403 },
  );
}

function forbidden(message: string): Response {
  const errors = [{ message, domain: 'global', reason: 'forbidden' }];
  return Response.json(
    { error: { code: 403, message, errors, status: 'PERMISSION_DENIED' } },
    { status: 403 },
  );
}
