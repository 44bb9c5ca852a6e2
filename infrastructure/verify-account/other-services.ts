// What code and configuration rely on of Lambda, EventBridge, API Gateway, S3, Cognito and Systems Manager.
import type { Assumption } from './assumption.ts';

export const otherServices: readonly Assumption[] = [
  {
    service: 'Lambda',
    says: 'An error that a Node.js function throws has its name as the error of the Task, and JSON with errorType and errorMessage as its Cause.',
    reliedOnBy: ['lib/compiler/asl/caught-error.ts', 'lib/executions/run-error.ts'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html',
        says: 'Lambda returns the error as JSON: {"errorType": "ReferenceError", "errorMessage": "x is not defined", "trace": […]}.',
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
        document: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html',
        says: 'By default, Lambda attempts to run the function two more times, with a one-minute wait between the first two attempts, and two minutes between the second and third attempts.',
      },
    ],
  },
  {
    service: 'EventBridge',
    says: 'The end of an execution is told at least once, and perhaps more often.',
    reliedOnBy: ['lib/executions/record.ts'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html',
        says: 'Rules process events at least once.',
      },
    ],
  },
  {
    service: 'API Gateway',
    says: 'An authorizer that throws `Unauthorized` has an HTTP API answer 401, and no other status.',
    reliedOnBy: ['functions/authorizer.ts'],
    check: 'authorizer-unauthorized',
  },
  {
    service: 'API Gateway',
    says: 'An HTTP API ends a request after 30 seconds.',
    reliedOnBy: ['lib/workflows/being-deleted.ts', 'lib/executions/wait-preference.ts'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html',
        says: 'Maximum integration timeout: 30 seconds.',
      },
    ],
  },
  {
    service: 'API Gateway',
    says: 'Header names reach a function in lower case, and the cookies and repeated headers of a request are joined by commas.',
    reliedOnBy: ['lib/api/request'],
    evidence: [
      {
        document:
          'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html',
        says: 'Format 2.0 doesn’t have multiValueHeaders or multiValueQueryStringParameters fields. Duplicate headers are combined with commas and included in the headers field. Header names are lowercased.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'A write under If-None-Match or If-Match happens only where the condition holds at that moment; one that meets another is answered 412 or 409.',
    reliedOnBy: ['lib/stores/document-store.ts'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html',
        says: 'If a conflicting operation occurs during the upload S3 returns a 409 ConditionalRequestConflict response. On a 409 failure you should fetch the object’s ETag and retry the upload.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'DeleteObject under If-Match leaves an object alone that has changed, in buckets of general purpose, and needs s3:GetObject besides s3:DeleteObject.',
    reliedOnBy: ['lib/stores/document-store.ts', 'infrastructure/stack/permissions.ts'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html',
        says: 'If the ETag value of an object in an S3 bucket doesn’t match with the ETag that you provide during the delete operation, the operation fails.',
      },
      {
        document: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html',
        says: 'Conditional deletes with a specific ETag value require both s3:DeleteObject and s3:GetObject permissions.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'What was written is read and listed at once.',
    reliedOnBy: ['lib/stores'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html',
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
        document: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html',
        says: 'If you have the s3:ListBucket permission on the bucket, Amazon S3 returns an HTTP status code 404 Not Found error. If you don’t have the s3:ListBucket permission, Amazon S3 returns an HTTP status code 403 Access Denied error.',
      },
    ],
  },
  {
    service: 'S3',
    says: 'ListObjectsV2 lists keys in the order of their UTF-8.',
    reliedOnBy: ['lib/stores/document-store.ts', 'lib/executions/express-name.ts'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html',
        says: 'List results are always returned in UTF-8 binary order.',
      },
    ],
  },
  {
    service: 'Cognito',
    says: 'An access token names the groups of its user in `cognito:groups`.',
    reliedOnBy: ['lib/auth/verify.ts'],
    evidence: [
      {
        document:
          'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
        says: 'cognito:groups: An array of the names of user pool groups that have your user as a member.',
      },
    ],
  },
  {
    service: 'Systems Manager',
    says: 'A SecureString that the account’s own key encrypts is decrypted for whoever may read the parameter.',
    reliedOnBy: ['lib/connections/connections.ts', 'infrastructure/stack/functions.ts'],
    evidence: [
      {
        document: 'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html',
        says: 'All users in the AWS account can use the AWS managed key aws/ssm to encrypt and decrypt their SecureString parameters, where they may use the parameter.',
      },
    ],
  },
];
