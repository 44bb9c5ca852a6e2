// The steps of a workflow: the schema of each kind, and the types inferred from them. One table, as long as there are kinds.
import * as z from 'zod';
import { CONNECTION_ID } from '../connections/connection-id.ts';
import { DEFAULT_MODEL, MODELS, ONE_MODEL_CHOICE, REASONING_EFFORT, VERBOSITY } from '../model-settings.ts';
import { DECIDING_ROLES } from './approval.ts';
import { PERCENTAGE, STEP_ID, WORKFLOW_ID } from './names.ts';
import { retryPolicy } from './retry-policy.ts';
import { seconds } from './seconds.ts';

// The ids below are what the API's description calls these schemas.

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
const background = z
  .literal(true)
  .optional()
  .describe(
    '`true`: the model answers in the background, and the run waits without paying for a Lambda; `timeout_seconds` is for all of it then, an hour when left out',
  );
const values = z.record(z.string(), z.unknown());
const expression = z.string();

const actionId = z.string().min(1).meta({ id: 'ActionId', description: '`GET /actions` lists them' });

/** What is asked of a person, and how. */
export const approvalRequest = z.strictObject({
  message: z.string().min(1).describe('What is to be decided, for the person who decides'),
  details: z
    .unknown()
    .optional()
    .describe('What helps to decide, shown below the message; strings may hold expressions'),
  role: z.enum(DECIDING_ROLES).optional().describe('Who may decide, at least; `editor` when left out'),
  on_timeout: z
    .enum(['fail', 'approve', 'reject'])
    .optional()
    .describe('What happens when nobody decided in time; `fail` when left out'),
  notify: z
    .strictObject({
      action: actionId,
      params: values
        .optional()
        .describe(
          'What the action gets; its expressions see `approval.url`, `approval.message`, `approval.id`',
        ),
      connection: callingKeys.connection,
    })
    .meta({ id: 'Notification' })
    .optional()
    .describe('How people are told, before the run waits'),
});

export const agentTool = z
  .strictObject({
    action: actionId,
    params: values
      .optional()
      .describe('What the model neither sees nor changes; strings may hold `{{ expressions }}`'),
    connection: callingKeys.connection,
    description: z
      .string()
      .min(1)
      .optional()
      .describe("What the model is told of it; the action's summary when left out"),
  })
  .meta({ id: 'AgentTool' });
export type AgentTool = z.infer<typeof agentTool>;

/** How often an agent's model is asked at most, where the step does not say. */
export const DEFAULT_MAX_TURNS = 10;

export const agent = z
  .strictObject({
    goal: z.string().min(1).describe('What the model works towards; may hold `{{ expressions }}`'),
    instructions: z.string().min(1).optional().describe('How it is to act: the system prompt'),
    model: z.string().min(1).optional().describe(`${DEFAULT_MODEL} when left out`),
    models: z
      .union([MODELS, expression])
      .optional()
      .describe(
        'Models in place of one: each is asked in a turn when the one before it is rate limited or unavailable',
      ),
    temperature: z
      .union([z.number().min(0).max(2), z.null(), expression])
      .optional()
      .describe(
        "0 (repeatable) to 2 (random); the model's own default when left out, null or refused by the model",
      ),
    reasoning_effort: z
      .union([REASONING_EFFORT, z.null(), expression])
      .optional()
      .describe(
        "How much a model that reasons does so; the model's own default when left out, null or refused by it",
      ),
    verbosity: z
      .union([VERBOSITY, z.null(), expression])
      .optional()
      .describe(
        "How long what it says is to be; the model's own default when left out, null or refused by it",
      ),
    tools: z
      .array(z.union([actionId, agentTool]))
      .min(1)
      .max(64)
      .describe('The actions that the model can call, and no other'),
    max_turns: z
      .int()
      .min(1)
      .max(50)
      .optional()
      .describe(`How often the model is asked at most; ${DEFAULT_MAX_TURNS} when left out`),
    output_schema: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('The JSON Schema of the answer, an object, which is then in `json`'),
  })
  .meta({ id: 'Agent', ...ONE_MODEL_CHOICE });

/** Step Functions' bound for the cause of an error, in characters (API reference, ExecutionFailedEventDetails). */
const MAX_CAUSE = 32_768;

/** Step Functions' bound for iterations of an inline Map at the same time (developer guide, "Map state in Inline mode"). */
export const INLINE_CONCURRENCY = 40;
/** Its bound for child executions of a Distributed Map at the same time ("Map state in Distributed mode"). */
const MAX_CONCURRENCY = 10_000;

/**
 * The kinds of steps, by the key that makes a step that kind: one table, and so longer than other functions.
 * @param steps the schema of steps within a step
 */
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
      action: actionId.describe('The action that is called, by its id'),
      on_unknown: z
        .literal('retry')
        .optional()
        .describe(
          '`retry`: a call of which nothing tells whether it took effect (OutcomeUnknown) is made again, and may then take effect twice',
        ),
      background,
      params: values.optional().describe('What the action gets; strings may hold `{{ expressions }}`'),
    }),
    set: z.strictObject({
      ...everyStep,
      ...failingKeys,
      set: values.describe('Variables by name, which later steps read as `vars.<name>`'),
    }),
    transform: z.strictObject({
      ...everyStep,
      ...failingKeys,
      transform: z
        .unknown()
        .describe('What the step gives: any JSON, with `{{ expressions }}` in its strings'),
    }),
    wait: z.strictObject({
      ...everyStep,
      ...failingKeys,
      wait: z
        .union([
          z.string().describe('An ISO 8601 duration'),
          z.strictObject({ seconds: z.union([z.int(), expression]).describe('Whole seconds') }),
          z.strictObject({ until: z.string().describe('A time with an offset (RFC 3339)') }),
        ])
        .describe('For how long, or until when'),
    }),
    return: z.strictObject({ ...everyStep, return: z.unknown().describe('The output of the run') }),
    fail: z.strictObject({
      ...everyStep,
      fail: z
        .strictObject({
          error: z.string().min(1).max(256).describe('The name of the error'),
          cause: z.string().max(MAX_CAUSE).optional().describe('What happened, for people'),
        })
        .describe('The error that the run ends with'),
    }),
    switch: z.strictObject({
      ...everyStep,
      ...failingKeys,
      ...blockTimeout,
      switch: z
        .array(
          z.strictObject({
            when: when.describe('The case runs when this is true and none before it was'),
            steps: steps.describe('The steps of the case'),
          }),
        )
        .min(1)
        .describe('The first case that is true runs'),
      else: steps.optional().describe('Run when no case is true'),
    }),
    parallel: z.strictObject({
      ...everyStep,
      ...failingKeys,
      ...blockTimeout,
      parallel: z
        .record(z.string().regex(STEP_ID), steps)
        .describe('Branches that run side by side, by name'),
    }),
    for_each: z.strictObject({
      ...everyStep,
      ...failingKeys,
      ...blockTimeout,
      for_each: z
        .union([z.array(z.unknown()), expression])
        .describe('A list, or an expression that gives one'),
      steps: steps.describe('Run for each item; they see `item` and `index`'),
      mode: z
        .enum(['inline', 'distributed'])
        .optional()
        .describe(
          '`distributed`: each iteration is an execution of its own; when left out as the loop needs it',
        ),
      max_concurrency: z
        .int()
        .min(1)
        .max(MAX_CONCURRENCY)
        .optional()
        .describe(
          'How many iterations run at the same time; 40 when left out, more makes the loop a distributed one',
        ),
      on_item_error: z
        .enum(['fail', 'continue'])
        .optional()
        .describe(
          '`fail`, also when left out: the first failure ends the loop; `continue`: the others go on',
        ),
      tolerated_failures: z
        .union([z.int().min(0), z.string().regex(PERCENTAGE)])
        .optional()
        .describe('A number of items or a percentage of them, such as "10%"'),
    }),
    agent: z.strictObject({
      ...everyStep,
      ...callingKeys,
      ...failingKeys,
      ...blockTimeout,
      background,
      agent: agent.describe('A model that works towards a goal with actions as its tools'),
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
    approval: z.strictObject({
      ...everyStep,
      ...failingKeys,
      timeout_seconds: seconds.optional().describe('How long there is to decide; 7 days when left out'),
      approval: approvalRequest.describe('A person who decides whether the run goes on'),
    }),
  };
}

/** What the parser reads a step with: steps within a step it reads one by one. */
export const stepKinds = kindsWith(z.array(z.unknown()));
export type StepKind = keyof typeof stepKinds;
type Kinds = { [Kind in StepKind]: z.infer<(typeof stepKinds)[Kind]> };
export type StepOf<Kind extends StepKind> = Kinds[Kind];
export type Step = Kinds[StepKind];
export type ForEachStep = Kinds['for_each'];
export type WaitStep = Kinds['wait'];
export type WorkflowStep = Kinds['workflow'];
export type AgentStep = Kinds['agent'];
export type ApprovalStep = Kinds['approval'];

/** Keys of some kinds of steps, for what is said where they stand in another. */
export const callingStepKeys = Object.keys(callingKeys);
export const failingStepKeys = ['retry', 'on_error'];
export const timedStepKeys = Object.keys(ownTimeout);

const innerSteps: z.ZodType<unknown[]> = z.lazy(() => z.array(step).min(1));
export const step = z
  .union(
    Object.entries(kindsWith(innerSteps)).map(([kind, schema]) => schema.meta({ id: stepSchemaName(kind) })),
  )
  .meta({ id: 'Step' });

/** `ForEachStep` for `for_each`: what descriptions call the schema. */
export function stepSchemaName(kind: string): string {
  const words = kind.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Step`;
}
