// The states of an `agent` step: a Task that asks the model, a Choice whether it has answered, a Map over the calls
// that it asked for, each made by a Task of its tool's own; and back to the model.
import { type ResolvedTool, toolState } from './agent.ts';
import type { Assign, Catcher, ChoiceRule, State, States, TaskState, Template } from './definition.ts';
import type { Context } from './flow.ts';
import { jsonataLiteral } from './json.ts';
import { actionRetrier, catchAll, caughtError, caughtMessage, lambdaRetrier } from './recovery.ts';
import { agentVariable, PAYLOAD, type ResolvedStep } from './resolved.ts';
import { executionFields } from './scope.ts';
import { emitValue, valueCode } from './value.ts';

/** How many calls of one turn run at the same time. */
const MAX_CONCURRENCY = 5;
/**
 * The most characters that the results of one turn's calls have together: in UTF-8 as JSON at most 96 KB, which fit
 * into the next turn's Task beside the conversation and the tools.
 */
const MAX_RESULT_CHARACTERS = 24_000;

/** Where the step leads when the model has answered. */
export interface AgentExit {
  readonly Next: string;
  readonly Output?: Template;
  readonly Assign?: Assign;
  /** What becomes of an error, of the model's Task or in between. */
  readonly catchers: readonly Catcher[];
}

export function agentStates(
  step: ResolvedStep,
  comment: { readonly Comment: string },
  context: Context,
  { catchers, Next, ...leaving }: AgentExit,
): [string, State][] {
  const { agent } = step;
  const given = step.parsed.step;
  const { id } = given;
  if (!agent?.turn || !('agent' in given)) throw new Error(`The agent of ${id} was not resolved`);
  const { turn, tools } = agent;
  const caught = catchers.length === 0 ? {} : { Catch: catchers };
  const variable = agentVariable(id);
  const results = `results_${id}`;
  const call = { connection: given.connection, execution: execution(context, id) };
  return [
    [
      id,
      {
        Type: 'Task',
        ...comment,
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: invocation(
          context.functionArn(turn.function_name),
          turnInput(step, variable, results),
          call,
        ),
        TimeoutSeconds: given.timeout_seconds ?? turn.timeout_seconds,
        Retry: [lambdaRetrier(turn), ...neverAgain(given.retry?.on), ...actionRetrier(turn, given.retry)],
        ...caught,
        Assign: { [variable]: `{% ${PAYLOAD} %}` },
        Output: '{% null %}',
        Next: `${id}.turn`,
      },
    ],
    [
      `${id}.turn`,
      {
        Type: 'Choice',
        Choices: [{ Condition: `{% $not($${variable}.done) %}`, Next: `${id}.calls` }],
        ...leaving,
        Default: Next,
      },
    ],
    [
      `${id}.calls`,
      {
        Type: 'Map',
        Items: `{% ${calls(tools, variable)} %}`,
        MaxConcurrency: MAX_CONCURRENCY,
        ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...callStates(tools, id, variable, context) },
        ...caught,
        Assign: { [results]: '{% $states.result %}' },
        Output: '{% null %}',
        Next: id,
      },
    ],
  ];
}

/** What the Task tells the model. The goal begins the conversation; afterwards it is in it. */
function turnInput({ value }: ResolvedStep, variable: string, results: string): Template {
  const entries = value.kind === 'object' ? value.entries : [];
  const input = entries.map(([key, part]): [string, Template] => [
    key,
    key === 'goal' || key === 'instructions'
      ? `{% $exists($${variable}) ? null : ${valueCode(part)} %}`
      : emitValue(part),
  ]);
  return {
    ...Object.fromEntries(input),
    conversation: `{% $exists($${variable}) ? $${variable}.conversation : null %}`,
    results: `{% $exists($${results}) ? $${results} : [] %}`,
  };
}

/** That the turns are used up stays so, whatever a step's `retry` names. */
function neverAgain(on: readonly string[] | undefined): TaskState['Retry'] {
  return on === undefined ? [] : [{ ErrorEquals: ['MaxTurnsExceeded'], MaxAttempts: 0 }];
}

/** The calls to make. What is fixed goes over what the model gives; here, where a loop around the agent can be seen. */
function calls(tools: readonly ResolvedTool[], variable: string): string {
  const asked = `$${variable}.tool_calls`;
  const fixed = tools.flatMap(({ given, fixed: value }) =>
    value ? [`${jsonataLiteral(given.action)}: ${valueCode(value)}`] : [],
  );
  if (fixed.length === 0) return asked;
  return (
    `($fixed := {${fixed.join(', ')}}; [$map(${asked}, function($call) { ` +
    '$merge([$call, {"arguments": $merge([$call.arguments, $lookup($fixed, $call.tool)])}]) })])'
  );
}

/** One call: a Task for each tool, and a Choice between them. Nothing else can be called. */
function callStates(tools: readonly ResolvedTool[], id: string, variable: string, context: Context): States {
  const failed = `${id}.failed`;
  const tasks = tools.map(({ given, action }): [string, TaskState] => {
    if (!action) throw new Error(`The tool ${given.action} of ${id} was not resolved`);
    const call = {
      connection: given.connection,
      execution: { ...execution(context, id), call_id: `{% ${ITEM}.id %}` },
    };
    return [
      toolState(id, action),
      {
        Type: 'Task',
        Comment: action.id,
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: invocation(context.functionArn(action.function_name), `{% ${ITEM}.arguments %}`, call),
        TimeoutSeconds: action.timeout_seconds,
        Retry: [lambdaRetrier(action), ...actionRetrier(action, undefined)],
        Catch: [
          catchAll({
            Output: {
              ...CALLED,
              error: { name: caughtError.name, message: `{% ${cut(caughtMessage, variable)} %}` },
            },
            Next: failed,
          }),
        ],
        Output: { ...CALLED, content: `{% ${cut(`$string(${PAYLOAD})`, variable)} %}` },
        End: true,
      },
    ];
  });
  const [only] = tasks;
  const states: [string, State][] = [...tasks, [failed, { Type: 'Succeed' }]];
  if (tasks.length === 1 && only) return { StartAt: only[0], States: Object.fromEntries(states) };
  const rules = tasks.map(
    ([name, { Comment = '' }]): ChoiceRule => ({
      Condition: `{% ${ITEM}.tool = ${jsonataLiteral(Comment)} %}`,
      Next: name,
    }),
  );
  const choice = `${id}.call`;
  return {
    StartAt: choice,
    States: Object.fromEntries([[choice, { Type: 'Choice', Choices: rules }], ...states]),
  };
}

/** The call that an iteration makes. */
const ITEM = '$states.context.Map.Item.Value';
const CALLED = { id: `{% ${ITEM}.id %}`, tool: `{% ${ITEM}.tool %}` };

/** The text, or as much of it as the calls of the turn have for each of them, with a mark that says so. */
function cut(text: string, variable: string): string {
  return (
    `($text := ${text}; $most := $floor(${MAX_RESULT_CHARACTERS} / $count($${variable}.tool_calls)); ` +
    '$length($text) <= $most ? $text : $substring($text, 0, $most) & " … (cut: " & $length($text) & " characters in all)")'
  );
}

function execution({ workflowId }: Context, id: string): Record<string, string> {
  return { id: `{% ${executionFields.get('id')} %}`, workflow_id: workflowId, step_id: id };
}

/** Arguments of lambda:invoke. */
function invocation(
  functionArn: string,
  input: Template,
  { connection, execution: by }: { connection: string | undefined; execution: Record<string, string> },
): Record<string, Template> {
  return {
    FunctionName: functionArn,
    Payload: { input, ...(connection === undefined ? {} : { connection }), execution: by },
  };
}
