// The stack's event bus: the rule by which executions are recorded.
import { createEventBus, type EventBus, type EventRule } from '../events/event-bus.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { localSettings, PREFIX } from './settings.ts';

/** The same events that serverless.yml's rule takes (infrastructure/stack/events.yml). */
const executionStatus: EventRule = {
  name: 'execution-status',
  pattern: {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: {
      status: ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
      stateMachineArn: [{ prefix: localSettings.STATE_MACHINE_ARN_PREFIX }],
      executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
    },
  },
  functionNames: [`${PREFIX}record-execution`],
};

export function createStackEventBus(lambda: Lambda): EventBus {
  return createEventBus({ rules: [executionStatus], invoke: lambda.invoke });
}
