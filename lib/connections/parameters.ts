// The SSM parameters that hold connections, as those who manage connections read and write them.
import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  paginateDescribeParameters,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { setting } from '../config.ts';
import { isObject, jsonValue } from '../json.ts';
import { CONNECTION_ID } from './connection-id.ts';

export interface ConnectionName {
  readonly provider: string;
  readonly id: string;
}

/** Of a parameter, nothing of its value. */
export interface ParameterInfo {
  readonly version: number;
  readonly modified: Date;
}

/** The fields of a secret, and in `restricted_to` the workflows that may use it. */
export type Secret = Readonly<Record<string, unknown>>;

export class ConnectionParameters {
  readonly #client: SSMClient;
  readonly #path: string;

  constructor(client: SSMClient, path = setting('CONNECTIONS_PATH')) {
    this.#client = client;
    this.#path = path;
  }

  #nameOf({ provider, id }: ConnectionName): string {
    return `${this.#path}/${provider}/${id}`;
  }

  /** Every connection's, by provider and id. DescribeParameters gives no values, whatever the caller may do. */
  async list(): Promise<(ConnectionName & ParameterInfo)[]> {
    const pages = paginateDescribeParameters(
      { client: this.#client, pageSize: 50 },
      { ParameterFilters: [{ Key: 'Path', Option: 'Recursive', Values: [this.#path] }] },
    );
    const found: (ConnectionName & ParameterInfo)[] = [];
    for await (const { Parameters = [] } of pages)
      for (const { Name = '', Version = 0, LastModifiedDate = new Date(0) } of Parameters) {
        const [provider = '', id = '', ...rest] = Name.slice(this.#path.length + 1).split('/');
        if (rest.length === 0 && CONNECTION_ID.test(id))
          found.push({ provider, id, version: Version, modified: LastModifiedDate });
      }
    return found.sort((a, b) => (`${a.provider}/${a.id}` < `${b.provider}/${b.id}` ? -1 : 1));
  }

  /** Undefined when there is none. Its value stays encrypted, as it is not asked for. */
  async find(name: ConnectionName): Promise<ParameterInfo | undefined> {
    return (await this.#get(name, false))?.info;
  }

  /** Undefined when there is none; a secret that is no JSON object has no fields. */
  async read(name: ConnectionName): Promise<(ParameterInfo & { readonly secret: Secret }) | undefined> {
    const found = await this.#get(name, true);
    if (!found) return undefined;
    const value = jsonValue(found.value);
    return { ...found.info, secret: isObject(value) ? value : {} };
  }

  async #get(name: ConnectionName, decrypted: boolean) {
    try {
      const { Parameter } = await this.#client.send(
        new GetParameterCommand({ Name: this.#nameOf(name), WithDecryption: decrypted }),
      );
      const info = {
        version: Parameter?.Version ?? 0,
        modified: Parameter?.LastModifiedDate ?? new Date(0),
      };
      return { info, value: Parameter?.Value ?? '' };
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  }

  /**
   * Writes a secret in one go: the parameter has the old value or the new one.
   * @param replace whether it must be there already, or must not
   * @returns the parameter's new version; undefined when it is there and should not be
   */
  async write(name: ConnectionName, secret: Secret, replace: boolean): Promise<number | undefined> {
    try {
      const { Version = 0 } = await this.#client.send(
        new PutParameterCommand({
          Name: this.#nameOf(name),
          Value: JSON.stringify(secret),
          Type: 'SecureString',
          Overwrite: replace,
        }),
      );
      return Version;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return undefined;
      throw error;
    }
  }

  /** @returns false when there is none */
  async delete(name: ConnectionName): Promise<boolean> {
    try {
      await this.#client.send(new DeleteParameterCommand({ Name: this.#nameOf(name) }));
      return true;
    } catch (error) {
      if (error instanceof ParameterNotFound) return false;
      throw error;
    }
  }
}

/** AWS's limit of a standard parameter, which costs nothing (Systems Manager quotas, "Standard parameter value size"). */
export const MAX_SECRET_BYTES = 4096;
