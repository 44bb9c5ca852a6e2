// What code and configuration rely on of Lambda, EventBridge, Scheduler, API Gateway, S3, Cognito and Systems Manager.
import type { Assumption } from './assumption.ts';

const docs = (page: string) => `https://docs.aws.amazon.com/${page}.html`;

const lambda: readonly Assumption[] = [
  {
    service: 'Lambda',
    says: 'An error that a Node.js function throws has its name as the error of the Task, and JSON with errorType and errorMessage as its Cause.',
    reliedOnBy: ['lib/compiler/asl/caught-error.ts', 'lib/executions/run-error.ts'],
    evidence: [
      {
        document: docs('lambda/latest/dg/nodejs-exceptions'),
        says: 'Lambda catches the error and generates a JSON document with fields for the error message, the type, and the stack trace. { "errorType": "ReferenceError", "errorMessage": "x is not defined", …',
      },
      { recorded: 'TestTaskLambda::test_raise_custom_exception' },
    ],
  },
  {
    service: 'Lambda',
    says: 'A function that EventBridge calls and that fails is called up to twice more, so that the log of a run may be written again.',
    reliedOnBy: ['lib/executions/record.ts', 'infrastructure/stack/events.yml'],
    evidence: [
      {
        document: docs('lambda/latest/dg/invocation-async-error-handling'),
        says: 'If the function returns an error, by default Lambda attempts to run it two more times, with a one-minute wait between the first two attempts, and two minutes between the second and third attempts. … Even if your function doesn’t return an error, it’s possible for it to receive the same event from Lambda multiple times because the queue itself is eventually consistent.',
      },
    ],
  },
  {
    service: 'Lambda',
    says: 'What a function answers may have 6 MB.',
    reliedOnBy: ['lib/compiler/compile.ts'],
    evidence: [
      {
        document: docs('lambda/latest/dg/gettingstarted-limits'),
        says: '6 MB each for request and response (synchronous)',
      },
    ],
  },
];

const events: readonly Assumption[] = [
  {
    service: 'EventBridge',
    says: 'The start and the end of an execution are told once, perhaps twice, and in rare cases never.',
    reliedOnBy: ['lib/executions/record.ts', 'lib/executions/read.ts'],
    evidence: [
      {
        document: docs('eventbridge/latest/ref/events-ref-states'),
        says: 'Step Functions Execution Status Change. Delivery type: Best effort',
      },
      {
        document: docs('eventbridge/latest/userguide/eb-service-event-delivery-level'),
        says: 'Best effort delivery means that the service attempts to send all events to EventBridge, but in some rare cases an event might not be delivered.',
      },
      {
        document: docs('AmazonCloudWatch/latest/events/CWE_Troubleshooting'),
        says: 'In rare cases, the same rule can be triggered more than once for a single event or scheduled time, or the same target can be invoked more than once for a given triggered rule.',
      },
    ],
  },
  {
    service: 'EventBridge',
    says: 'Only executions of Standard state machines tell their end.',
    reliedOnBy: ['lib/executions/run-express.ts', 'lib/executions/express-log.ts'],
    evidence: [
      {
        document: docs('step-functions/latest/dg/eventbridge-integration'),
        says: 'Only standard workflows emit events to EventBridge.',
      },
    ],
  },
  {
    service: 'EventBridge',
    says: 'Delivery to a function is tried for a day; after that the event is in the queue.',
    reliedOnBy: ['infrastructure/stack/events.yml'],
    evidence: [
      {
        document: docs('eventbridge/latest/userguide/eb-rule-retry-policy'),
        says: 'By default, EventBridge retries sending the event for 24 hours and up to 185 times with an exponential back off and jitter, or randomized delay. … To avoid losing events after they fail to be delivered to a target, configure a dead-letter queue (DLQ) to receive all failed events.',
      },
    ],
  },
  {
    service: 'Scheduler',
    says: 'A due time starts a run once, and in rare cases twice.',
    reliedOnBy: ['lib/triggers/desired-schedules.ts'],
    evidence: [
      {
        document: docs('scheduler/latest/UserGuide/what-is-scheduler'),
        says: 'EventBridge Scheduler provides at-least-once event delivery to targets, meaning that at least one delivery succeeds with a response from the target.',
      },
    ],
  },
  {
    service: 'Scheduler',
    says: 'A schedule starts an execution with the name that it gives to StartExecution, in which the id of the invocation is filled in.',
    reliedOnBy: ['lib/triggers/desired-schedules.ts', 'lib/executions/run-trigger.ts'],
    evidence: [
      {
        document: docs('scheduler/latest/UserGuide/managing-targets-universal'),
        says: 'Input – A well-formed JSON you specify with the request parameters that EventBridge Scheduler sends to the target API. The parameters and shape of the JSON you set in Input are determined by the service API your schedule invokes.',
      },
      {
        document: docs('scheduler/latest/UserGuide/managing-schedule-context-attributes'),
        says: 'EventBridge Scheduler replaces each keyword with its respective value when your schedule invokes the target. … <aws.scheduler.execution-id> – The unique ID that EventBridge Scheduler assigns for each attempted invocation of a target, for example, d32c5kddcf5bb8c3.',
      },
    ],
  },
  {
    service: 'Scheduler',
    says: 'A role that may list `schedule/*/*` lists the schedules of a group, and one that may list the group’s alone does not. (The service authorization reference has no resource for scheduler:ListSchedules, so that its judges ask for `*`.)',
    reliedOnBy: ['infrastructure/stack/permissions.ts'],
    evidence: [
      {
        measured: 'https://github.com/aws/aws-cdk/pull/38206',
        says: 'EventBridge Scheduler authorizes the call against schedule/*/*, so the group-scoped ARN never matches and the call is denied',
      },
    ],
    check: 'list-of-schedules',
  },
];

const apiGateway: readonly Assumption[] = [
  {
    service: 'API Gateway',
    says: 'An authorizer that throws `Unauthorized` has an HTTP API answer 401, and no other status.',
    reliedOnBy: ['functions/authorizer.ts'],
    check: 'authorizer-unauthorized',
  },
  {
    service: 'API Gateway',
    says: 'An HTTP API ends a request after 30 seconds, and its authorizer after 10.',
    reliedOnBy: [
      'lib/workflows/being-deleted.ts',
      'lib/executions/wait-preference.ts',
      'infrastructure/stack/functions.ts',
    ],
    evidence: [
      {
        document: docs('apigateway/latest/developerguide/http-api-quotas'),
        says: 'Maximum integration timeout: 30 seconds … Timeout for Lambda authorizer response: 10000 ms',
      },
    ],
  },
  {
    service: 'API Gateway',
    says: 'A body may have 10 MB; the request line and the headers 10,240 bytes.',
    reliedOnBy: ['lib/problem.ts', 'lib/api/openapi.ts'],
    evidence: [
      {
        document: docs('apigateway/latest/developerguide/http-api-quotas'),
        says: 'Total combined size of request line and header values: 10240 bytes … Payload size: 10 MB',
      },
    ],
  },
  {
    service: 'API Gateway',
    says: 'Header names reach a function in lower case, and the cookies and repeated headers of a request are joined by commas.',
    reliedOnBy: ['lib/api/request'],
    evidence: [
      {
        document: docs('apigateway/latest/developerguide/http-api-develop-integrations-lambda'),
        says: 'Format 2.0 doesn’t have multiValueHeaders or multiValueQueryStringParameters fields. Duplicate headers are combined with commas and included in the headers field. … All headernames are lowercased.',
      },
    ],
  },
];

const s3: readonly Assumption[] = [
  {
    service: 'S3',
    says: 'A write under If-None-Match or If-Match happens only where the condition holds at that moment; one that meets another is answered 412 or 409.',
    reliedOnBy: ['lib/stores/document-store.ts'],
    evidence: [
      {
        document: docs('AmazonS3/latest/API/API_PutObject'),
        says: 'If the ETag values do not match, the operation returns a 412 Precondition Failed error. If a conflicting operation occurs during the upload S3 returns a 409 ConditionalRequestConflict response. On a 409 failure you should fetch the object’s ETag and retry the upload.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'A key whose current version is a delete marker counts as absent for If-None-Match.',
    reliedOnBy: ['lib/stores/call-records.ts', 'lib/stores/document-store.ts'],
    evidence: [
      {
        document: docs('AmazonS3/latest/userguide/conditional-writes'),
        says: 'For buckets with versioning enabled, if there’s no current object version with the same name, or if the current object version is a delete marker, the write operation succeeds. Otherwise, it results in a failed write operation with a 412 Precondition Failed response.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'DeleteObject under If-Match leaves an object alone that has changed, in buckets of general purpose, and needs s3:GetObject besides s3:DeleteObject.',
    reliedOnBy: ['lib/stores/document-store.ts', 'infrastructure/stack/permissions.ts'],
    evidence: [
      {
        document: docs('AmazonS3/latest/userguide/conditional-deletes'),
        says: 'If the ETag value of an object in an S3 bucket doesn’t match with the ETag that you provide during the delete operation, the operation fails.',
      },
      {
        document: docs('AmazonS3/latest/userguide/conditional-delete-enforce'),
        says: 'conditional deletes with a specific ETag value require both s3:DeleteObject and s3:GetObject permissions.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'What was written is read and listed at once.',
    reliedOnBy: ['lib/stores'],
    evidence: [
      {
        document: docs('AmazonS3/latest/userguide/Welcome'),
        says: 'Amazon S3 provides strong read-after-write consistency for PUT and DELETE requests of objects in your Amazon S3 bucket in all AWS Regions.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'Without s3:ListBucket an object that does not exist is answered 403, with it 404.',
    reliedOnBy: ['infrastructure/stack/permissions.ts'],
    evidence: [
      {
        document: docs('AmazonS3/latest/API/API_GetObject'),
        says: 'If you have the s3:ListBucket permission on the bucket, Amazon S3 returns an HTTP status code 404 Not Found error. If you don’t have the s3:ListBucket permission, Amazon S3 returns an HTTP status code 403 Access Denied error.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'ListObjectsV2 lists keys in the order of their UTF-8.',
    reliedOnBy: ['lib/stores/document-store.ts', 'lib/executions/run-row.ts'],
    evidence: [
      {
        document: docs('AmazonS3/latest/userguide/ListingKeysUsingAPIs'),
        says: 'List results are always returned in UTF-8 binary order.',
      },
    ],
  },
];

const accounts: readonly Assumption[] = [
  {
    service: 'Cognito',
    says: 'An access token names the groups of its user in `cognito:groups`.',
    reliedOnBy: ['lib/auth/verify.ts'],
    evidence: [
      {
        document: docs(
          'cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers',
        ),
        says: 'The access and ID tokens both include a cognito:groups claim that contains your user’s group membership in your user pool.',
      },
    ],
  },
  {
    service: 'Systems Manager',
    says: 'A SecureString that the account’s own key encrypts is decrypted for whoever may read the parameter.',
    reliedOnBy: ['lib/connections/connections.ts', 'infrastructure/stack/permissions.ts'],
    evidence: [
      {
        document: docs('kms/latest/developerguide/services-parameter-store'),
        says: 'However, you cannot establish access control policies for the default aws/ssm CMK.',
      },
    ],
  },
  {
    service: 'Systems Manager',
    says: 'The rate of reading parameters is limited for the account, so that a function keeps what it has read for a while.',
    reliedOnBy: ['lib/connections/connections.ts'],
    evidence: [
      {
        document: 'https://repost.aws/knowledge-center/ssm-parameter-store-rate-exceeded',
        says: 'Parameter Store API calls can’t exceed the maximum allowed API request rate for each AWS account and each AWS Region.',
      },
    ],
  },
];

export const otherServices: readonly Assumption[] = [...lambda, ...events, ...apiGateway, ...s3, ...accounts];
