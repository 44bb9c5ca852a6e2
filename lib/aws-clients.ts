// The clients of the AWS SDK that are used for every request or event.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

export const s3Client = (): S3Client => withoutLog(new S3Client({}));
export const stepFunctionsClient = (): SFNClient => withoutLog(new SFNClient({}));

/**
 * The SDK prepares each input and output for its logger, also when it has none: 0.06 ms of the 0.37 that a
 * DescribeExecution takes, 0.15 of 0.75 of a GetExecutionHistory with 83 events.
 */
function withoutLog<Client extends S3Client | SFNClient>(client: Client): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
