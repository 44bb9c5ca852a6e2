// openai.agent_turn: asks a model for its next step towards a goal. Steps of the kind `agent` call it in a loop; between
// two turns the state machine calls the tools that the model requested.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { beginning, type Conversation, conversation, shortenedTo } from '../../../lib/agents/conversation.ts';
import { isStrict } from '../../../lib/agents/strict-schema.ts';
import {
  chatMessages,
  chatTools,
  refusedCall,
  resultMessage,
  tool,
  toolCall,
  toolResult,
} from '../../../lib/agents/tools.ts';
import { turnOf } from '../../../lib/agents/turn.ts';
import {
  choiceProblem,
  modelChoice,
  modelSettings,
  modelsOf,
  ONE_MODEL_CHOICE,
} from '../../../lib/model-settings.ts';
import { completion } from '../../../lib/providers/completion.ts';
import { ask, openai } from '../../../lib/providers/openai.ts';
import { tokenUsage } from '../../../lib/token-usage.ts';

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
  background: true,
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
    const { max_turns: maxTurns, model, models, ...settings } = rest;
    const before = given ?? newConversation(goal ?? '', instructions);
    const messages = shortenedTo([
      ...before.messages,
      ...results.map((result) => resultMessage(result, tools)),
    ]);
    const reply = await ask(
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
    return turnOf(reply, { before, messages, tools, outputSchema: output_schema, maxTurns });
  },
});

function newConversation(goal: string, instructions: string | undefined): Conversation {
  return {
    messages: beginning(goal, instructions),
    turns: 0,
    tool_calls: 0,
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost_usd: 0 },
    corrected: false,
  };
}
