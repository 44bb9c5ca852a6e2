// The connections of the stack: those that `.env` and the emulated providers give, described as such.
import { S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { descriptionOf } from '../../lib/connection-management/description.ts';
import { ConnectionParameters } from '../../lib/connections/parameters.ts';
import { connectionStore } from '../../lib/stores/connections.ts';
import { type ClientConfig, localSettings } from './settings.ts';

/** By `<provider>/<connection id>`: the fields of a connection. */
export type Connections = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Saves the connections `default`. What `.env` gives replaces whatever there is; an emulated provider's own leaves one that
 * a person has connected.
 * @param emulated the providers that are emulated
 */
export async function putConnections(
  connections: Connections,
  emulated: ReadonlySet<string>,
  config: ClientConfig,
): Promise<void> {
  const ssm = new SSMClient(config);
  const s3 = new S3Client(config);
  const parameters = new ConnectionParameters(ssm, localSettings.CONNECTIONS_PATH);
  const store = connectionStore(s3, localSettings.WORKFLOWS_BUCKET);
  await Promise.all(
    Object.entries(connections).map(async ([name, fields]) => {
      const [provider = '', id = ''] = name.split('/');
      const current = await parameters.read({ provider, id });
      const stored = await store.read(name);
      const before = current && descriptionOf(current, stored?.document);
      if (JSON.stringify(current?.secret) === JSON.stringify(fields) && before?.source !== 'parameter')
        return;
      if ((before?.source === 'api' || before?.source === 'oauth') && emulated.has(provider)) return;
      const version = (await parameters.write({ provider, id }, fields, true)) ?? 0;
      const at = new Date();
      const description = {
        ...descriptionOf({ version, modified: at }, undefined),
        ...{ source: emulated.has(provider) ? ('emulator' as const) : ('env' as const) },
        ...{ base_url: fields['base_url'] ?? null, created_at: at.toISOString() },
      };
      const condition = stored ? { etag: stored.etag } : ({ absent: true } as const);
      await store.write(name, { versions: { [version]: description } }, condition);
    }),
  );
  ssm.destroy();
  s3.destroy();
}

/** Saves the OAuth clients that the emulated providers know; those of real ones are written by an admin. */
export async function putOAuthClients(
  clients: Readonly<Record<string, object>>,
  config: ClientConfig,
): Promise<void> {
  const ssm = new SSMClient(config);
  await Promise.all(
    Object.entries(clients).map(([provider, client]) =>
      ssm.send(
        new PutParameterCommand({
          Name: `${localSettings.OAUTH_CLIENTS_PATH}/${provider}`,
          Value: JSON.stringify(client),
          Type: 'SecureString',
          Overwrite: true,
        }),
      ),
    ),
  );
  ssm.destroy();
}
