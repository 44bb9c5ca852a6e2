// The address of a request: its route's path with the parameters in it, and the query.

export interface TargetParts {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * @param key `GET /executions/{id}`
 * @throws TypeError when a parameter of the path is missing
 */
export function target(
  key: string,
  { params = {}, query = {} }: TargetParts = {},
): { readonly method: string; readonly address: string } {
  const space = key.indexOf(' ');
  const path = key.slice(space + 1).replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`${key} needs the parameter ${name}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  const text = search.toString();
  return { method: key.slice(0, space), address: text === '' ? path : `${path}?${text}` };
}
