// The logging, tracing and encryption configurations of a state machine, which are stored and returned but not applied.
import { ServiceError } from '../model/errors.ts';
import type { NewRevision } from '../store/state-machines.ts';
import type { ApiRequest } from './request.ts';
import { ARN } from './request.ts';

const LOG_LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'];
const ENCRYPTION_TYPES = ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'];
const KMS_KEY = { min: 1, max: 2048 };
/** Developer guide, "Data at rest encryption". */
const DEFAULT_REUSE_SECONDS = 300;
const REUSE_SECONDS = { min: 60, max: 900 };

/** JSON texts. */
export type Configurations = Pick<NewRevision, 'logging' | 'tracing' | 'encryption'>;

/** Of a state machine that is created without any. */
export const DEFAULT_CONFIGURATIONS = {
  logging: JSON.stringify({ level: 'OFF', includeExecutionData: false }),
  tracing: JSON.stringify({ enabled: false }),
  encryption: JSON.stringify({ type: 'AWS_OWNED_KEY' }),
} satisfies Configurations;

/** Those in the request. Throws ValidationException, InvalidLoggingConfiguration, InvalidEncryptionConfiguration. */
export function readConfigurations(request: ApiRequest): Partial<Configurations> {
  const logging = request.structure('loggingConfiguration');
  const tracing = request.structure('tracingConfiguration');
  const encryption = request.structure('encryptionConfiguration');
  return {
    ...(logging && { logging: JSON.stringify(readLogging(logging)) }),
    ...(tracing && { tracing: JSON.stringify({ enabled: tracing.boolean('enabled') ?? false }) }),
    ...(encryption && { encryption: JSON.stringify(readEncryption(encryption)) }),
  };
}

function readLogging(fields: ApiRequest): object {
  const level = fields.string('level', { values: LOG_LEVELS }) ?? 'OFF';
  const includeExecutionData = fields.boolean('includeExecutionData') ?? false;
  const destinations = fields.structures('destinations')?.map((destination) => {
    const logGroupArn = destination.structure('cloudWatchLogsLogGroup')?.string('logGroupArn', ARN);
    if (logGroupArn !== undefined && !logGroupArn.endsWith(':*')) {
      throw invalidLogging("Log Group ARN must be provided with '*' qualifier.");
    }
    return { cloudWatchLogsLogGroup: { logGroupArn } };
  });
  const count = destinations?.filter((to) => to.cloudWatchLogsLogGroup.logGroupArn !== undefined).length ?? 0;
  if (count > 1 || (level !== 'OFF' && count !== 1)) {
    throw invalidLogging('Must specify exactly one Log Destination.');
  }
  return { level, includeExecutionData, ...(count > 0 && { destinations }) };
}

function readEncryption(fields: ApiRequest): object {
  const type = fields.requiredString('type', { values: ENCRYPTION_TYPES });
  const kmsKeyId = fields.string('kmsKeyId', KMS_KEY);
  const reuseSeconds = fields.integer('kmsDataKeyReusePeriodSeconds', REUSE_SECONDS);
  const managed = type === 'CUSTOMER_MANAGED_KMS_KEY';
  if (managed && kmsKeyId === undefined) {
    throw invalidEncryption('kmsKeyId must be set for the type CUSTOMER_MANAGED_KMS_KEY');
  }
  if (!managed && (kmsKeyId !== undefined || reuseSeconds !== undefined)) {
    throw invalidEncryption(
      'kmsKeyId and kmsDataKeyReusePeriodSeconds are only for CUSTOMER_MANAGED_KMS_KEY',
    );
  }
  return managed
    ? { type, kmsKeyId, kmsDataKeyReusePeriodSeconds: reuseSeconds ?? DEFAULT_REUSE_SECONDS }
    : { type };
}

const invalidLogging = (text: string) =>
  new ServiceError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${text}`);
const invalidEncryption = (text: string) =>
  new ServiceError('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: ${text}`);
