// What each problem code of the compiler says, in a line; docs/workflows.md begins its explanations with it.
import type { ProblemCode } from './problem.ts';

export const problemSummaries: Readonly<Record<ProblemCode, string>> = {
  'wrong-type': 'A value is of another JSON type than its key wants.',
  'missing-key': 'A key is missing that has to be there.',
  'unknown-key': 'A key means nothing here; often it is misspelt.',
  'invalid-value': 'A value is out of its range, or none of those allowed.',
  'invalid-id':
    'A name has characters that the names of state machines, states or variables cannot have, or is too long.',
  'duplicate-step':
    'Two steps have the same id. Ids are unique in the whole workflow, also within loops and branches.',
  'no-steps': "A list of steps is empty: the workflow's, a case's, a loop's, a branch's.",
  'no-step-kind': 'A step has none of the keys that say what it does.',
  'several-step-kinds': 'A step has more than one of these keys.',
  'key-not-applicable':
    '`timeout_seconds` belongs to steps that call an action or hold other steps, `connection` to those that call one; `return` and `fail` cannot be tried again.',
  'forbidden-key': 'An object with the key `__proto__` or `hasOwnProperty` would break what evaluates it.',
  'too-deep': 'The document is nested too deeply.',
  'next-step-unknown': 'In the older format, `next_step` names a step that there is not.',
  'next-step-cycle': 'In the older format, the `next_step`s lead back to a step that has run.',
  'several-first-steps':
    'In the older format, more than one step has no step before it, so that it is not clear which one is the first.',
  'step-unreachable': 'In the older format, no step leads to this one.',
  'expression-unclosed': '`{{` begins an expression that nothing ends.',
  'expression-syntax': 'What stands between `{{` and `}}` is not JSONata.',
  'expression-delimiter':
    '`%}` would end the expression too early in Step Functions, whose expressions are `{% … %}`. In strings it is fine.',
  'expression-in-key':
    'A warning, which does not keep the workflow from being saved: a key looks like an expression and is taken as text.',
  'json-path':
    'A warning: a text looks like a reference as JSONPath writes it. Only `{{ … }}` is an expression.',
  'root-in-path':
    'A warning: in a predicate or a step of a path, names are looked up in the value before them, and nothing is known of that value, but the name is one of a root.',
  'when-not-expression':
    '`when` is text, or an expression with text or another expression beside it, which can be neither true nor false.',
  'unknown-reference': 'An expression names an input, step, variable or root that there is not.',
  'unknown-field': "A path goes into a field that the action's output does not have.",
  'later-step': 'A step refers to itself, or to a step that runs after it.',
  'step-not-visible':
    'A step in a loop or a branch is referred to from outside of it, where there may be none or many of it; or a step of one case of a switch from another case; or any step from `on_failure`.',
  'may-not-have-run':
    'A step is referred to that may have been skipped, or runs in one case of a `switch` or in `on_error` only, and nothing guards the reference.',
  'unknown-function':
    'There is no function of that name, in JSONata or in Step Functions, and no variable bound to it.',
  'not-allowed':
    'JSONata that Step Functions refuses (`$eval`, a bare `$` outside of a predicate), and what belongs to the compiled definition (`$states`).',
  'reserved-name':
    'A name that the compiled workflow uses itself: a step with the id `workflow`, or a variable that an expression binds, `$states`, `$exists`, `$merge`, or one that begins with `$step_` or `$var_`.',
  'unknown-action': 'There is no action of that name.',
  'unknown-workflow': 'There is no workflow of the id that a step is to run.',
  'workflow-input':
    'What a step gives the workflow that it runs does not fit the inputs that that one declares. Nothing is said where the type of an expression is not known before a run.',
  'workflow-cycle': 'The workflow would run itself, at once or by way of others, and never end.',
  'unknown-parameter': 'The action has no parameter of that name.',
  'missing-parameter': 'The action needs a parameter that is not given.',
  'invalid-parameter':
    "A parameter's value, as it is written, does not fit what the action takes. An optional parameter may be null, which leaves it out.",
  'type-mismatch':
    'What an expression gives can never fit the parameter, or the operator that it stands beside. Nothing is said where the type is not known before a run.',
  'unlikely-comparison':
    'A warning: `=` or `!=` stands between values that can never be equal, a text and a number, or a text that the other side never is.',
  'list-length':
    'A warning: `length` of a list is looked up in each of its items, and nothing is known of these.',
  'may-be-null':
    'A warning: a text or a required parameter gets a value that may be null or missing, and no condition in the workflow asks for it.',
  'default-mismatch': "An input's default is of another type than the input.",
  'unlikely-default': 'A warning: the `default` of a step is of another form than what the step gives.',
  'retry-errors':
    '`retry.on` names an error that Step Functions does not have, or that a distributed loop or a step that runs a workflow never fails with, or the timeout of an approval, or other errors beside `States.ALL`.',
  'invalid-duration':
    'What is written is no duration, or a longer one than Step Functions waits. Years and months have no fixed length.',
  'invalid-timestamp': 'What is written is not a time with its offset from UTC.',
  'reserved-error': '`fail` names an error of Step Functions itself.',
  'return-not-here':
    'A loop, a branch and `on_failure` are states of their own, from within which the run cannot be ended.',
  'variable-scope':
    'A variable of the workflow is set within a loop or branch, whose variables are their own.',
  'tolerance-without-continue': '`tolerated_failures` means nothing where the first failure ends the loop.',
  'duplicate-tool': 'An agent has the same action as a tool twice.',
  'invalid-schema': "An agent's `output_schema` is no JSON Schema of an object.",
  'unlikely-error':
    'A warning: `retry.on` names an error that no action throws, but one with almost that name.',
  'longer-than-limit':
    'A warning: a wait or an approval takes longer than the time limit of the workflow or step around it.',
  'no-trigger-kind': 'A trigger has neither `schedule` nor `webhook`, or both.',
  'invalid-schedule':
    "A schedule's expression, time zone or dates are none that EventBridge Scheduler knows.",
  'never-due': 'A warning: the last time at which the schedule is due has passed.',
  'duplicate-webhook': 'Two webhooks of the workflow have the same address.',
  'trigger-input': 'What a trigger gives does not fit the inputs that the workflow declares.',
  'not-in-express':
    'An Express workflow has what Step Functions refuses in Express state machines, or what cannot work in a run that is answered at once; or a step runs an Express workflow.',
  'literal-too-large': 'What is written in one step is more than a state can hold.',
  'definition-too-large': 'The compiled state machine is larger than Step Functions takes.',
  'event-budget':
    'An execution would write more history events than Step Functions allows, whatever its inputs are.',
  'undeclared-input':
    'A warning: in the older format, a name that is declared nowhere becomes an input, but something has almost that name.',
  'no-effect': 'A warning: nothing acts on what is written here.',
  'unused-input': 'A warning, which does not keep the workflow from being saved: nothing uses an input.',
  'unused-output':
    'A warning, which does not keep the workflow from being saved: nothing reads what a step gives that does nothing else: a `transform`, a `set`, an action that only reads.',
  'unreachable-step':
    'A warning, which does not keep the workflow from being saved: every way before a step ends the run. The steps after it have no states.',
  'never-runs': 'A warning, which does not keep the workflow from being saved: `when` is false.',
};
