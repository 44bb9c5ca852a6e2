// Every problem that the compiler finds: its code, its severity and its meaning.

/** A warning does not keep a workflow from being saved. */
export type Severity = 'error' | 'warning';

interface ProblemKind {
  readonly severity: Severity;
  /** One line, in Markdown. */
  readonly summary: string;
}

/** In the order in which docs/problems.md explains them; `examples.ts` has an example of each. */
export const problemKinds = {
  'wrong-type': { severity: 'error', summary: 'A value has another JSON type than its key takes.' },
  'missing-key': { severity: 'error', summary: 'A required key is missing.' },
  'unknown-key': { severity: 'error', summary: 'A key has no meaning here; usually it is misspelt.' },
  'invalid-value': { severity: 'error', summary: 'A value is out of range, or not one of those allowed.' },
  'invalid-id': { severity: 'error', summary: 'A name is too long, or has characters that names of state machines, states or variables cannot have.' },
  'duplicate-step': { severity: 'error', summary: 'Two steps have the same id. Ids are unique in the whole workflow, including its loops and branches.' },
  'no-steps': { severity: 'error', summary: 'A list of steps is empty: that of the workflow, a case, a loop or a branch.' },
  'no-step-kind': { severity: 'error', summary: 'A step has none of the keys that say what it does.' },
  'several-step-kinds': { severity: 'error', summary: 'A step has more than one of the keys that say what it does.' },
  'key-not-applicable': { severity: 'error', summary: '`timeout_seconds` belongs to steps that call an action or contain other steps, `connection` to those that call an action; `return` and `fail` cannot be retried.' },
  'forbidden-key': { severity: 'error', summary: 'An object has the key `__proto__` or `hasOwnProperty`, which would break the code that evaluates it.' },
  'too-deep': { severity: 'error', summary: 'The document is nested too deeply.' },
  'next-step-unknown': { severity: 'error', summary: 'In the older format, `next_step` names a step that does not exist.' },
  'next-step-cycle': { severity: 'error', summary: 'In the older format, the `next_step`s form a cycle.' },
  'several-first-steps': { severity: 'error', summary: 'In the older format, no step leads to two or more of the steps, so it is not clear which one is the first.' },
  'step-unreachable': { severity: 'error', summary: 'In the older format, no step leads to this one.' },
  'expression-unclosed': { severity: 'error', summary: '`{{` opens an expression that is never closed.' },
  'expression-syntax': { severity: 'error', summary: 'The text between `{{` and `}}` is not valid JSONata.' },
  'expression-delimiter': { severity: 'error', summary: '`%}` would end the expression too early in Step Functions, which writes expressions as `{% … %}`. Inside a string it is fine.' },
  'expression-in-key': { severity: 'warning', summary: 'A key looks like an expression, but keys are plain text.' },
  'json-path': { severity: 'warning', summary: 'A text looks like a JSONPath reference. Only `{{ … }}` is an expression.' },
  'root-in-path': { severity: 'warning', summary: 'In a predicate or a path step, names are looked up in the value before it, of which nothing is known here; but this name is also the name of a root.' },
  'when-not-expression': { severity: 'error', summary: '`when` is text, or an expression with text or another expression next to it, which can be neither true nor false.' },
  'unknown-reference': { severity: 'error', summary: 'An expression names an input, step, variable or root that does not exist.' },
  'unknown-field': { severity: 'error', summary: 'A path names a field that the value before it does not have.' },
  'later-step': { severity: 'error', summary: 'A step refers to itself, or to a step that runs after it.' },
  'step-not-visible': { severity: 'error', summary: 'A step of a loop or a branch is referred to from outside, where it may have run any number of times; or a step of one case of a `switch` from another case; or any step from `on_failure`.' },
  'may-not-have-run': { severity: 'error', summary: 'Nothing guards a reference to a step that may have been skipped, or that runs only in one case of a `switch` or in `on_error`.' },
  'unknown-function': { severity: 'error', summary: 'Neither JSONata nor Step Functions has a function of that name, and the expression binds no such variable.' },
  'not-allowed': { severity: 'error', summary: 'JSONata that Step Functions refuses (`$eval`, a bare `$` outside of a predicate), or a variable that belongs to the compiled definition (`$states`).' },
  'reserved-name': { severity: 'error', summary: 'A name that the compiled workflow uses itself: a step with the id `workflow`, an input with the name of what a `workflow` step adds, or a variable that an expression binds and that is called `$states`, `$exists`, `$merge`, `$step_…` or `$var_…`.' },
  'unknown-action': { severity: 'error', summary: 'There is no action of that name.' },
  'unknown-workflow': { severity: 'error', summary: 'A step runs a workflow that does not exist.' },
  'workflow-input': { severity: 'error', summary: 'What a step passes to the workflow that it runs does not fit the inputs which that workflow declares. An expression whose type is not known before a run is not checked.' },
  'workflow-cycle': { severity: 'error', summary: 'The workflow would run itself, directly or through other workflows, and never end.' },
  'unknown-parameter': { severity: 'error', summary: 'The action has no parameter of that name.' },
  'missing-parameter': { severity: 'error', summary: 'A required parameter of the action is missing.' },
  'invalid-parameter': { severity: 'error', summary: 'The literal value of a parameter does not fit what the action takes. An optional parameter may be null, which leaves it out.' },
  'type-mismatch': { severity: 'error', summary: 'The value of an expression can never fit the parameter, the operator or the built-in function that it is used with. An expression whose type is not known before a run is not checked.' },
  'unlikely-comparison': { severity: 'warning', summary: '`=` or `!=` compares values that can never be equal: a text and a number, or a text that the other side never is.' },
  'unlikely-format': { severity: 'warning', summary: 'A time zone or a picture of `$now`, `$fromMillis` or `$toMillis` gives nonsense: JSONata knows offsets such as `+0100` and no names of zones, and pictures such as `[Y0001]-[M01]-[D01]`.' },
  'inexact-literal': { severity: 'warning', summary: 'A whole number in an expression has more digits than JSONata keeps: those beyond 2^53 are read as the nearest double.' },
  'list-length': { severity: 'warning', summary: '`length` of a list is looked up in each of its items, of which nothing is known.' },
  'may-be-null': { severity: 'warning', summary: 'A text or a required parameter gets a value that may be null or missing, and no condition in the workflow tests it.' },
  'default-mismatch': { severity: 'error', summary: 'The default of an input does not have the type of the input.' },
  'unlikely-default': { severity: 'warning', summary: 'The `default` of a step has another shape than the output of the step.' },
  'retry-errors': { severity: 'error', summary: '`retry.on` names an error that Step Functions does not have, one that a distributed loop or a step that runs a workflow never fails with, the timeout of an approval, or other errors next to `States.ALL`.' },
  'invalid-duration': { severity: 'error', summary: 'The value is not a duration, or a longer one than Step Functions can wait. Years and months have no fixed length.' },
  'invalid-timestamp': { severity: 'error', summary: 'The value is not a time with its offset from UTC.' },
  'reserved-error': { severity: 'error', summary: '`fail` names an error of Step Functions itself.' },
  'return-not-here': { severity: 'error', summary: '`return` stands in a loop, a branch or `on_failure`, which cannot end the run.' },
  'variable-scope': { severity: 'error', summary: 'A loop or branch sets a variable of the workflow; it can only set variables of its own.' },
  'tolerance-without-continue': { severity: 'error', summary: '`tolerated_failures` has no meaning where the first failure ends the loop.' },
  'duplicate-tool': { severity: 'error', summary: 'An agent has the same action as a tool twice.' },
  'invalid-schema': { severity: 'error', summary: 'The `output_schema` of an agent is not the JSON Schema of an object, or the schema of a `response_format` is none at all.' },
  'unlikely-error': { severity: 'warning', summary: '`retry.on` names an error that no action throws, but an error of almost that name exists.' },
  'longer-than-limit': { severity: 'warning', summary: 'A wait or an approval takes longer than the time limit of the workflow or step around it.' },
  'model-ends': { severity: 'warning', summary: 'OpenAI has announced when the model is shut down. Each release of AI-Orchestra knows what was announced before it.' },
  'no-trigger-kind': { severity: 'error', summary: 'A trigger has neither `schedule` nor `webhook`, or both.' },
  'invalid-schedule': { severity: 'error', summary: 'EventBridge Scheduler does not accept the expression, time zone or dates of a schedule.' },
  'weekday-number': { severity: 'warning', summary: 'A `cron` gives the day of the week as a number, which other crons count otherwise.' },
  'never-due': { severity: 'warning', summary: 'The last time at which the schedule is due has passed.' },
  'duplicate-webhook': { severity: 'error', summary: 'Two webhooks of the workflow have the same address.' },
  'trigger-input': { severity: 'error', summary: 'What a trigger passes to a run does not fit the inputs that the workflow declares.' },
  'not-in-express': { severity: 'error', summary: 'An Express workflow has something that Step Functions refuses in Express state machines, or that cannot work in a run which is answered at once; or a step runs an Express workflow.' },
  'literal-too-large': { severity: 'error', summary: 'The values written in one step are larger than a state can hold.' },
  'definition-too-large': { severity: 'error', summary: 'The compiled state machine is larger than Step Functions accepts.' },
  'too-many': { severity: 'error', summary: 'The document has more of something than one workflow can have, such as expressions. It is not looked at any further.' },
  'event-budget': { severity: 'error', summary: 'An execution would write more history events than Step Functions allows, whatever its inputs are.' },
  'undeclared-input': { severity: 'warning', summary: 'In the older format, a name that is declared nowhere becomes an input, but something else has almost that name.' },
  'no-effect': { severity: 'warning', summary: 'What is written here has no effect.' },
  'unused-input': { severity: 'warning', summary: 'Nothing uses an input.' },
  'unused-output': { severity: 'warning', summary: 'Nothing reads the output of a step that has no other effect: a `transform`, a `set`, an action that only reads.' },
  'unreachable-step': { severity: 'warning', summary: 'Every path before a step ends the run. The steps after it get no states.' },
  'never-runs': { severity: 'warning', summary: '`when` is false.' },
} as const satisfies Readonly<Record<string, ProblemKind>>; // biome-ignore format: a table

export type ProblemCode = keyof typeof problemKinds;

export const problemCodes: readonly ProblemCode[] = Object.keys(problemKinds).filter(isProblemCode);

function isProblemCode(name: string): name is ProblemCode {
  return Object.hasOwn(problemKinds, name);
}
