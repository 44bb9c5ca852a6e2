// A small catalogue for the compiler's own tests: the shapes that actions have, without the actions.
import type { Catalogue, CatalogueAction, JsonSchema } from '../../actions/catalogue.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const object = (properties: Record<string, JsonSchema>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const completion = object({
  text: text('What the model wrote'),
  model: text('The model that wrote it'),
  usage: object({
    prompt_tokens: { type: 'integer' },
    completion_tokens: { type: 'integer' },
    total_tokens: { type: 'integer' },
  }),
});

function action(
  id: string,
  once: CatalogueAction['once'],
  input: JsonSchema,
  output: JsonSchema,
): CatalogueAction {
  const [provider = ''] = id.split('.');
  return {
    id,
    function_name: id.replace('.', '-').replaceAll('_', '-'),
    provider,
    title: id,
    summary: id,
    ...(once ? { effect: 'write', once } : { effect: 'read' }),
    timeout_seconds: 60,
    retryable_errors: ['RateLimited', 'ProviderUnavailable'],
    background: provider === 'openai',
    reads_templates: id === 'openai.chat',
    connection: { provider: provider === 'gmail' ? 'google' : provider, fields: [] },
    input,
    output,
    example: { input: {}, output: {} },
  };
}

export const catalogue: Catalogue = [
  action(
    'github.create_issue',
    'marker',
    object(
      {
        repo_name: text('The repository, owner/name'),
        title: { type: 'string', minLength: 1, description: 'The title' },
        body: text('The text, Markdown'),
        labels: { type: 'array', items: { type: 'string' } },
      },
      ['repo_name', 'title'],
    ),
    object({ number: { type: 'integer' }, url: { type: 'string', format: 'uri' }, title: text('The title') }),
  ),
  action(
    'github.commit_file',
    'native',
    object(
      {
        file_path: text('The file'),
        content: text('The text'),
        allow_workflow_files: { type: 'boolean', default: false, 'x-fixed-with': 'file_path' },
      },
      ['file_path', 'content'],
    ),
    object({ path: text('The file') }),
  ),
  action(
    'gmail.list_messages',
    undefined,
    object({ max_results: { type: 'integer', minimum: 1, maximum: 100 }, query: text('Gmail search') }, []),
    object({
      messages: {
        type: 'array',
        items: object({
          id: text('The id'),
          subject: text('The subject'),
          from: text('The sender'),
          body_text: text('The text'),
          unread: { type: 'boolean' },
          attachments: {
            type: 'array',
            items: object({ name: text('The name'), size: { type: 'integer' } }),
          },
          reply_to: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        }),
      },
      result_size_estimate: { type: 'integer' },
    }),
  ),
  action(
    'gmail.send_message',
    'record',
    object({ to: { type: 'array', items: { type: 'string' } }, subject: text('The subject') }),
    object({ message_id: text('The id') }),
  ),
  action(
    'notion.create_page',
    'marker',
    object(
      {
        parent_id: text('A page or database'),
        title: text('The title'),
        content: text('The text, Markdown'),
      },
      ['parent_id', 'title'],
    ),
    object({ id: text('The id'), url: text('The address'), title: text('The title') }),
  ),
  action(
    'notion.query_pages',
    undefined,
    {
      ...object({ filter: { $ref: '#/$defs/filter' }, properties: { $ref: '#/$defs/properties' } }, []),
      $defs: {
        filter: object(
          { equals: text('A text'), and: { type: 'array', items: { $ref: '#/$defs/filter' } } },
          [],
        ),
        properties: { type: 'object', additionalProperties: { $ref: '#/$defs/property' } },
        property: { anyOf: [{ $ref: '#/$defs/short' }, { type: 'integer' }] },
        short: { type: 'string', maxLength: 5 },
      },
    },
    object({ pages: { type: 'array' } }),
  ),
  action(
    'openai.agent_turn',
    undefined,
    object(
      {
        goal: text('What is to be reached'),
        instructions: text('How'),
        conversation: { type: 'object' },
        results: { type: 'array' },
        tools: { type: 'array', items: { type: 'object' } },
        output_schema: { type: 'object' },
        max_turns: { type: 'integer' },
        model: text('The model'),
        models: { type: 'array', items: { type: 'string' } },
        temperature: { type: 'number', minimum: 0, maximum: 2 },
      },
      [],
    ),
    object(
      {
        done: { type: 'boolean' },
        answer: object({ text: text('The answer'), json: {}, turns: { type: 'integer' } }, ['text', 'turns']),
        tool_calls: { type: 'array' },
      },
      ['done', 'tool_calls'],
    ),
  ),
  action(
    'openai.chat',
    undefined,
    object(
      {
        template: text('A prompt template'),
        variables: { type: 'object', additionalProperties: {} },
        messages: {
          type: 'array',
          items: object({ role: { enum: ['system', 'user', 'assistant'] }, content: text('The text') }),
        },
        model: { type: 'string', minLength: 1 },
        temperature: { anyOf: [{ type: 'number', minimum: 0, maximum: 2 }, { type: 'null' }] },
        stop: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
        response_format: { type: 'object' },
      },
      [],
    ),
    {
      ...completion,
      properties: {
        ...completion.properties,
        json: { 'x-schema-from': '/response_format/json_schema/schema' },
      },
    },
  ),
  action(
    'openai.summarize',
    undefined,
    object({ text: text('What to summarise'), max_length: { type: 'integer', minimum: 1 } }, ['text']),
    completion,
  ),
];
