// The native workflow format: its schema and the types inferred from it.
import * as z from 'zod';
import { MAX_TRIGGERS, trigger } from './triggers.ts';

export const WORKFLOW_ID = /^[a-z][a-z0-9_-]{0,47}$/;
/** Also the names of variables: both become part of an ASL variable's name, which AWS limits to 80 characters. */
export const STEP_ID = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
export const INPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
export const PERCENTAGE = /^(?:100|\d{1,2})%$/;
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

const when = z.union([z.boolean(), z.string()]);
const everyStep = {
  id: z.string().regex(STEP_ID).describe('Its output is `steps.<id>` for later steps'),
  when: when.optional().describe('The step is skipped unless this is true'),
  default: z
    .unknown()
    .optional()
    .describe('What `steps.<id>` is where the step did not run; never an expression'),
  comment: z.string().optional().describe('Shown with the state in the AWS console'),
};

/** What only steps have that call something outside the state machine. */
const callingKeys = {
  connection: z.string().regex(CONNECTION_ID).optional().describe('`default` when left out'),
};
const ownTimeout = { timeout_seconds: seconds.optional().describe("The action's own when left out") };
const blockTimeout = {
  timeout_seconds: seconds
    .optional()
    .describe('How long the step may take with all that is in it and all its tries; no limit when left out'),
};
const values = z.record(z.string(), z.unknown());
const expression = z.string();

/** Step Functions' bound for iterations of an inline Map at the same time. */
const MAX_CONCURRENCY = 40;

/** The kinds of steps, by the key that makes a step that kind. @param steps the schema of steps within a step */
function kindsWith<Steps extends z.ZodType>(steps: Steps) {
  /** What steps have that can fail. */
  const failingKeys = {
    retry: retryPolicy
      .optional()
      .describe("In place of the action's own policy; other steps have none of their own"),
    on_error: z
      .union([z.literal('continue'), steps])
      .optional()
      .describe('`continue`, or steps whose result replaces the result of the step that failed'),
  };
  return {
    action: z.strictObject({
      ...everyStep,
      ...callingKeys,
      ...ownTimeout,
      ...failingKeys,
      action: z.string().min(1).describe('`GET /actions` lists them'),
      params: values.optional().describe('What the action gets; strings may hold `{{ expressions }}`'),
    }),
    set: z.strictObject({ ...everyStep, ...failingKeys, set: values }),
    transform: z.strictObject({ ...everyStep, ...failingKeys, transform: z.unknown() }),
    wait: z.strictObject({
      ...everyStep,
      ...failingKeys,
      wait: z
        .union([
          z.string().describe('An ISO 8601 duration'),
          z.strictObject({ seconds: z.union([z.int(), expression]) }),
          z.strictObject({ until: z.string() }),
        ])
        .describe('For how long, or until when'),
    }),
    return: z.strictObject({ ...everyStep, return: z.unknown().describe('The output of the run') }),
    fail: z.strictObject({
      ...everyStep,
      fail: z.strictObject({ error: z.string().min(1).max(256), cause: z.string().optional() }),
    }),
    switch: z.strictObject({
      ...everyStep,
      ...failingKeys,
      ...blockTimeout,
      switch: z.array(z.strictObject({ when, steps })).min(1).describe('The first case that is true runs'),
      else: steps.optional(),
    }),
    parallel: z.strictObject({
      ...everyStep,
      ...failingKeys,
      ...blockTimeout,
      parallel: z.record(z.string().regex(STEP_ID), steps),
    }),
    for_each: z.strictObject({
      ...everyStep,
      ...failingKeys,
      ...blockTimeout,
      for_each: z
        .union([z.array(z.unknown()), expression])
        .describe('A list, or an expression that gives one'),
      steps,
      max_concurrency: z.int().min(1).max(MAX_CONCURRENCY).optional(),
      on_item_error: z.enum(['fail', 'continue']).optional(),
      tolerated_failures: z
        .union([z.int().min(0), z.string().regex(PERCENTAGE)])
        .optional()
        .describe('A number of items or a percentage of them, such as "10%"'),
    }),
    workflow: z.strictObject({
      ...everyStep,
      ...failingKeys,
      timeout_seconds: seconds
        .optional()
        .describe('The run that was started is stopped then; a year when left out'),
      workflow: z.string().regex(WORKFLOW_ID).describe('The id of another workflow, which is run'),
      input: values.optional().describe('Values for its inputs; strings may hold `{{ expressions }}`'),
      wait_for_result: z
        .boolean()
        .optional()
        .describe('False: the step only starts the run and gives `{execution_id}`; true when left out'),
    }),
  };
}

/** What the parser reads a step with: steps within a step it reads one by one. */
export const stepKinds = kindsWith(z.array(z.unknown()));
export type StepKind = keyof typeof stepKinds;
type Kinds = { [Kind in StepKind]: z.infer<(typeof stepKinds)[Kind]> };
export type Step = Kinds[StepKind];
export type ForEachStep = Kinds['for_each'];
export type WaitStep = Kinds['wait'];
export type WorkflowStep = Kinds['workflow'];

/** Keys of some kinds of steps, for what is said where they stand in another. */
export const callingStepKeys = Object.keys(callingKeys);
export const failingStepKeys = ['retry', 'on_error'];
export const timedStepKeys = Object.keys(ownTimeout);

const innerSteps: z.ZodType<unknown[]> = z.lazy(() => z.array(step).min(1));
export const step = z
  .union(Object.entries(kindsWith(innerSteps)).map(([kind, schema]) => schema.meta({ id: schemaName(kind) })))
  .meta({ id: 'Step' });

/** `ForEachStep` for `for_each`: what the API's description calls the schema. */
function schemaName(kind: string): string {
  const words = kind.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Step`;
}

/** The document without its steps, which are read one by one so that each mistake is told about its own step. */
export const workflowHead = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(WORKFLOW_ID),
  name: z.string().min(1).max(200).optional().describe('The id when left out'),
  description: z.string().max(2000).optional(),
  inputs: z.record(z.string(), inputDeclaration).optional(),
  output: z.unknown().optional().describe("The last step's output when left out"),
  timeout_seconds: seconds.optional().describe('A run that takes longer ends as timed out'),
});

export const workflow = workflowHead.extend({
  triggers: z.array(trigger).max(MAX_TRIGGERS).optional().describe('What starts it by itself'),
  steps: z.array(step).min(1),
  on_failure: z.array(step).min(1).optional().describe('Run when the run has failed, which then still fails'),
});
export type Workflow = z.infer<typeof workflow>;
