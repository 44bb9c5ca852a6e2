// Finds the route of a request, as API Gateway does: a full match first, then parameters.

export interface HttpApiRoute {
  readonly method: string;
  /**
   * `/workflows/{id}`: a part in braces takes one segment of the path, `{file+}` at the end all that are left, also the
   * empty one after a slash: no route may end in a slash, and https://github.com/storacha/w3infra/pull/166 is served so.
   */
  readonly path: string;
  readonly functionName: string;
  /** Whether the authorizer decides on its requests. */
  readonly authorizer: boolean;
}

export interface MatchedRoute {
  readonly route: HttpApiRoute;
  /** `GET /workflows/{id}` */
  readonly routeKey: string;
  /** Percent-decoded; undefined when the route has none. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: { readonly name: string; readonly node: Node };
  /** Of a greedy path variable: its name and the routes by method. */
  readonly greedy: Map<string, { readonly name: string; readonly route: HttpApiRoute }>;
  readonly routes: Map<string, HttpApiRoute>;
}

const createNode = (): Node => ({ literals: new Map(), greedy: new Map(), routes: new Map() });

/** A segment of a path; text that is not percent-encoded UTF-8 stays as it is. */
function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function createRouter(routes: readonly HttpApiRoute[]) {
  const root = createNode();
  for (const route of routes) {
    let node = root;
    const rest = /^(.*)\/\{(\w+)\+\}$/.exec(route.path);
    const path = rest?.[1] ?? route.path;
    for (const segment of path.split('/').slice(1)) {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      if (name !== undefined) {
        // Routes that share a position must use one name for its parameter.
        node.parameter ??= { name, node: createNode() };
        if (node.parameter.name !== name)
          throw new Error(
            `Routes name the same parameter {${node.parameter.name}} and {${name}}: ${route.path}`,
          );
        node = node.parameter.node;
      } else {
        const next = node.literals.get(segment) ?? createNode();
        node.literals.set(segment, next);
        node = next;
      }
    }
    if (rest) node.greedy.set(route.method, { name: rest[2] ?? '', route });
    else node.routes.set(route.method, route);
  }

  /** The most specific route for the segments from `at` on, literal segments before parameters. */
  function walk(
    node: Node,
    segments: readonly string[],
    at: number,
    method: string,
    parameters: string[],
  ): HttpApiRoute | undefined {
    const segment = segments[at];
    if (segment === undefined) return node.routes.get(method);
    const literal = node.literals.get(segment);
    const found = literal && walk(literal, segments, at + 1, method, parameters);
    if (found) return found;
    if (node.parameter && segment !== '') {
      parameters.push(node.parameter.name, decode(segment));
      const deeper = walk(node.parameter.node, segments, at + 1, method, parameters);
      if (deeper) return deeper;
      parameters.length -= 2;
    }
    const greedy = node.greedy.get(method);
    if (greedy) parameters.push(greedy.name, segments.slice(at).map(decode).join('/'));
    return greedy?.route;
  }

  /** @param path the raw path, percent-encoded, without the query */
  return (method: string, path: string): MatchedRoute | undefined => {
    const parameters: string[] = [];
    const segments = path.split('/').slice(1);
    const route = walk(root, segments, 0, method, parameters);
    if (!route) return undefined;
    const routeKey = `${route.method} ${route.path}`;
    if (parameters.length === 0) return { route, routeKey, pathParameters: undefined };
    const pathParameters: Record<string, string> = {};
    for (let index = 0; index < parameters.length; index += 2)
      pathParameters[parameters[index] ?? ''] = parameters[index + 1] ?? '';
    return { route, routeKey, pathParameters };
  };
}
