// Which texts of a connection nobody is to read: those that are taken out of outputs, errors and records.

/** The fields that are no secret. Other texts of a provider's may hold the same words: "responses", the name of an account. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  openai: ['api', 'base_url'],
  github: ['app'],
  http: ['base_url', 'kind', 'name', 'test_path', 'test_status', 'username'],
};

/** Of every provider: the workflows that alone may use the connection. */
const RESTRICTION = 'restricted_to';

/**
 * @param provider of the connection: `google`
 * @param secret its fields
 */
export function secretTexts(provider: string, secret: object): string[] {
  const isPublic = (name: string) => name === RESTRICTION || PUBLIC[provider]?.includes(name) === true;
  const fields = Object.entries(secret).filter(([name]) => !isPublic(name));
  return [
    ...fields.flatMap(([, value]) => textsIn(value)),
    ...(provider === 'http' ? [...basicTexts(secret), ...headerTexts(secret)] : []),
  ];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

interface Basic {
  readonly kind?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
}

/** What is sent of them; and the user where there is no password, which is a key then. */
function basicTexts({ kind, username, password }: Basic): string[] {
  if (kind !== 'basic' || typeof username !== 'string' || typeof password !== 'string') return [];
  return [basicCredentials(username, password), ...(password === '' ? [username] : [])];
}

/**
 * Of `Authorization: Token abc` the server may tell only `abc`, and of `Basic` what it has decoded (RFC 9110, section 11.4;
 * RFC 7617, section 2).
 */
function headerTexts({ headers }: { readonly headers?: unknown }): string[] {
  return textsIn(headers).flatMap((value) => {
    const [, scheme = '', credentials = ''] = /^(\S+)\s+(\S.*)$/.exec(value) ?? [];
    if (credentials === '') return [];
    if (scheme.toLowerCase() !== 'basic') return [credentials];
    const decoded = Buffer.from(credentials, 'base64').toString();
    return [credentials, decoded, decoded.slice(decoded.indexOf(':') + 1)];
  });
}

/** What follows `Basic` in the header Authorization (RFC 7617, section 2). */
export function basicCredentials(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
