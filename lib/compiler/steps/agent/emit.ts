// The states of an `agent` step: a Task that asks the model, a Choice whether it has answered, a Map over the calls
// that it asked for, each made by a Task of its tool's own; and back to the model.
import type { CatalogueAction } from '../../../actions/catalogue.ts';
import { ongoingVariable } from '../../asl/background.ts';
import { caughtMessage, caughtName } from '../../asl/caught-error.ts';
import { timeoutSeconds } from '../../asl/deadline.ts';
import type { ChoiceRule, State, States, TaskState, Template } from '../../asl/definition.ts';
import { INVOKE_LAMBDA, PAYLOAD } from '../../asl/lambda.ts';
import { actionRetrier, catchAll, lambdaRetriers } from '../../asl/retry.ts';
import {
  retryAfterCatcher,
  retryAfterWait,
  retryPayload,
  triesVariable,
  waitPolicy,
} from '../../asl/retry-after.ts';
import { stateName, toolState } from '../../asl/state-names.ts';
import { emitValue } from '../../asl/value.ts';
import { callOf, emitCall, triesOf } from '../../emit/call.ts';
import { assign, catchersOf, NOTHING, type StepEmission } from '../../emit/transition.ts';
import { jsonataLiteral } from '../../expressions/literal.ts';
import { valueCode } from '../../expressions/value-code.ts';
import { agentVariable } from '../../expressions/variables.ts';
import type { ResolvedTool } from '../../tree/resolved.ts';

/** How many calls of one turn run at the same time. */
const MAX_CONCURRENCY = 5;
/**
 * The most characters that the results of one turn's calls have together: in UTF-8 as JSON at most 96 KB, which fit
 * into the next turn's Task beside the conversation and the tools.
 */
const MAX_RESULT_CHARACTERS = 24_000;

export function emitAgent(emission: StepEmission<'agent'>): void {
  const { step, id, comment, flow, exit, results, inner: context } = emission;
  const { callId: _, ...asking } = step;
  const given = step.parsed.step;
  const { turn, tools = [] } = step.agent ?? {};
  if (!turn) throw new Error(`The agent of ${id} was not resolved`);
  const variable = agentVariable(id);
  const catchers = catchersOf(emission);
  const caught = catchers.length === 0 ? {} : { Catch: catchers };
  const { retry, background } = given;
  emitCall(
    {
      ...{ state: id, action: turn, input: turnInput(emission, variable), connection: given.connection },
      ...{ retry, background, final: ['MaxTurnsExceeded'] },
    },
    {
      ...comment,
      ...caught,
      // Each turn has its own tries, and its own call in the background.
      Assign: {
        [variable]: `{% ${PAYLOAD} %}`,
        ...(waitPolicy(turn, retry, background) && { [triesVariable(id)]: 0 }),
        ...(background && { [ongoingVariable(id)]: null }),
      },
      Output: NOTHING,
      Next: stateName(id, 'turn'),
    },
    // Its calls of tools have ids, asking has no effect.
    { ...emission, step: asking, context },
  );
  const own = `{% ${agentResult(id)} %}`;
  const { Next, ...rest } = flow.goTo(exit, own);
  flow.add(stateName(id, 'turn'), {
    Type: 'Choice',
    Choices: [{ Condition: `{% $not($${variable}.done) %}`, Next: stateName(id, 'calls') }],
    ...assign(results.map((name) => [name, own])),
    ...rest,
    Default: Next,
  });
  flow.add(stateName(id, 'calls'), {
    Type: 'Map',
    Items: `{% ${calls(tools, variable)} %}`,
    ItemSelector: { call: `{% ${MAP_ITEM}.Value %}`, index: `{% ${MAP_ITEM}.Index %}` },
    MaxConcurrency: MAX_CONCURRENCY,
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...callStates(tools, emission) },
    ...caught,
    Assign: { [resultsVariable(id)]: '{% $states.result %}' },
    Output: NOTHING,
    Next: id,
  });
}

/** JSONata that gives what the agent gives. */
export function agentResult(id: string): string {
  return `$${agentVariable(id)}.answer`;
}

/** The variable that holds the results of the last turn's calls. */
function resultsVariable(id: string): string {
  return `results_${id}`;
}

/** The input of the Task. The goal begins the conversation, which holds it from then on. */
function turnInput({ step: { value }, id }: StepEmission, variable: string): Template {
  const results = resultsVariable(id);
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

/** The calls to make. Fixed parameters replace those that the model gives. */
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
function callStates(tools: readonly ResolvedTool[], emission: StepEmission): States {
  const { id } = emission;
  const entries = tools.map(({ given, action }) => {
    if (!action) throw new Error(`The tool ${given.action} of ${id} was not resolved`);
    return { action, name: toolState(id, action.id), states: toolStates(given.connection, action, emission) };
  });
  const failed: [string, State] = [stateName(id, 'failed'), { Type: 'Succeed' }];
  const states = [...entries.flatMap((entry) => entry.states), failed];
  const [only, another] = entries;
  if (only && !another) return { StartAt: only.name, States: Object.fromEntries(states) };
  const rules = entries.map(
    ({ action, name }): ChoiceRule => ({
      Condition: `{% ${CALL}.tool = ${jsonataLiteral(action.id)} %}`,
      Next: name,
    }),
  );
  const choice: [string, State] = [stateName(id, 'call'), { Type: 'Choice', Choices: rules }];
  return { StartAt: choice[0], States: Object.fromEntries([choice, ...states]) };
}

/** A Task as a step of the action has it; its failure is a result too, of which the model is told. */
function toolStates(
  connection: string | undefined,
  action: CatalogueAction,
  emission: StepEmission,
): [string, State][] {
  const { id, inner: context } = emission;
  const name = toolState(id, action.id);
  const waiting = waitPolicy(action);
  // Variables of an iteration cannot have the names of those around it.
  const tries = `call_${triesVariable(id)}`;
  const variable = agentVariable(id);
  const task: TaskState = {
    Type: 'Task',
    Comment: action.id,
    Resource: INVOKE_LAMBDA,
    Arguments: {
      FunctionName: context.functionArn(action.function_name),
      Payload: {
        input: `{% ${CALL}.arguments %}`,
        ...(connection === undefined ? {} : { connection }),
        execution: {
          ...callOf(id, emission.context),
          call_id: `{% ${callId(emission, variable)} %}`,
          ...triesOf({ action, repeats: emission.step.repeats, context, variable: waiting && tries }),
        },
        ...(waiting && { retry: retryPayload(tries, waiting) }),
      },
    },
    TimeoutSeconds: timeoutSeconds(action.timeout_seconds, context.deadlines),
    Retry: [...lambdaRetriers(action), ...actionRetrier(action, undefined)],
    Catch: [
      ...(waiting ? [retryAfterCatcher(tries, name, true)] : []),
      catchAll({
        Output: {
          ...CALL_FIELDS,
          error: { name: `{% ${caughtName} %}`, message: `{% ${cut(caughtMessage, variable)} %}` },
        },
        // A Catch cannot itself be an end.
        Next: stateName(id, 'failed'),
      }),
    ],
    Output: { ...CALL_FIELDS, content: `{% ${cut(`$string(${PAYLOAD})`, variable)} %}` },
    End: true,
  };
  return [[name, task], ...(waiting ? [retryAfterWait(name, true, context.deadlines)] : [])];
}

const MAP_ITEM = '$states.context.Map.Item';
/** The call that an iteration makes: a Choice hands its input on, and a wait that leads back to the Task does too. */
const CALL = '$states.input.call';
const CALL_FIELDS = { id: `{% ${CALL}.id %}`, tool: `{% ${CALL}.tool %}` };

/** The text, cut to the call's share of what the results of a turn may have, with a mark that says so. */
function cut(text: string, variable: string): string {
  return (
    `($text := ${text}; $most := $floor(${MAX_RESULT_CHARACTERS} / $count($${variable}.tool_calls)); ` +
    '$length($text) <= $most ? $text : $substring($text, 0, $most) & " … (cut: " & $length($text) & " characters in all)")'
  );
}

/** The turn and the call's place in it, within loops after the iteration. The model's own ids may come again in a later turn. */
function callId({ step }: StepEmission, variable: string): string {
  const iteration = step.callId ? `${valueCode(step.callId)} & "." & ` : '';
  return `${iteration}$${variable}.conversation.turns & "." & $states.input.index`;
}
