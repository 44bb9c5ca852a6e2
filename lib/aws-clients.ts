// The AWS SDK clients that serve every request or event.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { optionalSetting } from './config.ts';
import { directS3, directStepFunctions } from './direct-calls.ts';

export const s3Client = (): S3Client => directS3(withoutLog(new S3Client({})));
export const stepFunctionsClient = (): SFNClient => directStepFunctions(withoutLog(new SFNClient({})));

/**
 * The client for synchronous starts and tests of states, which have their own host, `sync-states.…`, unless the setting
 * names an endpoint. It does not retry: that would run the workflow, or the state, again.
 */
export function syncStatesClient(endpoint = optionalSetting('STATES_SYNC_ENDPOINT_URL')): SFNClient {
  return new SFNClient({
    maxAttempts: 1,
    ...(endpoint !== undefined && { endpoint, disableHostPrefix: true }),
  });
}

/**
 * The SDK formats each input and output for its logger, even without one: that takes 0.06 of the 0.37 ms of a
 * DescribeExecution, and 0.15 of the 0.75 ms of a GetExecutionHistory with 83 events.
 */
function withoutLog<Client extends S3Client | SFNClient>(client: Client): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
