// The native workflow format: its schema and the types inferred from it.
import * as z from 'zod';
import { MAX_TRIGGERS, trigger } from './triggers.ts';

export const WORKFLOW_ID = /^[a-z][a-z0-9_-]{0,47}$/;
/** Also the names of variables: both become part of an ASL variable's name, which AWS limits to 80 characters. */
export const STEP_ID = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
export const INPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
/** A connection's id is a part of the path of its SSM parameter. */
export const CONNECTION_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** A year in seconds, less than Step Functions' bound for intervals (31,622,400). */
const MAX_SECONDS = 31_536_000;
const seconds = z.int().min(1).max(MAX_SECONDS);

// The ids below are what the API's description calls these schemas.

export const inputDeclaration = z
  .strictObject({
    type: z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array']).optional(),
    description: z.string().optional(),
    default: z.unknown().optional().describe('Used when a run gives no value; never an expression'),
    required: z.boolean().optional().describe('True unless there is a default'),
  })
  .meta({ id: 'InputDeclaration' });
export type InputDeclaration = z.infer<typeof inputDeclaration>;

export const retryPolicy = z
  .strictObject({
    max_attempts: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('All tries, the first one counted; 4 when left out'),
    interval_seconds: seconds.optional().describe('Before the second try; 1 when left out'),
    backoff_rate: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe('Factor from one interval to the next; 2 when left out'),
    max_interval_seconds: seconds.optional().describe('No interval is longer; 30 when left out'),
    on: z
      .array(z.string().min(1).max(256))
      .min(1)
      .optional()
      .describe("Error names; the action's retryable errors when left out"),
  })
  .meta({ id: 'RetryPolicy' });
export type RetryPolicy = z.infer<typeof retryPolicy>;

const everyStep = {
  id: z.string().regex(STEP_ID).describe('Its output is `steps.<id>` for later steps'),
  when: z.union([z.boolean(), z.string()]).optional().describe('The step is skipped unless this is true'),
  comment: z.string().optional().describe('Shown with the state in the AWS console'),
};

/** What only steps have that call something outside the state machine. */
const callingStep = {
  connection: z.string().regex(CONNECTION_ID).optional().describe('`default` when left out'),
  retry: retryPolicy.optional().describe("In place of the action's own policy"),
  timeout_seconds: seconds.optional().describe("The action's own when left out"),
  on_error: z.literal('continue').optional().describe('When the step has failed for good, the next one runs'),
};
export const callingStepKeys = Object.keys(callingStep);

const values = z.record(z.string(), z.unknown());

export const actionStep = z
  .strictObject({
    ...everyStep,
    ...callingStep,
    action: z.string().min(1).describe('`GET /actions` lists them'),
    params: values.optional().describe('What the action gets; strings may hold `{{ expressions }}`'),
  })
  .meta({ id: 'ActionStep' });
export const setStep = z.strictObject({ ...everyStep, set: values }).meta({ id: 'SetStep' });
export const transformStep = z
  .strictObject({ ...everyStep, transform: z.unknown() })
  .meta({ id: 'TransformStep' });

export type ActionStep = z.infer<typeof actionStep>;
export type SetStep = z.infer<typeof setStep>;
export type TransformStep = z.infer<typeof transformStep>;

/** The schema of each kind of step, by the key that makes it that kind. */
export const stepKinds = { action: actionStep, set: setStep, transform: transformStep } as const;
export type StepKind = keyof typeof stepKinds;

export const step = z.union([actionStep, setStep, transformStep]);
export type Step = z.infer<typeof step>;

/** The document without its steps, which are read one by one so that each mistake is told about its own step. */
export const workflowHead = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(WORKFLOW_ID),
  name: z.string().min(1).max(200).optional().describe('The id when left out'),
  description: z.string().max(2000).optional(),
  inputs: z.record(z.string(), inputDeclaration).optional(),
  output: z.unknown().optional().describe("The last step's output when left out"),
});

export const workflow = workflowHead.extend({
  triggers: z.array(trigger).max(MAX_TRIGGERS).optional().describe('What starts it by itself'),
  steps: z.array(step).min(1),
});
export type Workflow = z.infer<typeof workflow>;
