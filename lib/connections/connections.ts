// Reads connections. A connection holds the secrets for one account at one provider: an SSM SecureString, a JSON object.
import * as z from 'zod';
import { setting } from '../config.ts';
import { ConnectionInvalid, ProviderUnavailable } from '../errors.ts';
import { jsonValue } from '../json.ts';
import { CONNECTION_ID } from './connection-id.ts';
import { getParameter } from './systems-manager.ts';

/** Whose connection an action reads, and which fields of it. */
export interface Connection<Secrets extends z.ZodObject = z.ZodObject> {
  /** `openai`, `github`, `notion`, `google`, `http` */
  readonly provider: string;
  readonly secrets: Secrets;
  /** What a step that names none has; the connection `default` when left out. */
  readonly unnamed?: z.input<Secrets>;
  /** Errors of every action's that another attempt may cure and does no harm after, besides those of its effect. */
  readonly retryableErrors?: readonly string[];
}

/** On whose behalf a connection is read. */
export interface Reader {
  readonly signal: AbortSignal;
  readonly workflowId: string;
}

/** Beside the fields of a secret: the workflows that alone may use it. */
const restriction = z.object({ restricted_to: z.array(z.string()).optional() });

export interface ConnectionReader {
  /**
   * The declared fields of a connection, read from SSM and kept for 30 seconds.
   * @param id the connection's id, `default` when left out
   * @throws ConnectionInvalid when there is no such connection, a declared field is missing (names the field, never a value),
   *   or it is restricted to other workflows
   * @throws ProviderUnavailable when AWS does not answer
   */
  read<Secrets extends z.ZodObject>(
    connection: Connection<Secrets>,
    id: string | undefined,
    reader: Reader,
  ): Promise<z.output<Secrets>>;
  /** Drops the connection from the cache, after a provider has refused its credentials. */
  forget(connection: Connection, id: string | undefined): void;
}

/**
 * The name of the SSM parameter that holds a connection.
 * @throws ConnectionInvalid when the id has characters other than `a-z 0-9 _ -`, or more than 64
 */
function connectionParameter(provider: string, id = 'default'): string {
  if (!CONNECTION_ID.test(id)) {
    throw new ConnectionInvalid(
      `${JSON.stringify(id.slice(0, 80))} is not a connection id: it may have a-z, 0-9, _ and -, at most 64 characters`,
    );
  }
  return `${setting('CONNECTIONS_PATH')}/${provider}/${id}`;
}

/** A reader with its own cache. One reader lives as long as a Lambda's container. */
export function connectionReader(
  readParameter: typeof getParameter = getParameter,
  now: () => number = Date.now,
): ConnectionReader {
  const keepMs = 30_000;
  const cache = new Map<string, { readonly text: string; readonly until: number }>();

  async function readText(parameter: string, name: string, signal: AbortSignal): Promise<string> {
    const known = cache.get(parameter);
    if (known && known.until > now()) return known.text;
    cache.delete(parameter);
    const text = await readParameter(parameter, signal).catch((cause: unknown) => {
      const error = cause instanceof Error ? cause.name : 'unknown';
      if (/^(AccessDenied|InvalidKeyId)/.test(error)) {
        throw new ConnectionInvalid(`The connection ${name} may not be read by this function: ${error}`, {
          cause,
        });
      }
      throw new ProviderUnavailable(`The connection ${name} could not be read from AWS: ${error}`, { cause });
    });
    if (text === undefined) throw new ConnectionInvalid(`The connection ${name} does not exist`);
    cache.set(parameter, { text, until: now() + keepMs });
    return text;
  }

  return {
    async read(connection, id, { signal, workflowId }) {
      const name = `${connection.provider}/${id ?? 'default'}`;
      const value = jsonValue(await readText(connectionParameter(connection.provider, id), name, signal));
      const restricted = restriction.safeParse(value);
      const parsed = connection.secrets.safeParse(value);
      if (restricted.data?.restricted_to?.includes(workflowId) === false)
        throw new ConnectionInvalid(`The connection ${name} may not be used by the workflow ${workflowId}`);
      if (parsed.success && restricted.success) return parsed.data;
      const issues = [...(parsed.error?.issues ?? []), ...(restricted.error?.issues ?? [])];
      const fields = [...new Set(issues.map((issue) => issue.path[0]))];
      throw new ConnectionInvalid(
        fields[0] === undefined
          ? `The connection ${name} is not a JSON object of fields`
          : `The connection ${name} lacks a valid value for ${fields.map(String).join(', ')}`,
      );
    },
    forget(connection, id) {
      cache.delete(connectionParameter(connection.provider, id));
    },
  };
}
