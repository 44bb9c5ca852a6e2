// What each problem code of the compiler says, in a line; docs/workflows.md begins its explanations with it.
import type { ProblemCode } from './problems.ts';

export const problemSummaries: Readonly<Record<ProblemCode, string>> = {
  'wrong-type': 'A value is of another JSON type than its key wants.',
  'missing-key': 'A key is missing that has to be there.',
  'unknown-key': 'A key means nothing here; often it is misspelt.',
  'invalid-value': 'A value is out of its range, or none of those allowed.',
  'invalid-id':
    'A name has characters that the names of state machines, states or variables cannot have, or is too long.',
  'duplicate-step': 'Two steps have the same id.',
  'no-steps': 'The list of steps is empty.',
  'no-step-kind': 'A step has none of the keys that say what it does.',
  'several-step-kinds': 'A step has more than one of these keys.',
  'kind-not-available': 'The step kind, or the key, is not part of this version of the language.',
  'key-not-applicable':
    '`retry`, `timeout_seconds`, `on_error` and `connection` belong to steps that call an action.',
  'forbidden-key': 'JavaScript objects cannot safely hold this key.',
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
  'when-not-expression':
    '`when` is text, or an expression with text around it, which can be neither true nor false.',
  'unknown-reference': 'An expression names an input, step, variable or root that there is not.',
  'unknown-field': "A path goes into a field that the action's output does not have.",
  'later-step': 'A step refers to itself, or to a step that runs after it.',
  'unknown-function':
    'There is no function of that name, in JSONata or in Step Functions, and no variable bound to it.',
  'not-allowed':
    'JSONata that Step Functions refuses (`$eval`, a bare `$` outside of a predicate), and what belongs to the compiled definition (`$states`).',
  'unknown-action': 'There is no action of that name.',
  'unknown-parameter': 'The action has no parameter of that name.',
  'missing-parameter': 'The action needs a parameter that is not given.',
  'invalid-parameter': "A parameter's value, as it is written, does not fit what the action takes.",
  'type-mismatch':
    'What an expression gives can never fit the parameter. Nothing is said where the type is not known before a run.',
  'default-mismatch': "An input's default is of another type than the input.",
  'retry-errors':
    '`retry.on` names an error that Step Functions does not have, or other errors beside `States.ALL`.',
  'no-trigger-kind': 'A trigger has neither `schedule` nor `webhook`, or both.',
  'invalid-schedule':
    "A schedule's expression, time zone or dates are none that EventBridge Scheduler knows.",
  'duplicate-webhook': 'Two webhooks of the workflow have the same address.',
  'trigger-input': 'What a trigger gives does not fit the inputs that the workflow declares.',
  'literal-too-large': 'What is written in one step is more than a state can hold.',
  'definition-too-large': 'The compiled state machine is larger than Step Functions takes.',
};
