// Every Lambda function: one for each action, one for each resource of the API, the authorizer, request-approval, record-execution.
// serverless.yml and the local stack both take the list from here.
import type { Catalogue, CatalogueAction } from '../../lib/actions/catalogue.ts';
import type { Route } from '../../lib/api/routes/route.ts';
import { routes } from '../../lib/api/routes/route-table.ts';
import type { Setting } from '../../lib/config.ts';
import { apiNeeds, type Needs } from './api-needs.ts';
import {
  indexRuns,
  largeValues,
  markConnections,
  onExecutions,
  onMapRuns,
  onObjects,
  onStateMachines,
  type Permission,
  readApprovals,
  readConnections,
  readObjects,
  readReruns,
  recordCalls,
  replaceTokens,
  writeApprovals,
} from './permissions.ts';

export interface LambdaFunction {
  /** `github-create-issue`: the name on AWS without the prefix of service and stage. */
  readonly name: string;
  /** State machines call actions and steps, EventBridge calls events. */
  readonly kind: 'action' | 'step' | 'api' | 'authorizer' | 'event';
  /** The module that exports `handler`, from the project's folder. */
  readonly file: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** The settings that it reads. */
  readonly environment: readonly Setting[];
  /** What it may do on AWS besides writing its own log. */
  readonly permissions: readonly Permission[];
  /** The routes of the API that it serves. */
  readonly routes: readonly Route[];
}

/** Lambda's share of CPU grows with the memory: a person waits for these. */
const API_MEMORY_MB = 1024;
/** Actions wait for their provider most of the time. */
const ACTION_MEMORY_MB = 512;
/** A mail with its attachments can have 35 MB, as base64 in JSON, and a few are read at a time. */
const MAIL_MEMORY_MB = 1024;
/** The HTTP API gives up after 30 s. */
const API_TIMEOUT_SECONDS = 29;

const providerSettings: Readonly<Record<string, readonly Setting[]>> = {
  github: ['GITHUB_API_URL'],
  http: ['HTTP_PRIVATE_ORIGINS'],
  gmail: ['GMAIL_BASE_URL', 'GOOGLE_TOKEN_URL'],
  notion: ['CONNECTION_TOKENS_PATH', 'NOTION_BASE_URL'],
  openai: ['OPENAI_BASE_URL'],
};

/**
 * Every function. `environment` names settings, not the SDK's own variables (`AWS_…`).
 * @throws TypeError when an action's provider has no settings here
 */
export function lambdaFunctions(catalogue: Catalogue): readonly LambdaFunction[] {
  const api = Object.entries(apiNeeds).map(([resource, needs]) => apiFunction(resource, needs));
  return [authorizer, ...api, ...catalogue.map(actionFunction), requestApproval, recordExecution];
}

const authorizer: LambdaFunction = {
  name: 'authorizer',
  kind: 'authorizer',
  file: 'functions/authorizer.ts',
  timeoutSeconds: 10,
  memoryMb: API_MEMORY_MB,
  environment: ['USER_POOL_ID', 'USER_POOL_CLIENT_ID', 'TRUSTED_ISSUERS'],
  permissions: [],
  routes: [],
};

const recordExecution: LambdaFunction = {
  name: 'record-execution',
  kind: 'event',
  file: 'functions/events/record-execution.ts',
  timeoutSeconds: 60,
  memoryMb: ACTION_MEMORY_MB,
  environment: ['LOGS_BUCKET', 'RUNS_BUCKET', 'STATE_MACHINE_ARN_PREFIX', 'WORKFLOWS_BUCKET'],
  permissions: [
    ...markConnections,
    onExecutions(
      'states:DescribeExecution',
      'states:DescribeStateMachineForExecution',
      'states:GetExecutionHistory',
    ),
    onMapRuns('states:DescribeMapRun', 'states:ListExecutions'),
    onObjects('LogsBucket', 's3:PutObject'),
    readReruns,
    ...indexRuns,
    ...readApprovals,
    writeApprovals,
  ],
  routes: [],
};

const requestApproval: LambdaFunction = {
  name: 'request-approval',
  kind: 'step',
  file: 'functions/steps/request-approval.ts',
  timeoutSeconds: 30,
  memoryMb: ACTION_MEMORY_MB,
  environment: ['LOGS_BUCKET'],
  permissions: [
    ...readApprovals,
    writeApprovals,
    onStateMachines('states:SendTaskSuccess'),
    onExecutions('states:GetExecutionHistory'),
  ],
  routes: [],
};

function apiFunction(resource: string, needs: Needs): LambdaFunction {
  return {
    name: `api-${resource}`,
    kind: 'api',
    file: `functions/api/${resource}.ts`,
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: API_MEMORY_MB,
    ...needs,
    routes: routes.filter((route) => route.function === resource),
  };
}

/** @throws TypeError when the action's provider has no settings here */
function actionFunction(action: CatalogueAction): LambdaFunction {
  const settings = providerSettings[action.provider];
  if (!settings) {
    throw new TypeError(
      `${action.id}: name the settings of the provider ${action.provider} in ${import.meta.filename}`,
    );
  }
  return {
    name: action.function_name,
    kind: 'action',
    file: `functions/actions/${action.id.replace('.', '/').replaceAll('_', '-')}.ts`,
    timeoutSeconds: action.timeout_seconds,
    memoryMb: settings.includes('GMAIL_BASE_URL') ? MAIL_MEMORY_MB : ACTION_MEMORY_MB,
    environment: [
      'CONNECTIONS_PATH',
      'LOGS_BUCKET',
      ...settings,
      ...(action.reads_templates ? (['TEMPLATES_BUCKET'] as const) : []),
    ],
    permissions: [
      readConnections(action.connection.provider),
      ...(settings.includes('CONNECTION_TOKENS_PATH') ? [replaceTokens(action.connection.provider)] : []),
      ...(action.reads_templates ? readObjects('TemplatesBucket') : []),
      ...(action.once === 'record' ? recordCalls : []),
      largeValues,
    ],
    routes: [],
  };
}
