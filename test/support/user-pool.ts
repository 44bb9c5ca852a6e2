// The API with the local user pool behind it, and the codes that it has sent.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cognito, startCognito } from '../../local/cognito/cognito.ts';
import type { SentCode } from '../../local/cognito/sent-code.ts';
import { type ApiStack, startApiStack } from './api-stack.ts';

export interface ApiWithUsers {
  readonly api: ApiStack;
  readonly cognito: Cognito;
  readonly sent: readonly SentCode[];
  close(): Promise<void>;
}

/** Starts both on free ports and points this process's settings there. */
export async function startApiWithUsers(): Promise<ApiWithUsers> {
  const directory = await mkdtemp(join(tmpdir(), 'users-'));
  const sent: SentCode[] = [];
  const [api, cognito] = await Promise.all([
    startApiStack(),
    startCognito({ directory, onSent: (code) => sent.push(code) }),
  ]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    USER_POOL_ID: cognito.userPoolId,
    USER_POOL_CLIENT_ID: cognito.clientId,
  });
  return {
    api,
    cognito,
    sent,
    async close() {
      await Promise.all([api.close(), cognito.close()]);
      await rm(directory, { recursive: true });
    },
  };
}
