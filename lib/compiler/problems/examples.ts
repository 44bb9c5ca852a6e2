// An example of each problem and its fix, for docs/problems.md and tests: nothing that is deployed imports this file.
// One table, as long as there are problems.
import type { ProblemCode } from './codes.ts';

interface ProblemExample {
  /** Further explanation, in Markdown. */
  readonly note?: string;
  /** A workflow that has the problem. */
  readonly bad: unknown;
  /** What was meant, without any problem. */
  readonly fixed: unknown;
}

export const problemExamples: Readonly<Record<ProblemCode, ProblemExample>> = {
  'wrong-type': {
    bad: { id: 'w', steps: [{ id: 'a', transform: 1, comment: 5 }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: 1, comment: 'five' }] },
  },
  'missing-key': {
    bad: { steps: [{ id: 'a', transform: 1 }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: 1 }] },
  },
  'unknown-key': {
    bad: { id: 'w', steps: [{ id: 'a', action: 'github.list_repositories', timeout_second: 5 }] },
    fixed: { id: 'w', steps: [{ id: 'a', action: 'github.list_repositories', timeout_seconds: 5 }] },
  },
  'invalid-value': {
    bad: {
      id: 'w',
      steps: [{ id: 'a', action: 'github.list_repositories', retry: { max_attempts: 0 }, on_error: 'stop' }],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'a', action: 'github.list_repositories', retry: { max_attempts: 1 }, on_error: 'continue' },
      ],
    },
  },
  'invalid-id': {
    bad: { id: '../w', steps: [{ id: 'a step', transform: 1 }] },
    fixed: { id: 'w', steps: [{ id: 'a_step', transform: 1 }] },
  },
  'duplicate-step': {
    bad: {
      id: 'w',
      steps: [
        { id: 'a', transform: 1 },
        { id: 'a', transform: 2 },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'a', transform: 1 },
        { id: 'b', transform: '{{ steps.a + 1 }}' },
      ],
    },
  },
  'no-steps': {
    bad: { id: 'w', steps: [] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: 1 }] },
  },
  'no-step-kind': {
    bad: { id: 'w', steps: [{ id: 'a', acton: 'github.list_repositories' }] },
    fixed: { id: 'w', steps: [{ id: 'a', action: 'github.list_repositories' }] },
  },
  'several-step-kinds': {
    bad: { id: 'w', steps: [{ id: 'a', action: 'github.list_repositories', set: { x: 1 } }] },
    fixed: {
      id: 'w',
      steps: [
        { id: 'b', set: { x: 1 } },
        { id: 'a', when: '{{ vars.x }}', action: 'github.list_repositories' },
      ],
    },
  },
  'key-not-applicable': {
    bad: {
      id: 'w',
      steps: [
        { id: 'a', transform: 1, timeout_seconds: 5, connection: 'work' },
        { id: 'b', return: '{{ steps.a }}', retry: { max_attempts: 3 } },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'a', transform: 1, retry: { max_attempts: 3 } },
        { id: 'b', return: '{{ steps.a }}' },
      ],
    },
  },
  'forbidden-key': {
    bad: { id: 'w', steps: [{ id: 'a', transform: { ['__proto__']: 1 } }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: { proto: 1 } }] },
  },
  'too-deep': {
    note: '`(70 lists)` stands for seventy lists in each other.',
    bad: { id: 'w', steps: [{ id: 'a', transform: '(70 lists)' }] },
    fixed: {
      id: 'w',
      inputs: { tree: { type: 'array' } },
      steps: [{ id: 'a', transform: '{{ inputs.tree }}' }],
    },
  },
  'next-step-unknown': {
    bad: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories', next_step: 'serch' },
        { id: 'search', type: 'notion', action: 'search_pages', params: { query: 'x' } },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories', next_step: 'search' },
        { id: 'search', type: 'notion', action: 'search_pages', params: { query: '{{list_output}}' } },
      ],
    },
  },
  'next-step-cycle': {
    bad: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories', next_step: 'search' },
        { id: 'search', type: 'notion', action: 'search_pages', params: { query: 'x' }, next_step: 'list' },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories', next_step: 'search' },
        { id: 'search', type: 'notion', action: 'search_pages', params: { query: '{{list_output}}' } },
      ],
    },
  },
  'several-first-steps': {
    bad: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories', next_step: 'last' },
        { id: 'search', type: 'notion', action: 'search_pages', params: { query: 'x' }, next_step: 'last' },
        { id: 'last', type: 'openai', action: 'summarize', params: { text: '{{list_output}}' } },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories', next_step: 'search' },
        {
          id: 'search',
          type: 'notion',
          action: 'search_pages',
          params: { query: '{{list_output}}' },
          next_step: 'last',
        },
        { id: 'last', type: 'openai', action: 'summarize', params: { text: '{{search_output}}' } },
      ],
    },
  },
  'step-unreachable': {
    bad: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories' },
        { id: 'search', type: 'notion', action: 'search_pages', params: { query: 'x' }, next_step: 'search' },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'list', type: 'github', action: 'list_repositories', next_step: 'search' },
        { id: 'search', type: 'notion', action: 'search_pages', params: { query: '{{list_output}}' } },
      ],
    },
  },
  'expression-unclosed': {
    bad: { id: 'w', steps: [{ id: 'a', transform: 'From {{ execution.id }' }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: 'From {{ execution.id }}' }] },
  },
  'expression-syntax': {
    bad: { id: 'w', steps: [{ id: 'a', transform: '{{ execution.id execution.name }}' }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: '{{ execution.id & execution.name }}' }] },
  },
  'expression-delimiter': {
    bad: { id: 'w', inputs: { a: {} }, steps: [{ id: 't', transform: "{{ inputs.a.b.{'of': %} }}" }] },
    fixed: { id: 'w', inputs: { a: {} }, steps: [{ id: 't', transform: "{{ inputs.a.b.{'of': % } }}" }] },
  },
  'expression-in-key': {
    bad: { id: 'w', steps: [{ id: 'a', transform: { '{{ execution.id }}': 1 } }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: '{{ { execution.id: 1 } }}' }] },
  },
  'json-path': {
    bad: { id: 'w', inputs: { city: {} }, steps: [{ id: 'a', transform: '$.inputs.city' }] },
    fixed: { id: 'w', inputs: { city: {} }, steps: [{ id: 'a', transform: '{{ inputs.city }}' }] },
  },
  'root-in-path': {
    bad: {
      id: 'w',
      inputs: { mails: {}, sender: {} },
      steps: [{ id: 'a', transform: '{{ inputs.mails[from = inputs.sender] }}' }],
    },
    fixed: {
      id: 'w',
      inputs: { mails: {}, sender: {} },
      steps: [{ id: 'a', transform: '{{ inputs.mails[from = $$.inputs.sender] }}' }],
    },
  },
  'when-not-expression': {
    bad: {
      id: 'w',
      inputs: { on: { type: 'boolean' } },
      steps: [{ id: 'a', when: 'inputs.on', transform: 1 }],
    },
    fixed: {
      id: 'w',
      inputs: { on: { type: 'boolean' } },
      steps: [{ id: 'a', when: '{{ inputs.on }}', transform: 1 }],
    },
  },
  'unknown-reference': {
    bad: {
      id: 'w',
      inputs: { notion_database_id: { type: 'string' } },
      steps: [
        { id: 'a', transform: ['{{ inputs.notion_databse_id }}', '{{ notion_database_id }}', '{{ item }}'] },
      ],
    },
    fixed: {
      id: 'w',
      inputs: { notion_database_id: { type: 'string' } },
      steps: [{ id: 'a', transform: ['{{ inputs.notion_database_id }}'] }],
    },
  },
  'unknown-field': {
    bad: {
      id: 'w',
      steps: [
        { id: 'fetch', action: 'gmail.list_messages' },
        { id: 'a', transform: '{{ steps.fetch.messages[0].subjct }}' },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'fetch', action: 'gmail.list_messages' },
        { id: 'a', transform: '{{ steps.fetch.messages[0].subject }}' },
      ],
    },
  },
  'later-step': {
    bad: {
      id: 'w',
      steps: [
        { id: 'a', transform: '{{ steps.b }}' },
        { id: 'b', transform: '{{ steps.b }}' },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'b', transform: 1 },
        { id: 'a', transform: '{{ steps.b }}' },
      ],
    },
  },
  'step-not-visible': {
    bad: {
      id: 'w',
      steps: [
        { id: 'each', for_each: [1, 2], steps: [{ id: 'double', transform: '{{ item * 2 }}' }] },
        { id: 'sum', transform: '{{ $sum(steps.double) }}' },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'each', for_each: [1, 2], steps: [{ id: 'double', transform: '{{ item * 2 }}' }] },
        { id: 'sum', transform: '{{ $sum(steps.each) }}' },
      ],
    },
  },
  'may-not-have-run': {
    bad: {
      id: 'w',
      inputs: { urgent: { type: 'boolean' } },
      steps: [
        { id: 'list', when: '{{ inputs.urgent }}', action: 'github.list_repositories' },
        { id: 'text', transform: '{{ $count(steps.list.repositories) }} repositories' },
      ],
    },
    fixed: {
      id: 'w',
      inputs: { urgent: { type: 'boolean' } },
      steps: [
        { id: 'list', when: '{{ inputs.urgent }}', action: 'github.list_repositories' },
        { id: 'text', transform: '{{ steps.list ? $count(steps.list.repositories) : 0 }} repositories' },
      ],
    },
  },
  'unknown-function': {
    bad: { id: 'w', steps: [{ id: 'a', transform: '{{ $upercase(execution.name) & count([1]) }}' }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: '{{ $uppercase(execution.name) & $count([1]) }}' }] },
  },
  'not-allowed': {
    bad: {
      id: 'w',
      inputs: { code: {} },
      steps: [{ id: 'a', transform: ['{{ $eval(inputs.code) }}', '{{ $ }}', '{{ $states.input }}'] }],
    },
    fixed: { id: 'w', inputs: { code: {} }, steps: [{ id: 'a', transform: '{{ $parse(inputs.code) }}' }] },
  },
  'reserved-name': {
    bad: {
      id: 'w',
      steps: [
        { id: 'workflow', set: { total: 1 } },
        { id: 'a', transform: '{{ ($var_total := 99; vars.total) }}' },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'v', set: { total: 1 } },
        { id: 'a', transform: '{{ ($my_total := 99; vars.total + $my_total) }}' },
      ],
    },
  },
  'unknown-action': {
    bad: { id: 'w', steps: [{ id: 'a', action: 'gmail.list_mesages' }] },
    fixed: { id: 'w', steps: [{ id: 'a', action: 'gmail.list_messages' }] },
  },
  'unknown-workflow': {
    note: 'In the examples there are `open_issue`, with the inputs `repo_name` and `title`, and `report`, which runs `w`.',
    bad: { id: 'w', steps: [{ id: 'a', workflow: 'open_isue' }] },
    fixed: {
      id: 'w',
      steps: [{ id: 'a', workflow: 'open_issue', input: { repo_name: 'acme/site', title: 'Weekly' } }],
    },
  },
  'workflow-input': {
    bad: {
      id: 'w',
      steps: [
        { id: 'list', action: 'github.list_repositories' },
        {
          id: 'a',
          workflow: 'open_issue',
          input: { titles: 'Weekly', repo_name: '{{ steps.list.repositories }}' },
        },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'list', action: 'github.list_repositories' },
        {
          id: 'a',
          workflow: 'open_issue',
          input: { title: 'Weekly', repo_name: '{{ steps.list.repositories[0].full_name }}' },
        },
      ],
    },
  },
  'workflow-cycle': {
    bad: { id: 'w', steps: [{ id: 'a', workflow: 'report' }] },
    fixed: { id: 'v', steps: [{ id: 'a', workflow: 'report' }] },
  },
  'unknown-parameter': {
    bad: { id: 'w', steps: [{ id: 'a', action: 'notion.search_pages', params: { query: 'x', limit: 5 } }] },
    fixed: { id: 'w', steps: [{ id: 'a', action: 'notion.search_pages', params: { query: 'x' } }] },
  },
  'missing-parameter': {
    bad: { id: 'w', steps: [{ id: 'a', action: 'notion.search_pages' }] },
    fixed: { id: 'w', steps: [{ id: 'a', action: 'notion.search_pages', params: { query: 'x' } }] },
  },
  'invalid-parameter': {
    bad: {
      id: 'w',
      steps: [{ id: 'a', action: 'gmail.list_messages', params: { query: 5, max_results: 0 } }],
    },
    fixed: {
      id: 'w',
      steps: [{ id: 'a', action: 'gmail.list_messages', params: { query: '5', max_results: 1 } }],
    },
  },
  'type-mismatch': {
    bad: {
      id: 'w',
      steps: [
        { id: 'fetch', action: 'gmail.list_messages' },
        { id: 'a', action: 'openai.summarize', params: { text: '{{ steps.fetch }}' } },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'fetch', action: 'gmail.list_messages' },
        { id: 'a', action: 'openai.summarize', params: { text: '{{ $string(steps.fetch) }}' } },
      ],
    },
  },
  'unlikely-comparison': {
    bad: {
      id: 'w',
      inputs: { n: { type: 'integer' } },
      steps: [
        { id: 'ask', approval: { message: 'Go?' } },
        { id: 'a', transform: '{{ inputs.n = "5" or steps.ask.decision = "approve" }}' },
      ],
    },
    fixed: {
      id: 'w',
      inputs: { n: { type: 'integer' } },
      steps: [
        { id: 'ask', approval: { message: 'Go?' } },
        { id: 'a', transform: '{{ inputs.n = 5 or steps.ask.decision = "approved" }}' },
      ],
    },
  },
  'unlikely-format': {
    bad: {
      id: 'w',
      steps: [{ id: 'a', transform: "{{ $now('[H01]:[m01]', 'Europe/Berlin') }}" }],
    },
    fixed: { id: 'w', steps: [{ id: 'a', transform: "{{ $now('[H01]:[m01]', '+0100') }}" }] },
  },
  'inexact-literal': {
    bad: {
      id: 'w',
      inputs: { channel: { type: 'integer' } },
      steps: [{ id: 'a', transform: '{{ inputs.channel = 8202522731445525543 }}' }],
    },
    fixed: {
      id: 'w',
      inputs: { channel: { type: 'integer' } },
      steps: [{ id: 'a', transform: "{{ $string(inputs.channel) = '8202522731445525543' }}" }],
    },
  },
  'list-length': {
    bad: {
      id: 'w',
      inputs: { people: { type: 'array' } },
      steps: [{ id: 'a', transform: '{{ inputs.people.length }}' }],
    },
    fixed: {
      id: 'w',
      inputs: { people: { type: 'array' } },
      steps: [{ id: 'a', transform: '{{ $count(inputs.people) }}' }],
    },
  },
  'may-be-null': {
    note: 'Said of an optional input, of what an action or a person gives as null, and of a step with `"on_error": "continue"`.',
    bad: {
      id: 'w',
      inputs: { repo: { type: 'string', required: false } },
      steps: [
        { id: 'ask', approval: { message: 'Go?' } },
        {
          id: 'a',
          when: '{{ steps.ask.approved }}',
          action: 'github.create_issue',
          params: { repo_name: '{{ inputs.repo }}', title: 'They say: {{ steps.ask.comment }}' },
        },
      ],
    },
    fixed: {
      id: 'w',
      inputs: { repo: { type: 'string' } },
      steps: [
        { id: 'ask', approval: { message: 'Go?' } },
        {
          id: 'a',
          when: '{{ steps.ask.approved }}',
          action: 'github.create_issue',
          params: {
            repo_name: '{{ inputs.repo }}',
            title: 'They say: {{ steps.ask.comment ? steps.ask.comment : "nothing" }}',
          },
        },
      ],
    },
  },
  'default-mismatch': {
    bad: {
      id: 'w',
      inputs: { count: { type: 'integer', default: '5' } },
      steps: [{ id: 'a', transform: '{{ inputs.count }}' }],
    },
    fixed: {
      id: 'w',
      inputs: { count: { type: 'integer', default: 5 } },
      steps: [{ id: 'a', transform: '{{ inputs.count }}' }],
    },
  },
  'unlikely-default': {
    note: 'A field that only the default has, as in `{"skipped": true}`, is fine where an expression reads it: `steps.<id>.skipped`.',
    bad: {
      id: 'w',
      inputs: { on: { type: 'boolean' } },
      steps: [
        { id: 'fetch', when: '{{ inputs.on }}', default: 'none', action: 'gmail.list_messages' },
        { id: 'a', transform: '{{ $count(steps.fetch.messages) }}' },
      ],
    },
    fixed: {
      id: 'w',
      inputs: { on: { type: 'boolean' } },
      steps: [
        { id: 'fetch', when: '{{ inputs.on }}', default: { messages: [] }, action: 'gmail.list_messages' },
        { id: 'a', transform: '{{ $count(steps.fetch.messages) }}' },
      ],
    },
  },
  'retry-errors': {
    bad: {
      id: 'w',
      steps: [
        { id: 'a', action: 'github.list_repositories', retry: { on: ['States.TimeOut', 'States.ALL'] } },
        {
          id: 'b',
          workflow: 'open_issue',
          input: { repo_name: 'o/r', title: 'x' },
          retry: { on: ['RateLimited'] },
        },
      ],
      output: '{{ steps.a }}',
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'a', action: 'github.list_repositories', retry: { on: ['States.Timeout', 'RateLimited'] } },
        {
          id: 'b',
          workflow: 'open_issue',
          input: { repo_name: 'o/r', title: 'x' },
          retry: { on: ['States.TaskFailed'] },
        },
      ],
      output: '{{ steps.a }}',
    },
  },
  'invalid-duration': {
    bad: {
      id: 'w',
      steps: [
        { id: 'a', wait: '5 minutes' },
        { id: 'b', wait: { seconds: -1 } },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'a', wait: 'PT5M' },
        { id: 'b', wait: { seconds: 1 } },
      ],
    },
  },
  'invalid-timestamp': {
    bad: { id: 'w', steps: [{ id: 'a', wait: { until: '2026-03-01 09:00' } }] },
    fixed: { id: 'w', steps: [{ id: 'a', wait: { until: '2026-03-01T09:00:00Z' } }] },
  },
  'reserved-error': {
    bad: { id: 'w', steps: [{ id: 'a', fail: { error: 'States.Timeout' } }] },
    fixed: { id: 'w', steps: [{ id: 'a', fail: { error: 'TookTooLong' } }] },
  },
  'return-not-here': {
    bad: { id: 'w', steps: [{ id: 'each', for_each: [1, 2], steps: [{ id: 'a', return: '{{ item }}' }] }] },
    fixed: {
      id: 'w',
      steps: [
        { id: 'each', for_each: [1, 2], steps: [{ id: 'a', transform: '{{ item }}' }] },
        { id: 'b', return: '{{ steps.each[0] }}' },
      ],
    },
  },
  'variable-scope': {
    bad: {
      id: 'w',
      steps: [
        { id: 'start', set: { total: 0 } },
        { id: 'each', for_each: [1, 2], steps: [{ id: 'add', set: { total: '{{ vars.total + item }}' } }] },
      ],
      output: '{{ vars.total }}',
    },
    fixed: {
      id: 'w',
      steps: [{ id: 'each', for_each: [1, 2], steps: [{ id: 'add', transform: '{{ item }}' }] }],
      output: '{{ $sum(steps.each) }}',
    },
  },
  'tolerance-without-continue': {
    bad: {
      id: 'w',
      steps: [
        {
          id: 'each',
          for_each: [1, 2],
          tolerated_failures: 1,
          steps: [{ id: 'a', action: 'github.list_repositories' }],
        },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        {
          id: 'each',
          for_each: [1, 2],
          on_item_error: 'continue',
          tolerated_failures: 1,
          steps: [{ id: 'a', action: 'github.list_repositories' }],
        },
      ],
    },
  },
  'duplicate-tool': {
    bad: {
      id: 'w',
      steps: [{ id: 'a', agent: { goal: 'Tidy up', tools: ['github.create_issue', 'github.create_issue'] } }],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'a', agent: { goal: 'Tidy up', tools: ['github.create_issue', 'github.list_repositories'] } },
      ],
    },
  },
  'invalid-schema': {
    bad: {
      id: 'w',
      steps: [
        {
          id: 'a',
          agent: {
            goal: 'Is there something urgent?',
            tools: ['gmail.list_messages'],
            output_schema: { type: 'object', properties: { urgent: 'boolean' } },
          },
        },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        {
          id: 'a',
          agent: {
            goal: 'Is there something urgent?',
            tools: ['gmail.list_messages'],
            output_schema: { type: 'object', properties: { urgent: { type: 'boolean' } } },
          },
        },
      ],
    },
  },
  'unlikely-error': {
    bad: { id: 'w', steps: [{ id: 'a', action: 'github.list_repositories', retry: { on: ['RateLimit'] } }] },
    fixed: {
      id: 'w',
      steps: [{ id: 'a', action: 'github.list_repositories', retry: { on: ['RateLimited'] } }],
    },
  },
  'longer-than-limit': {
    bad: { id: 'w', timeout_seconds: 3600, steps: [{ id: 'pause', wait: 'PT2H' }] },
    fixed: { id: 'w', timeout_seconds: 10800, steps: [{ id: 'pause', wait: 'PT2H' }] },
  },
  'model-ends': {
    bad: {
      id: 'w',
      steps: [
        { id: 'a', action: 'openai.generate_completion', params: { prompt: 'Hello', model: 'gpt-4o-mini' } },
      ],
    },
    fixed: {
      id: 'w',
      steps: [{ id: 'a', action: 'openai.generate_completion', params: { prompt: 'Hello' } }],
    },
  },
  'no-trigger-kind': {
    bad: { id: 'w', triggers: [{ schedul: 'rate(1 hour)' }], steps: [{ id: 'a', transform: 1 }] },
    fixed: { id: 'w', triggers: [{ schedule: 'rate(1 hour)' }], steps: [{ id: 'a', transform: 1 }] },
  },
  'invalid-schedule': {
    bad: {
      id: 'w',
      triggers: [
        { schedule: 'cron(0 9 * * MON)' },
        { schedule: 'rate(1 hour)', timezone: 'Berlin', start_date: '2026-03-01' },
      ],
      steps: [{ id: 'a', transform: 1 }],
    },
    fixed: {
      id: 'w',
      triggers: [
        { schedule: 'cron(0 9 ? * MON *)' },
        { schedule: 'rate(1 hour)', timezone: 'Europe/Berlin', start_date: '2026-03-01T00:00:00+01:00' },
      ],
      steps: [{ id: 'a', transform: 1 }],
    },
  },
  'weekday-number': {
    bad: { id: 'w', triggers: [{ schedule: 'cron(0 9 ? * 1-5 *)' }], steps: [{ id: 'a', transform: 1 }] },
    fixed: {
      id: 'w',
      triggers: [{ schedule: 'cron(0 9 ? * MON-FRI *)' }],
      steps: [{ id: 'a', transform: 1 }],
    },
  },
  'never-due': {
    bad: { id: 'w', triggers: [{ schedule: 'at(2020-03-01T09:00:00)' }], steps: [{ id: 'a', transform: 1 }] },
    fixed: {
      id: 'w',
      triggers: [{ schedule: 'at(2120-03-01T09:00:00)' }],
      steps: [{ id: 'a', transform: 1 }],
    },
  },
  'duplicate-webhook': {
    bad: {
      id: 'w',
      inputs: { webhook: { type: 'object' } },
      triggers: [{ webhook: { verify: 'github' } }, { webhook: { verify: 'token' } }],
      steps: [{ id: 'a', transform: '{{ inputs.webhook.body }}' }],
    },
    fixed: {
      id: 'w',
      inputs: { webhook: { type: 'object' } },
      triggers: [{ webhook: { verify: 'github' } }, { webhook: { verify: 'token', name: 'shop' } }],
      steps: [{ id: 'a', transform: '{{ inputs.webhook.body }}' }],
    },
  },
  'trigger-input': {
    bad: {
      id: 'w',
      inputs: { city: { type: 'string' }, days: { type: 'integer' } },
      triggers: [
        { schedule: 'rate(1 day)', input: { town: 'Paris', days: '{{ 1 + 1 }}' } },
        { webhook: { verify: 'github' }, input: { city: 'Paris', days: 2 } },
      ],
      steps: [{ id: 'a', transform: '{{ inputs.city & inputs.days }}' }],
    },
    fixed: {
      id: 'w',
      inputs: {
        city: { type: 'string' },
        days: { type: 'integer' },
        webhook: { type: 'object', required: false },
      },
      triggers: [
        { schedule: 'rate(1 day)', input: { city: 'Paris', days: 2 } },
        { webhook: { verify: 'github' }, input: { city: 'Paris', days: 2 } },
      ],
      steps: [{ id: 'a', transform: '{{ inputs.city & inputs.days }}' }],
    },
  },
  'not-in-express': {
    bad: {
      id: 'w',
      type: 'express',
      timeout_seconds: 60,
      triggers: [{ schedule: 'rate(1 hour)' }],
      steps: [
        { id: 'pause', wait: 'PT1M' },
        {
          id: 'each',
          for_each: [1, 2],
          mode: 'distributed',
          steps: [{ id: 'list', action: 'github.list_repositories', timeout_seconds: 30 }],
        },
      ],
    },
    fixed: {
      id: 'w',
      type: 'express',
      timeout_seconds: 25,
      steps: [
        { id: 'pause', wait: 'PT1S' },
        {
          id: 'each',
          for_each: [1, 2],
          steps: [{ id: 'list', action: 'github.list_repositories', timeout_seconds: 10 }],
        },
      ],
    },
  },
  'literal-too-large': {
    note: '`(300000 times x)` stands for so many letters.',
    bad: { id: 'w', steps: [{ id: 'a', transform: '(300000 times x)' }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: '(200000 times x)' }] },
  },
  'definition-too-large': {
    bad: {
      id: 'w',
      inputs: { long: { default: '(200000 times x)' } },
      steps: [
        { id: 'a', transform: '{{ inputs.long }}{{ inputs.long }}{{ inputs.long }}' },
        { id: 'b', transform: '{{ inputs.long }}{{ inputs.long }}{{ inputs.long }}' },
      ],
    },
    fixed: {
      id: 'w',
      inputs: { long: { default: '(200000 times x)' } },
      steps: [
        { id: 'v', set: { long: '{{ inputs.long }}' } },
        { id: 'a', transform: '{{ vars.long }}' },
        { id: 'b', transform: '{{ $length(vars.long & steps.a) }}' },
      ],
    },
  },
  'too-many': {
    note: '`(20001 times {{-1}})` stands for so many expressions.',
    bad: { id: 'w', steps: [{ id: 'a', transform: '(20001 times {{-1}})' }] },
    fixed: { id: 'w', steps: [{ id: 'a', transform: '{{ $join([1..20001].("-1")) }}' }] },
  },
  'event-budget': {
    bad: {
      id: 'w',
      steps: [
        {
          id: 'a',
          mode: 'inline',
          for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
          steps: [
            {
              id: 'b',
              for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
              steps: [
                {
                  id: 'c',
                  for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
                  steps: [
                    {
                      id: 'd',
                      for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
                      steps: [{ id: 'e', transform: '{{ item }}' }],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        {
          id: 'a',
          mode: 'distributed',
          for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
          steps: [
            {
              id: 'b',
              for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
              steps: [
                {
                  id: 'c',
                  for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
                  steps: [
                    {
                      id: 'd',
                      for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
                      steps: [{ id: 'e', transform: '{{ item }}' }],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  },
  'undeclared-input': {
    bad: {
      id: 'w',
      steps: [
        { id: 'fetch', type: 'gmail', action: 'list_messages', next_step: 'tell' },
        {
          id: 'tell',
          type: 'notion',
          action: 'create_page',
          params: { parent_id: '{{page}}', title: '{{fetch_outpt}}' },
        },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'fetch', type: 'gmail', action: 'list_messages', next_step: 'tell' },
        {
          id: 'tell',
          type: 'notion',
          action: 'create_page',
          params: { parent_id: '{{page}}', title: '{{fetch_output}}' },
        },
      ],
    },
  },
  'no-effect': {
    note: 'So it is with `concurrency`, with the dates of a schedule that is due once, and with the `default` of a step that always runs.',
    bad: {
      id: 'w',
      concurrency: { limit: 1 },
      triggers: [{ schedule: 'at(2120-03-01T09:00:00)', end_date: '2119-01-01T00:00:00Z' }],
      steps: [{ id: 'a', default: 2, transform: 1 }],
    },
    fixed: {
      id: 'w',
      triggers: [{ schedule: 'at(2120-03-01T09:00:00)' }],
      steps: [{ id: 'a', transform: 1 }],
    },
  },
  'unused-input': {
    bad: { id: 'w', inputs: { name: {}, nmae: {} }, steps: [{ id: 'a', transform: '{{ inputs.name }}' }] },
    fixed: { id: 'w', inputs: { name: {} }, steps: [{ id: 'a', transform: '{{ inputs.name }}' }] },
  },
  'unused-output': {
    bad: {
      id: 'w',
      steps: [
        { id: 'list', action: 'github.list_repositories' },
        { id: 'a', transform: 1 },
      ],
    },
    fixed: {
      id: 'w',
      steps: [
        { id: 'list', action: 'github.list_repositories' },
        { id: 'a', transform: '{{ $count(steps.list.repositories) }}' },
      ],
    },
  },
  'unreachable-step': {
    bad: {
      id: 'w',
      steps: [
        { id: 'end', return: 1 },
        { id: 'a', action: 'github.list_repositories' },
      ],
    },
    fixed: {
      id: 'w',
      inputs: { dry: { type: 'boolean' } },
      steps: [
        { id: 'end', when: '{{ inputs.dry }}', return: 1 },
        { id: 'a', action: 'github.list_repositories' },
      ],
    },
  },
  'never-runs': {
    bad: { id: 'w', steps: [{ id: 'a', when: false, action: 'github.list_repositories' }] },
    fixed: { id: 'w', steps: [{ id: 'a', action: 'github.list_repositories' }] },
  },
};
