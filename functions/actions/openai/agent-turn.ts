// openai.agent_turn: asks a model for its next step towards a goal. Steps of the kind `agent` call it in a loop; between
// two turns the state machine calls the tools that the model requested.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { cutText } from '../../../lib/actions/invocation/output-size.ts';
import { beginning, type Conversation, conversation, shortenedTo } from '../../../lib/agents/conversation.ts';
import { isStrict } from '../../../lib/agents/strict-schema.ts';
import {
  chatMessages,
  chatTools,
  refusalMessage,
  refusedCall,
  resultMessage,
  sortCalls,
  tool,
  toolCall,
  toolResult,
} from '../../../lib/agents/tools.ts';
import { InvalidModelOutput, MaxTurnsExceeded } from '../../../lib/errors.ts';
import { rounded } from '../../../lib/exact-json.ts';
import { mismatchWith } from '../../../lib/json-schema/mismatch.ts';
import {
  choiceProblem,
  modelChoice,
  modelSettings,
  modelsOf,
  ONE_MODEL_CHOICE,
} from '../../../lib/model-settings.ts';
import { jsonIn, quoted } from '../../../lib/providers/answer-text.ts';
import { completion, isBlank, isCut } from '../../../lib/providers/completion.ts';
import { ask, openai } from '../../../lib/providers/openai.ts';
import { summedUsage, tokenUsage } from '../../../lib/token-usage.ts';
import { infiniteNumberIn } from '../../../lib/unkept-numbers.ts';

/** A longer text beside calls is cut in the output; the conversation has all of it. */
const MAX_TEXT_BYTES = 16_000;

const input = z
  .strictObject({
    goal: z.string().min(1).optional().describe('What the model works towards; begins a conversation'),
    instructions: z.string().min(1).optional().describe('How the model is to act, beside the goal'),
    conversation: conversation
      .optional()
      .describe('The conversation so far, as the last turn gave it; instead of a goal'),
    results: z
      .array(toolResult)
      .default([])
      .describe('The results of the calls that the last turn asked for'),
    tools: z.array(tool).max(64).default([]).describe('What the model can ask for'),
    output_schema: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('The JSON Schema of the final answer; text when left out'),
    max_turns: z.int().min(1).max(50).default(10).describe('The most turns that the conversation may have'),
    ...modelChoice,
    temperature: modelSettings.temperature,
    reasoning_effort: modelSettings.reasoning_effort,
    verbosity: modelSettings.verbosity,
  })
  .check(({ value, issues }) => {
    if ((value.goal === undefined) === (value.conversation === undefined))
      issues.push({ code: 'custom', message: 'needs exactly one of goal and conversation', input: value });
    const message = choiceProblem(value);
    if (message !== undefined) issues.push({ code: 'custom', message, input: value });
  })
  .meta({ oneOf: [{ required: ['goal'] }, { required: ['conversation'] }], ...ONE_MODEL_CHOICE });

const answer = z.object({
  text: z.string().describe('The answer'),
  json: z.unknown().optional().describe('The answer as JSON, when output_schema asked for it'),
  turns: z.int().describe('How often the model was asked'),
  tool_calls: z.int().describe('How many calls were made'),
  usage: tokenUsage.describe('Tokens of all turns'),
});

export const handler = defineAction({
  title: 'One turn of an agent',
  summary: 'Asks a model for its next step towards a goal: tools to call, or the final answer.',
  connection: openai,
  effect: 'read',
  timeoutSeconds: 180,
  keepsReferences: true,
  input,
  output: z.object({
    done: z.boolean().describe('Whether this is the final answer'),
    answer: answer.optional().describe('The final answer'),
    text: z.string().optional().describe('What the model said beside what it wants called'),
    tool_calls: z.array(toolCall).describe('What is to be called now'),
    refused_calls: z
      .array(refusedCall)
      .describe('What it asked for and cannot have, which it is told in the next turn'),
    conversation: conversation.optional().describe('What the next turn is given'),
    model: completion.shape.model,
    usage: tokenUsage.describe('Tokens of this turn'),
  }),
  example: {
    input: {
      goal: 'Answer issue 7 of octo/website',
      tools: [
        {
          name: 'github.add_comment',
          description: 'Comments on an issue.',
          parameters: {
            type: 'object',
            properties: { issue_number: { type: 'integer' }, body: { type: 'string' } },
            required: ['issue_number', 'body'],
            additionalProperties: false,
          },
          writes: true,
        },
      ],
    },
    output: {
      done: false,
      text: '',
      tool_calls: [
        {
          id: 'call_1',
          tool: 'github.add_comment',
          arguments: { issue_number: 7, body: 'The search is fast again since Tuesday.' },
        },
      ],
      refused_calls: [],
      conversation: {
        messages: [
          { role: 'system', content: 'Work towards the goal that the user gives.' },
          { role: 'user', content: 'Answer issue 7 of octo/website' },
          {
            role: 'assistant',
            content: '',
            calls: [
              {
                id: 'call_1',
                tool: 'github.add_comment',
                arguments: '{"issue_number":7,"body":"The search is fast again since Tuesday."}',
              },
            ],
          },
        ],
        turns: 1,
        tool_calls: 1,
        usage: { prompt_tokens: 140, completion_tokens: 30, total_tokens: 170, cost_usd: 0.00024 },
        corrected: false,
      },
      model: 'gpt-5.4-mini-2026-03-17',
      usage: { prompt_tokens: 140, completion_tokens: 30, total_tokens: 170, cost_usd: 0.00024 },
    },
  },
  async run({ goal, instructions, conversation: given, results, tools, output_schema, ...rest }, context) {
    const { max_turns, model, models, ...settings } = rest;
    const before = given ?? newConversation(goal ?? '', instructions);
    const messages = shortenedTo([
      ...before.messages,
      ...results.map((result) => resultMessage(result, tools)),
    ]);
    const {
      completion: reply,
      toolCalls,
      reasoning_content,
      ...said
    } = await ask(
      {
        ...settings,
        models: modelsOf({ model, models }),
        messages: chatMessages(messages),
        tools: chatTools(tools),
        response_format: output_schema && {
          type: 'json_schema',
          json_schema: { name: 'answer', schema: output_schema, strict: isStrict(output_schema) },
        },
      },
      context,
    );
    const cut = isCut(reply.finish_reason);
    const { valid, refused, written } = sortCalls(toolCalls, tools, {
      number: before.turns + 1,
      messages,
      cut,
    });
    const now: Conversation = {
      ...before,
      turns: before.turns + 1,
      tool_calls: before.tool_calls + valid.length,
      usage: summedUsage([before.usage, reply.usage]),
    };
    const turn = { model: reply.model, usage: reply.usage, tool_calls: valid, refused_calls: refused };
    const nextTurn = (more: Conversation['messages'], corrected: boolean) => ({
      ...turn,
      done: false,
      text: cutText(reply.text, MAX_TEXT_BYTES),
      conversation: { ...now, messages: shortenedTo([...messages, ...more]), corrected },
    });

    if (toolCalls.length > 0) {
      const names = [...new Set(written.map((call) => call.tool))].join(', ');
      if (now.turns >= max_turns)
        throw new MaxTurnsExceeded(
          `max_turns (${max_turns}) is reached, and the model still wants to call ${names}`,
        );
      return nextTurn(
        [
          {
            role: 'assistant',
            content: reply.text,
            calls: written,
            ...said,
            ...(reasoning_content !== undefined && {
              reasoning_content: cutText(reasoning_content, MAX_TEXT_BYTES),
            }),
          },
          ...refused.map(refusalMessage),
        ],
        before.corrected,
      );
    }

    const json = output_schema && jsonIn(reply.text);
    const isCall = tools.length > 0 && writtenCall.test(reply.text);
    const problem = isBlank(reply.text)
      ? 'it is empty'
      : isCall
        ? 'it is a call that is written as text, which the server did not read as one'
        : output_schema && jsonProblem(json, output_schema, cut);
    if (problem !== undefined) {
      if (before.corrected || now.turns >= max_turns)
        throw new InvalidModelOutput(
          `The model's answer does not fit${output_schema ? ' output_schema' : ''}: ${problem}. It was: ${quoted(reply.text)}`,
        );
      const correction = isCall
        ? 'This is a call that is written as text, and nothing was called. Call the function itself, or answer.'
        : output_schema
          ? `This answer does not fit the schema: ${problem}. Answer again, with JSON that fits.`
          : 'This answer is empty. Go on, or say what came of it.';
      return nextTurn(
        [
          // An empty message is refused by some servers.
          ...(isBlank(reply.text) ? [] : [{ role: 'assistant' as const, content: reply.text, ...said }]),
          { role: 'user', content: correction },
        ],
        true,
      );
    }
    return {
      ...turn,
      done: true,
      answer: {
        text: reply.text,
        ...(output_schema && { json }),
        turns: now.turns,
        tool_calls: now.tool_calls,
        usage: now.usage,
      },
    };
  },
});

/**
 * How models begin a call that a server without a parser for them passes on as text: Hermes and Qwen, Llama, Mistral, GPT OSS.
 * It is never made: what a text says may come from anywhere.
 */
const writtenCall =
  /^\s*(?:<tool_calls?>|<function[=_ ]|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_calls?_|<\|channel\|>commentary to=)/;

/** Why an answer does not fit its schema. */
function jsonProblem(
  json: unknown,
  schema: Readonly<Record<string, unknown>>,
  cut: boolean,
): string | undefined {
  const infinite = infiniteNumberIn(json);
  if (infinite !== undefined) return `it has a number that is larger than any, at ${infinite || 'its root'}`;
  if (json !== undefined) return mismatchWith(schema, 'it')(rounded(json));
  return cut ? 'it is cut off by the limit of tokens' : 'it is not JSON';
}

function newConversation(goal: string, instructions: string | undefined): Conversation {
  return {
    messages: beginning(goal, instructions),
    turns: 0,
    tool_calls: 0,
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost_usd: 0 },
    corrected: false,
  };
}
