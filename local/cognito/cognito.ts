// Amazon Cognito on the laptop: cognito-local in a thread, with the demo users in its user pool.
import { join } from 'node:path';
import { startThreadServer, type ThreadServer } from '../shared/thread-server.ts';
import { type DemoUser, demoUsers, userPoolClientId, userPoolId, writeCognitoFiles } from './files.ts';
import { type SentCode, sentCode } from './sent-code.ts';
import type { CognitoSettings } from './server.ts';

/** `url` is for AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER. */
export interface Cognito extends ThreadServer {
  readonly userPoolId: string;
  readonly clientId: string;
}

/**
 * The user pool, which loads when it is first asked.
 * @param directory keeps users and refresh tokens across starts, and the thread's output in `cognito.log`
 */
export async function startCognito({
  directory,
  users = demoUsers,
  onSent = () => {},
}: {
  readonly directory: string;
  readonly users?: readonly DemoUser[];
  /** Called with what Amazon Cognito would send by mail or SMS: codes, temporary passwords. */
  readonly onSent?: (sent: SentCode) => void;
}): Promise<Cognito> {
  const settings: CognitoSettings = { directory: writeCognitoFiles(directory, users) };
  const server = await startThreadServer({
    name: 'cognito',
    module: new URL('./server.ts', import.meta.url),
    settings,
    logFile: join(directory, 'cognito.log'),
    onMessage: (message) => onSent(sentCode.parse(message)),
  });
  return { ...server, userPoolId, clientId: userPoolClientId };
}
