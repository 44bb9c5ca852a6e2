// Which settings each model refuses, as OpenAI says it.
import { expect, test } from 'vitest';
import { checkSettings } from './model-refusals.ts';

const tools = [{ type: 'function', function: { name: 'f' } }];
const temperature = (value: number) => [
  `Unsupported value: 'temperature' does not support ${value} with this model. Only the default (1) value is supported.`,
  'temperature',
  'unsupported_value',
];
const topP = [
  "Unsupported parameter: 'top_p' is not supported with this model.",
  'top_p',
  'unsupported_parameter',
];
const effort = (value: string, supported: string) => [
  `Unsupported value: 'reasoning_effort' does not support '${value}' with this model. Supported values are: ${supported}.`,
  'reasoning_effort',
  'unsupported_value',
];
const functions = (model: string) => [
  `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
  'reasoning_effort',
  null,
];

test.each([
  ['o4-mini', { temperature: 0.2 }, temperature(0.2)],
  ['o3', { top_p: 0.5 }, topP],
  ['o3', { reasoning_effort: 'none' }, effort('none', "'low', 'medium', and 'high'")],
  [
    'o1',
    { max_tokens: 5 },
    [
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    ],
  ],
  ['gpt-5-mini', { temperature: 0 }, temperature(0)],
  ['gpt-5-mini-2025-08-07', { temperature: 2 }, temperature(2)],
  ['gpt-5', { reasoning_effort: 'xhigh' }, effort('xhigh', "'minimal', 'low', 'medium', and 'high'")],
  ['gpt-5.1', { reasoning_effort: 'minimal' }, effort('minimal', "'none', 'low', 'medium', and 'high'")],
  ['gpt-5.4-mini', { temperature: 0, reasoning_effort: 'low' }, temperature(0)],
  ['gpt-5.4-mini', { top_p: 0, reasoning_effort: 'low' }, topP],
  ['gpt-5.4-mini', { tools, reasoning_effort: 'high' }, functions('gpt-5.4-mini')],
  ['gpt-5.5', { temperature: 0 }, temperature(0)],
  ['gpt-5.6-luna', { tools }, functions('gpt-5.6-luna')],
  ['gpt-6-luna', { temperature: 0, reasoning_effort: 'none' }, temperature(0)],
  [
    'gpt-6-astra',
    { reasoning_effort: 'none' },
    effort('none', "'low', 'medium', 'high', 'xhigh', and 'max'"),
  ],
  [
    'gpt-4o-mini',
    { reasoning_effort: 'low' },
    ['Unrecognized request argument supplied: reasoning_effort', null, null],
  ],
])('%s refuses %j', (model, settings, refusal) => {
  expect(checkSettings({ model, ...settings })).toEqual(refusal);
});

test.each([
  ['o4-mini', { temperature: 1, top_p: 1, reasoning_effort: 'high', max_completion_tokens: 5, tools }],
  ['gpt-5-mini', { temperature: null, top_p: null, reasoning_effort: null, max_tokens: null, tools }],
  ['gpt-5-nano', { reasoning_effort: 'minimal' }],
  ['gpt-5-chat-latest', { temperature: 0 }],
  ['gpt-5.4-mini', { temperature: 0, top_p: 0.5, tools }],
  ['gpt-5.4-mini', { temperature: 0, reasoning_effort: 'none', tools }],
  ['gpt-5.4-mini', { reasoning_effort: 'xhigh' }],
  ['gpt-5.5', { temperature: 0, reasoning_effort: 'none', tools: [] }],
  ['gpt-6-luna', { tools, reasoning_effort: 'none' }],
  ['gpt-4o-mini', { temperature: 0, top_p: 0.5, max_tokens: 5, tools }],
  ['gpt-4.1', { temperature: 0 }],
  ['llama3', { temperature: 0, reasoning_effort: 'none' }],
])('%s takes %j', (model, settings) => {
  expect(checkSettings({ model, ...settings })).toBeUndefined();
});
