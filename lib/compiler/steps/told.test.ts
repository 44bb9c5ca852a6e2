// What is said of mistakes in steps, each whole: its place, its words, what would be right, and what mends it.
import { expect, test } from 'vitest';
import type { SavedWorkflows } from '../compile.ts';
import { told } from '../testing/compile.ts';

const value = { id: 'v', transform: 1 };
const fetch = { id: 'a', action: 'gmail.list_messages' };
const inner = (id: string) => ({ id, transform: 1 });
const loop = (rest: object) => ({ id: 'l', for_each: '{{ inputs.x }}', steps: [value], ...rest });
const issue = (params: object, rest: object = {}) => ({
  id: 'a',
  action: 'github.create_issue',
  params: { repo_name: 'o/r', title: 't', ...params },
  ...rest,
});
const ask = (id: string, rest: object = {}) => ({ id, approval: { message: 'm', ...rest } });
const summary = (params?: object) => ({ action: 'openai.summarize', ...(params && { params }) });
const chat = (params: object) => ({ id: 'b', action: 'openai.chat', params });

const workflow = (steps: readonly object[], rest: object = {}) => ({
  id: 'w',
  inputs: { x: {}, n: { type: 'integer' }, s: { type: 'string' } },
  steps,
  output: '{{ inputs }}',
  ...rest,
});
const saved: SavedWorkflows = new Map([
  [
    'other',
    {
      inputs: { name: { type: 'string', description: 'Who' }, n: { type: 'integer' }, k: {} },
      calls: [],
      isExpress: false,
    },
  ],
  ['quick', { inputs: {}, calls: [], isExpress: true }],
  ['back', { inputs: {}, calls: ['w'], isExpress: false }],
]);

test.each<[string, readonly object[], readonly string[], object?]>([
  [
    'retry: errors that there are not',
    [{ ...fetch, retry: { on: ['States.Timeot', 'States.Nope', 'States.ALL', 'RateLimitd', 'MyOwn'] } }],
    [
      '/steps/0/retry/on/0: Step Functions has no error States.Timeot to retry on [retry-errors]\n    Did you mean States.Timeout? Errors of its own: States.ALL, States.TaskFailed, States.Timeout, States.HeartbeatTimeout, States.Permissions, States.QueryEvaluationError, States.ExceedToleratedFailureThreshold.\n    value -> States.Timeout',
      '/steps/0/retry/on/1: Step Functions has no error States.Nope to retry on [retry-errors]\n    Errors of its own: States.ALL, States.TaskFailed, States.Timeout, States.HeartbeatTimeout, States.Permissions, States.QueryEvaluationError, States.ExceedToleratedFailureThreshold.',
      '/steps/0/retry/on/2: States.ALL stands for every error and has to stand alone [retry-errors]\n    Write "on": ["States.ALL"], or leave it out.',
      '/steps/0/retry/on/3: No action throws the error "RateLimitd" [unlikely-error]\n    Did you mean RateLimited?\n    value -> RateLimited',
    ],
  ],
  [
    'retry: intervals',
    [{ ...fetch, retry: { interval_seconds: 9, max_interval_seconds: 3 } }],
    [
      '/steps/0/retry/max_interval_seconds: max_interval_seconds must be at least interval_seconds, which is 9 [invalid-value]',
    ],
  ],
  [
    'what a distributed loop never fails with',
    [loop({ mode: 'distributed', retry: { on: ['RateLimited', 'States.Timeout'] } })],
    [
      '/steps/0/retry/on/0: A distributed loop fails with States.ExceedToleratedFailureThreshold, never with RateLimited [retry-errors]\n    Leave "on" out, or let the step within the loop be tried again on RateLimited.',
    ],
  ],
  [
    'what an inline loop does fail with',
    [loop({ retry: { on: ['RateLimited'] } })],
    [
      '/steps/0/steps/0: Nothing reads the output of the step v, and it has no other effect [unused-output]\n    Use it as steps.v, or remove it.',
    ],
  ],
  [
    'options of loops',
    [loop({ tolerated_failures: 1, mode: 'inline', max_concurrency: 41 })],
    [
      '/steps/0/tolerated_failures: Without "on_item_error": "continue" the first failure ends the loop [tolerance-without-continue]\n    Add "on_item_error": "continue", or leave tolerated_failures out.\n    adds /steps/0/on_item_error "continue"',
      '/steps/0/max_concurrency: An inline loop runs at most 40 iterations at the same time, not 41 [invalid-value]\n    Give it "mode": "distributed", or leave mode out.\n    value /steps/0/mode -> distributed',
    ],
  ],
  [
    'what a loop goes over',
    [loop({ for_each: 'x' }), { id: 'm', for_each: '{{ inputs.n }}', steps: [inner('in_m')] }],
    [
      '/steps/0/for_each: for_each cannot be "x" [invalid-value]\n    It is a list, or an expression that gives one: "{{ steps.fetch.messages }}".',
      '/steps/1/for_each: for_each must be a list; this expression gives an integer [type-mismatch]\n    A list of one: "{{ [ … ] }}".',
    ],
  ],
  [
    'on_unknown',
    [
      issue({}, { on_unknown: 'retry' }),
      {
        id: 'm',
        action: 'gmail.send_message',
        on_unknown: 'retry',
        params: { to: ['a@b.example'], subject: 's' },
      },
    ],
    [
      '/steps/0/on_unknown: github.create_issue never fails with OutcomeUnknown [no-effect]\n    Remove on_unknown: a call of this action can be repeated without harm as it is.\n    removes /steps/0/on_unknown',
    ],
  ],
  [
    'actions that there are not',
    [
      { id: 'a', action: 'gmail.list_mesages' },
      { id: 'b', action: 'zzz' },
    ],
    [
      '/steps/0/action: There is no action "gmail.list_mesages" [unknown-action]\n    Did you mean gmail.list_messages? The actions, those most like it first: gmail.list_messages, gmail.send_message, notion.query_pages, notion.create_page, openai.summarize, github.create_issue, github.commit_file, openai.agent_turn, openai.chat.\n    value -> gmail.list_messages',
      '/steps/1/action: There is no action "zzz" [unknown-action]\n    The actions, those most like it first: openai.chat, openai.summarize, openai.agent_turn, github.commit_file, gmail.send_message, notion.create_page, notion.query_pages, github.create_issue, gmail.list_messages.',
    ],
  ],
  [
    'params of the wrong kind',
    [issue({ titel: 1, labels: ['a', 1, '{{ inputs.n }}'], body: '{{ inputs.n }}', title: '' })],
    [
      '/steps/0/params/title: title must have at least 1 character, not "" [invalid-parameter]',
      '/steps/0/params/titel: github.create_issue has no parameter "titel" [unknown-parameter]\n    Parameters: repo_name, title, body, labels.',
      '/steps/0/params/labels/1: labels[1] must be a string, not 1 [invalid-parameter]',
      '/steps/0/params/labels/2: labels[2] must be a string; this expression gives an integer [type-mismatch]\n    $string(…) makes text of a value.',
      '/steps/0/params/body: body must be a string; this expression gives an integer [type-mismatch]\n    $string(…) makes text of a value.',
    ],
  ],
  [
    'params that are missing',
    [{ id: 'a', action: 'github.create_issue' }, { ...chat({ messages: [{ rol: 'user', content: 'x' }] }) }],
    [
      '/steps/0: github.create_issue needs the parameter repo_name [missing-parameter]\n    repo_name: The repository, owner/name',
      '/steps/0: github.create_issue needs the parameter title [missing-parameter]\n    title: The title',
      '/steps/1/params/messages/0: openai.chat needs the parameter role [missing-parameter]\n    Parameters: role, content.',
      '/steps/1/params/messages/0/rol: openai.chat has no parameter "rol" [unknown-parameter]\n    Did you mean role? Parameters: role, content.\n    key -> role',
    ],
  ],
  [
    'params that may be one of several',
    [chat({ temperature: 3, stop: [1], model: '', template: 5 })],
    [
      '/steps/0/params/temperature: temperature must be a number or null as the action describes it, not 3 [invalid-parameter]',
      '/steps/0/params/stop: stop must be a string or an array as the action describes it, not [1] [invalid-parameter]',
      '/steps/0/params/model: model must have at least 1 character, not "" [invalid-parameter]',
      '/steps/0/params/template: template must be a string, not 5 [invalid-parameter]',
    ],
  ],
  [
    'params within others',
    [chat({ messages: [{ role: 'usr', content: '{{ inputs.n }}' }], temperature: '{{ inputs.s }}' })],
    [
      '/steps/0/params/messages/0/role: messages[0].role must be one of "system", "user", "assistant", not "usr" [invalid-parameter]',
      '/steps/0/params/messages/0/content: messages[0].content must be a string; this expression gives an integer [type-mismatch]\n    $string(…) makes text of a value.',
      '/steps/0/params/temperature: temperature must be a number or null; this expression gives a string [type-mismatch]\n    Use a field of it, or convert it.',
    ],
  ],
  [
    'a schema that is none',
    [
      chat({
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'objekt' } } },
      }),
    ],
    [
      '/steps/0/params/response_format/json_schema/schema/type: This is not a JSON Schema: "objekt" must be equal to one of the allowed values [invalid-schema]\n    It looks like {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"], "additionalProperties": false}.',
    ],
  ],
  [
    'what may be null',
    [ask('ask'), issue({ title: '{{ steps.ask.comment }}', body: 'X {{ steps.ask.comment }}' })],
    [
      '/steps/1/params/title: What steps.ask.comment gives may be null: github.create_issue then fails, since it needs title [may-be-null]\n    Say what to use instead, as in {{ steps.ask.comment ? … : … }}, or give the step a "when": "{{ steps.ask.comment }}".',
      '/steps/1/params/body, column 6: What steps.ask.comment gives may be null: the text then says "null" [may-be-null]\n    Say what to use instead, as in {{ steps.ask.comment ? … : … }}, or give the step a "when": "{{ steps.ask.comment }}".',
    ],
  ],
  [
    'Express: waits and limits',
    [
      { id: 'p', wait: 'PT25S' },
      { id: 'q', wait: { seconds: 25 } },
      { ...fetch, timeout_seconds: 26 },
    ],
    [
      '/steps/0/wait: The run would be over before a wait of 25 seconds [not-in-express]\n    The whole run takes at most 25 seconds.',
      '/steps/1/wait/seconds: The run would be over before a wait of 25 seconds [not-in-express]\n    The whole run takes at most 25 seconds.',
      '/steps/2/timeout_seconds: The run would be over before 26 seconds of this step [not-in-express]\n    The whole run takes at most 25 seconds.',
    ],
    { type: 'express' },
  ],
  [
    'Express: limits of a shorter run',
    [
      { id: 'p', wait: 'PT5S' },
      { ...fetch, timeout_seconds: 6 },
    ],
    [
      '/steps/0/wait: The run would be over before a wait of 5 seconds [not-in-express]\n    The whole run takes at most 5 seconds.',
      '/steps/1/timeout_seconds: The run would be over before 6 seconds of this step [not-in-express]\n    The whole run takes at most 5 seconds.',
    ],
    { type: 'express', timeout_seconds: 5 },
  ],
  [
    'Express: what it has not',
    [
      loop({ mode: 'distributed' }),
      { id: 'm', for_each: [1], max_concurrency: 41, steps: [inner('in_m')] },
      ask('q'),
      { id: 'r', workflow: 'other', input: { name: 'x', n: 1, k: 1 } },
      { id: 't', ...summary({ text: 'x' }), background: true },
    ],
    [
      '/steps/0/mode: An Express workflow has no distributed loops [not-in-express]\n    Leave mode out, or make it "type": "standard".',
      '/steps/1/max_concurrency: A loop of an Express workflow runs at most 40 iterations at the same time, not 41 [not-in-express]\n    More make a loop a distributed one, which Express workflows do not have.',
      '/steps/2/approval: A run of an Express workflow cannot wait for a person [not-in-express]\n    Leave it out, or make it "type": "standard".',
      '/steps/3/workflow: A run of an Express workflow cannot wait for the run of another one [not-in-express]\n    Add "wait_for_result": false, or make it "type": "standard".\n    adds /steps/3/wait_for_result false',
      '/steps/4/background: A model that answers in the background may take longer than an Express workflow, which is paid for while it waits [not-in-express]\n    Leave it out, or make it "type": "standard".',
    ],
    { type: 'express' },
  ],
  [
    'a name of Step Functions’ own',
    [{ id: 'f', fail: { error: 'States.Mine' } }],
    [
      '/steps/0/fail/error: "States.Mine" cannot name an error of yours [reserved-error]\n    Names that begin with States. are those of Step Functions.',
    ],
  ],
  [
    'return within a loop',
    [loop({ steps: [{ id: 'r', return: 1 }] })],
    [
      '/steps/0/steps/0/return: return cannot end the run here [return-not-here]\n    Loops, branches and on_failure run within states of their own; return stands outside of them.',
    ],
  ],
  [
    'a variable of two scopes',
    [
      { id: 's', set: { y: 1 } },
      { id: 'p', parallel: { l: [{ id: 't', set: { y: 2 } }] } },
    ],
    [
      '/steps/1/parallel/l/0/set/y: The variable y is set outside of this loop or branch too, and cannot be changed from within [variable-scope]\n    Give this one another name. What a loop or branch finds out leaves it as the output of its last step.',
    ],
  ],
  [
    'a variable of the steps and of on_failure',
    [{ id: 's', set: { y: 1 } }],
    [
      '/steps/0/set/y: The variable y is set in on_failure too, whose variables are not those of the other steps [variable-scope]\n    Give one of the two another name.',
    ],
    { on_failure: [{ id: 'u', set: { y: 3 } }] },
  ],
  [
    'branches',
    [
      { id: 'p', parallel: {} },
      { id: 'q', parallel: { 'a-b': [value] } },
    ],
    [
      '/steps/0/parallel: A parallel step needs at least one branch [no-steps]\n    "parallel": {"left": [ … ], "right": [ … ]}',
      '/steps/1/parallel/a-b: "a-b" cannot name a branch [invalid-id]\n    Letters, digits and _, beginning with a letter or _, at most 64.',
    ],
  ],
  [
    'cases',
    [
      {
        id: 's',
        switch: [
          { when: 'no', steps: [value] },
          { when: ' {{ inputs.x }} {{ 2 }}', steps: [inner('b')] },
        ],
      },
      { id: 't', switch: [{ steps: [] }], else: [] },
    ],
    [
      '/steps/0/switch/0/when: when is true, false or one expression [when-not-expression]\n    "when": "{{ $count(steps.fetch.messages) > 0 }}"',
      '/steps/0/switch/1/when: when is true, false or one expression [when-not-expression]\n    "when": "{{ $count(steps.fetch.messages) > 0 }}"',
      '/steps/1/switch/0: "when" is missing here [missing-key]',
      '/steps/1/switch/0/steps: A case needs at least one step [no-steps]',
      '/steps/1/else: else needs at least one step [no-steps]',
    ],
  ],
  [
    'steps of no kind, and of several',
    [{ id: 'a' }, { id: 'b', acton: 'x' }, { id: 'c', action: 'x', wait: 'PT1S' }],
    [
      '/steps/0: Nothing says what this step does [no-step-kind]\n    A step has one of the keys action, set, transform, wait, return, fail, switch, parallel, for_each, agent, workflow, approval.',
      '/steps/1: Nothing says what this step does [no-step-kind]\n    Did you mean action instead of acton? A step has one of the keys action, set, transform, wait, return, fail, switch, parallel, for_each, agent, workflow, approval.\n    key /steps/1/acton -> action',
      '/steps/2: A step does one thing, but this one has action and wait [several-step-kinds]\n    Split it into several steps.',
    ],
  ],
  [
    'ids',
    [
      { id: 'workflow', transform: 1 },
      { id: 'a', wait: 'PT1S' },
      { id: 'a', wait: 'PT1S' },
      { wait: 'PT1S' },
      { id: '1x', wait: 'PT1S' },
    ],
    [
      '/steps/0/id: A step cannot have the id workflow: names of states in the compiled workflow begin with it [reserved-name]\n    Use another name, such as workflow_1.',
      '/steps/2/id: Two steps have the id a [duplicate-step]\n    The other one is at /steps/1. Give one of them another id.',
      '/steps/3: "id" is missing here [missing-key]',
      '/steps/4/id: "1x" cannot be an id [invalid-id]\n    Letters, digits and _, beginning with a letter or _, at most 64.',
    ],
  ],
  [
    'keys of a step',
    [
      { ...fetch, titel: 1, parms: {}, when: 5, retry: { onn: [] }, connection: '../x', comment: 5 },
      { id: 'b', wait: 'PT1S', on_error: 'stop' },
      { id: 'c', transform: 1, params: {} },
    ],
    [
      '/steps/0/titel: There is no key "titel" here [unknown-key]\n    Keys: id, when, default, comment, connection, timeout_seconds, retry, on_error, action, on_unknown, background, params.',
      '/steps/0/parms: There is no key "parms" here [unknown-key]\n    Did you mean params? Keys: id, when, default, comment, connection, timeout_seconds, retry, on_error, action, on_unknown, background, params.\n    key -> params',
      '/steps/0/when: when must be a boolean or a string, not a number (5) [wrong-type]',
      '/steps/0/retry/onn: There is no key "onn" here [unknown-key]\n    Did you mean on? Keys: max_attempts, interval_seconds, backoff_rate, max_interval_seconds, on.\n    key -> on',
      '/steps/0/connection: "../x" cannot be a connection [invalid-id]\n    Lower-case letters, digits, _ and -, beginning with a letter or a digit, at most 64.',
      '/steps/0/comment: comment must be a string, not a number (5) [wrong-type]',
      '/steps/1/on_error: on_error cannot be "stop" [invalid-value]\n    Possible values: "continue" or a list of steps.',
      '/steps/2/params: There is no key "params" here [unknown-key]\n    Keys: id, when, default, comment, retry, on_error, transform.',
    ],
  ],
  [
    'tools',
    [
      {
        id: 'a',
        agent: {
          goal: 'g',
          tools: [
            'github.create_isue',
            'gmail.list_messages',
            'gmail.list_messages',
            { action: 'github.commit_file', params: { allow_workflow_files: true } },
          ],
          output_schema: { type: 'array' },
        },
      },
    ],
    [
      '/steps/0/agent/tools/0: There is no action "github.create_isue" [unknown-action]\n    Did you mean github.create_issue? The actions, those most like it first: github.create_issue, github.commit_file, notion.create_page, notion.query_pages, openai.agent_turn, openai.chat, gmail.send_message, openai.summarize, gmail.list_messages.\n    value -> github.create_issue',
      '/steps/0/agent/tools/2: The agent has the tool gmail.list_messages twice [duplicate-tool]\n    The other one is at /steps/0/agent/tools/1. Each action can be a tool once.',
      '/steps/0/agent/tools/3/params/allow_workflow_files: allow_workflow_files cannot be given to an agent that chooses file_path itself [invalid-parameter]\n    Fix file_path in params too, or leave allow_workflow_files out.',
      '/steps/0/agent/output_schema: output_schema is not the JSON Schema of an object: its "type" must be "object" [invalid-schema]\n    It looks like {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"], "additionalProperties": false}.',
    ],
  ],
  [
    'keys of an agent',
    [
      { id: 'a', agent: { goal: 'g', tools: [{ actin: 'x' }], max_turns: 0, modl: 'x' } },
      { id: 'b', agent: { tools: [] } },
    ],
    [
      '/steps/0/agent/tools/0: "action" is missing here [missing-key]',
      '/steps/0/agent/tools/0/actin: There is no key "actin" here [unknown-key]\n    Did you mean action? Keys: action, params, connection, description.\n    key -> action',
      '/steps/0/agent/max_turns: max_turns must be at least 1, not 0 [invalid-value]',
      '/steps/0/agent/modl: There is no key "modl" here [unknown-key]\n    Did you mean model? Keys: goal, instructions, model, models, temperature, reasoning_effort, verbosity, tools, max_turns, output_schema.\n    key -> model',
      '/steps/1/agent: "goal" is missing here [missing-key]',
      '/steps/1/agent/tools: tools must have at least 1 item, not [] [invalid-value]',
    ],
  ],
  [
    'keys of an approval',
    [{ id: 'a', approval: { mesage: 'm', on_timeout: 'continue' } }],
    [
      '/steps/0/approval: "message" is missing here [missing-key]',
      '/steps/0/approval/mesage: There is no key "mesage" here [unknown-key]\n    Did you mean message? Keys: message, details, role, on_timeout, notify.\n    key -> message',
      '/steps/0/approval/on_timeout: on_timeout cannot be "continue" [invalid-value]\n    Possible values: "fail", "approve", "reject".',
    ],
  ],
  [
    'who tells of an approval',
    [
      { ...ask('b', { notify: { action: 'openai.sumarize' } }), retry: { on: ['States.Timeout'] } },
      ask('c', { notify: summary() }),
    ],
    [
      '/steps/0/approval/notify/action: There is no action "openai.sumarize" [unknown-action]\n    Did you mean openai.summarize? The actions, those most like it first: openai.summarize, openai.chat, openai.agent_turn, github.commit_file, gmail.send_message, github.create_issue, gmail.list_messages, notion.create_page, notion.query_pages.\n    value -> openai.summarize',
      '/steps/0/retry/on/0: Who did not decide in time is not asked again: retry is for asking [retry-errors]\n    Give them longer, by timeout_seconds, or say what a timeout means, by on_timeout.',
      '/steps/1/approval/notify: openai.summarize needs the parameter text [missing-parameter]\n    text: What to summarise',
    ],
  ],
  [
    'another workflow: its input',
    [{ id: 'a', workflow: 'other', input: { nme: 'x', n: 'x' }, retry: { on: ['RateLimited'] } }],
    [
      '/steps/0/input: The workflow other needs the input name [workflow-input]\n    name: string Who',
      '/steps/0/input: The workflow other needs the input k [workflow-input]\n    k has no default.',
      '/steps/0/input/nme: The workflow other has no input "nme" [workflow-input]\n    Did you mean name? Inputs: name, n, k.\n    key -> name',
      '/steps/0/input/n: n must be an integer, not "x" [workflow-input]',
      '/steps/0/retry/on/0: A step that runs another workflow never fails with "RateLimited", whatever that one fails with [retry-errors]\n    Its error is States.TaskFailed, or States.Timeout at its own time limit. Single steps are tried again by "retry" in that workflow.',
    ],
  ],
  [
    'another workflow: which',
    ['othr', 'quick', 'w', 'back', 'zzzz'].map((other) => ({ id: `s_${other}`, workflow: other })),
    [
      '/steps/0/workflow: There is no workflow othr [unknown-workflow]\n    Did you mean other?\n    value -> other',
      '/steps/1/workflow: quick is an Express workflow, whose run no step can wait for or find again [not-in-express]\n    Make that one "type": "standard", or put its steps here.',
      '/steps/2/workflow: The workflow would run itself: w -> w [workflow-cycle]\n    A loop is for_each; what goes on for ever is started by a schedule.',
      '/steps/3/workflow: The workflow would run itself: w -> back -> w [workflow-cycle]\n    A loop is for_each; what goes on for ever is started by a schedule.',
      '/steps/4/workflow: There is no workflow zzzz [unknown-workflow]\n    Save that one first.',
    ],
  ],
  [
    'waits',
    ['soon', '{{ inputs.n }}', 'P1Y', {}, { until: 'x' }, { seconds: -1 }].map((wait, n) => ({
      id: `s${n}`,
      wait,
    })),
    [
      '/steps/0/wait: "soon" is not a duration [invalid-duration]\n    ISO 8601 with weeks, days, hours, minutes and seconds: "PT90S", "PT1H30M", "P2D".',
      '/steps/1/wait: "{{ inputs.n }}" is not a duration [invalid-duration]\n    Computed waits are {"seconds": "{{ … }}"} or {"until": "{{ … }}"}.',
      '/steps/2/wait: "P1Y" is not a duration [invalid-duration]\n    ISO 8601 with weeks, days, hours, minutes and seconds: "PT90S", "PT1H30M", "P2D".',
      '/steps/3/wait: wait must be an ISO 8601 duration, {"seconds": …} or {"until": …}, not an object [wrong-type]',
      '/steps/4/wait/until: "x" is not a time [invalid-timestamp]\n    RFC 3339 with its offset: "2026-03-01T09:00:00Z", "2026-03-01T09:00:00+01:00".',
      '/steps/5/wait/seconds: A wait has 0 to 99999999 whole seconds, not -1 [invalid-duration]\n    $round(…) gives a whole number, $max([0, …]) none below 0.',
    ],
  ],
  [
    'what nothing reads',
    [value, { id: 'c', set: { y: 1 } }, ask('k'), { id: 'z', wait: 'PT1S' }],
    [
      '/steps/0: Nothing reads the output of the step v, and it has no other effect [unused-output]\n    Use it as steps.v, or remove it.',
      '/steps/1: Nothing reads the output of the step c, and it has no other effect [unused-output]\n    Use it as vars.<name>, or remove it.',
      '/steps/2: Nothing reads the decision of the step k: the run continues after a rejection too [unused-output]\n    Make later steps depend on it, "when": "{{ steps.k.approved }}", or end the run: {"id": "end_without_k", "when": "{{ $not(steps.k.approved) }}", "return": "{{ steps.k }}"}.\n    adds /steps/3/when "{{ steps.k.approved }}"',
    ],
  ],
  [
    'what nothing reads, where no step may end the run',
    [{ id: 'l', for_each: [1], steps: [ask('k'), { id: 'z', wait: 'PT1S' }, { id: 'y', wait: 'PT1S' }] }],
    [
      '/steps/0/steps/0: Nothing reads the decision of the step k: the run continues after a rejection too [unused-output]\n    Make later steps depend on it, "when": "{{ steps.k.approved }}".',
    ],
  ],
  [
    'what never runs',
    [
      { ...fetch, when: false },
      { id: 'r', return: 1 },
      { id: 'z', wait: 'PT1S' },
    ],
    [
      '/steps/0/when: The step a never runs: when is false [never-runs]\n    Remove the step, or its when.',
      '/steps/2: The step z never runs: every path before it ends the run [unreachable-step]\n    Put return or fail last, or make it conditional with "when".',
    ],
  ],
  [
    'defaults',
    [
      { ...fetch, when: '{{ inputs.x }}', default: { mesages: [] } },
      { ...fetch, id: 'e', default: 1 },
      { id: 'r', return: '{{ [steps.a, steps.e] }}' },
    ],
    [
      '/steps/0/default: The default {"mesages":[]} has a field mesages, but the output of the step does not: messages, result_size_estimate [unlikely-default]\n    Whatever reads the step gets either one: give the default the same shape.',
      '/steps/1/default: The step e always runs, so its default is never used [no-effect]\n    default is the output of a step that did not run. For a step that fails there is on_error.\n    removes /steps/1/default',
      '/steps/1/default: The default 1 is an integer, but the step gives an object [unlikely-default]\n    Whatever reads the step gets either one: give the default the same shape.',
    ],
  ],
  [
    'longer than the workflow',
    [{ id: 'a', wait: 'PT1M' }, ask('k', { on_timeout: 'reject' }), { id: 'r', return: '{{ steps.k }}' }],
    [
      '/steps/0/wait: The step a waits for 60 seconds, but the workflow is stopped after 30 seconds, by its timeout_seconds [longer-than-limit]\n    Raise the limit, or shorten the wait.',
      '/steps/1/approval/on_timeout: The approval k has 604800 seconds to be decided, but the workflow is stopped after 30 seconds, by its timeout_seconds [longer-than-limit]\n    Raise the limit, or shorten the wait.',
    ],
    { timeout_seconds: 30 },
  ],
  [
    'longer than a loop',
    [
      loop({
        timeout_seconds: 5,
        steps: [
          { id: 'q', wait: { seconds: 6 } },
          { ...fetch, timeout_seconds: 9 },
          { id: 'z', wait: { until: '{{ $string(steps.a) }}' } },
        ],
      }),
    ],
    [
      '/steps/0/steps/0/wait: The step q waits for 6 seconds, but the for_each step l is stopped after 5 seconds, by its timeout_seconds [longer-than-limit]\n    Raise the limit, or shorten the wait.',
    ],
  ],
  [
    'more history than there is',
    [loop({ for_each: Array(9000).fill(1), mode: 'inline' })],
    [
      '/steps/0/for_each: A run writes at least 36008 history events; Step Functions ends an execution at 25000 [event-budget]\n    Give the loop l "mode": "distributed": its iterations then have histories of their own.\n    adds /steps/0/mode "distributed"',
      '/steps/0/steps/0: Nothing reads the output of the step v, and it has no other effect [unused-output]\n    Use it as steps.v, or remove it.',
    ],
  ],
  [
    'no history left for a loop',
    [
      { ...loop({}), id: 'm' },
      { id: 'o', for_each: Array(5000).fill(1), mode: 'inline', steps: [inner('in_o')] },
    ],
    [
      '/steps/0/for_each: Everything else writes so many history events that none are left for the loop m: Step Functions ends an execution at 25000 [event-budget]\n    Give the loop m, or a longer one, "mode": "distributed": its iterations then have histories of their own.',
      '/steps/0/steps/0: Nothing reads the output of the step v, and it has no other effect [unused-output]\n    Use it as steps.v, or remove it.',
      '/steps/1/steps/0: Nothing reads the output of the step in_o, and it has no other effect [unused-output]\n    Use it as steps.in_o, or remove it.',
    ],
  ],
  [
    'a text that is too large',
    [{ id: 'r', return: 'x'.repeat(300_000) }],
    [
      '/steps/0/return: What is written here has 300002 bytes; a state of Step Functions holds 262144 [literal-too-large]\n    Keep large texts in a template, or pass their address.',
    ],
  ],
])('%s', (_, steps, expected, rest) => {
  expect(told(workflow(steps, rest), saved)).toEqual(expected);
});
