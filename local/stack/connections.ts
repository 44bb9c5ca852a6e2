// The connections of the stack, as SecureStrings in the Parameter Store.
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type ClientConfig, localSettings } from './settings.ts';

/** By `<provider>/<connection id>`: the fields of a connection. */
export type Connections = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Saves the connections `default` as `.env` and the emulators give them, whatever they were before. */
export async function putConnections(connections: Connections, config: ClientConfig): Promise<void> {
  const ssm = new SSMClient(config);
  const parameters = Object.entries(connections).map(([id, fields]) => ({
    Name: `${localSettings.CONNECTIONS_PATH}/${id}`,
    Value: JSON.stringify(fields),
  }));
  await Promise.all(
    parameters.map((parameter) =>
      ssm.send(new PutParameterCommand({ ...parameter, Type: 'SecureString', Overwrite: true })),
    ),
  );
  ssm.destroy();
}
