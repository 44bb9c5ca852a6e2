// Amazon Cognito on the laptop: cognito-local as a child process, with the demo users in its user pool.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoUser, demoUsers, userPoolClientId, userPoolId, writeCognitoFiles } from './files.ts';

export interface Cognito {
  /** `http://127.0.0.1:<port>`, for AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER. */
  readonly url: string;
  readonly userPoolId: string;
  readonly clientId: string;
  close(): Promise<void>;
}

/**
 * Starts the user pool and waits until it answers.
 * The child ends when this process ends in whatever way, because the channel between them then closes.
 * @param directory keeps users and refresh tokens across starts, and the child's output in `cognito.log`
 */
export async function startCognito({
  directory,
  users = demoUsers,
}: {
  readonly directory: string;
  readonly users?: readonly DemoUser[];
}): Promise<Cognito> {
  mkdirSync(directory, { recursive: true });
  writeCognitoFiles(directory, users);
  const log = join(directory, 'cognito.log');
  const child = fork(new URL('./server.ts', import.meta.url), {
    cwd: directory,
    silent: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Not the parent's environment: HOST, PORT and DEBUG mean something to cognito-local.
    env: { AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
  });
  const output = createWriteStream(log, { flags: 'a' });
  child.stdout?.pipe(output, { end: false });
  child.stderr?.pipe(output, { end: false });
  const exited = once(child, 'exit').finally(() => output.end());
  const port = await Promise.race([
    once(child, 'message').then(([message]) => Number(message)),
    exited.then(([code]) => {
      throw new Error(
        `Amazon Cognito's emulator ended with exit code ${code} before it answered; see ${log}`,
      );
    }),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    userPoolId,
    clientId: userPoolClientId,
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
