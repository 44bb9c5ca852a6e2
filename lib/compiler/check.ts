// Third pass: actions and their params, inputs' defaults, retries, and the sizes that Step Functions allows.

import type { CatalogueAction } from '../actions/catalogue.ts';
import { pointerTo } from '../json-pointer.ts';
import { fits } from '../workflow-format/check-input.ts';
import type { InputDeclaration } from '../workflow-format/workflow.ts';
import { stateName } from './asl/state-names.ts';
import { checkExpress } from './check/express.ts';
import { paramsChecker } from './check/params.ts';
import { checkSizes } from './check/sizes.ts';
import { checkNames } from './check/state-names.ts';
import { describe, fromLiteral, scalar, type Type, unknown } from './expressions/types.ts';
import type { Report } from './problems/problem.ts';
import { closest, shown, suggestion } from './problems/suggestions.ts';
import { checkAgent } from './steps/agent/agent.ts';
import { checkLoop } from './steps/for-each/items.ts';
import { checkWait } from './steps/wait.ts';
import { type SavedWorkflows, workflowStepChecker } from './steps/workflow.ts';
import { everyStep, type ResolvedStep, type ResolvedWorkflow } from './tree/resolved.ts';

export function check(
  resolved: ResolvedWorkflow,
  actions: ReadonlyMap<string, CatalogueAction>,
  workflows: SavedWorkflows | undefined,
  report: Report,
): void {
  const { workflow, parsed } = resolved;
  for (const [name, declaration] of Object.entries(workflow.inputs ?? {})) {
    checkDefault(declaration, pointerTo(parsed.inputsPointer, name), report);
  }
  const checkParams = paramsChecker(report);
  const checkWorkflowStep = workflowStepChecker(workflow.id, workflows, report);
  const steps = [resolved.block, ...(resolved.onFailure ? [resolved.onFailure] : [])].flatMap(everyStep);
  for (const step of steps) {
    checkAction(step, actions, checkParams, report);
    checkApproval(step, actions, checkParams, report);
    checkWorkflowStep(step);
    checkRetry(step, report);
    checkKind(step, report);
  }
  checkSizes(resolved, steps, report);
  checkExpress(workflow, steps, report);
}

function checkDefault({ type, default: value }: InputDeclaration, pointer: string, report: Report): void {
  // null stands for "nothing given", whatever the type.
  if (type === undefined || value === undefined || value === null || fits(type, value)) return;
  report({
    code: 'default-mismatch',
    pointer: pointerTo(pointer, 'default'),
    message: `The default ${shown(value)} is ${describe(fromLiteral(value))}, the input ${describe(declared(type))}`,
    hint:
      typeof value === 'string' && value.includes('{{')
        ? 'A default is never an expression.'
        : `Change one of the two, "type" or "default".`,
  });
}

function declared(type: NonNullable<InputDeclaration['type']>): Type {
  if (type === 'object') return { kind: 'object', fields: new Map(), open: true };
  return type === 'array' ? { kind: 'array', items: unknown } : scalar(type);
}

function checkAction(
  { parsed, action, value, agent }: ResolvedStep,
  actions: ReadonlyMap<string, CatalogueAction>,
  checkParams: ReturnType<typeof paramsChecker>,
  report: Report,
): void {
  const { step, pointer } = parsed;
  const unknown = (name: string, at: string): void => reportUnknownAction(name, at, actions, report);
  if ('agent' in step && agent) checkAgent(step, agent, value, parsed, checkParams, unknown, report);
  if (!('action' in step)) return;
  if (action) checkParams(action, value, parsed);
  else unknown(step.action, pointerTo(pointer, 'action'));
}

function reportUnknownAction(
  name: string,
  pointer: string,
  actions: ReadonlyMap<string, CatalogueAction>,
  report: Report,
): void {
  const provider = name.split('.')[0];
  const ofProvider = [...actions.keys()].filter((id) => id.startsWith(`${provider}.`));
  const candidates = ofProvider.length > 0 ? ofProvider : [...actions.keys()];
  report({
    code: 'unknown-action',
    pointer,
    message: `There is no action ${shown(name)}`,
    hint: suggestion(name, candidates, ofProvider.length > 0 ? `actions of ${provider}` : 'actions'),
  });
}

function checkApproval(
  { parsed: { step, pointer }, approval }: ResolvedStep,
  actions: ReadonlyMap<string, CatalogueAction>,
  checkParams: ReturnType<typeof paramsChecker>,
  report: Report,
): void {
  if (!('approval' in step)) return;
  const notify = step.approval.notify;
  if (notify && approval?.notify) {
    const at = pointerTo(pointer, 'approval', 'notify');
    const { action, params } = approval.notify;
    // Without params, what is missing is missing in notify.
    const valuesPointer = notify.params === undefined ? at : pointerTo(at, 'params');
    if (action) checkParams(action, params, { valuesPointer });
    else reportUnknownAction(notify.action, pointerTo(at, 'action'), actions, report);
    checkNames([stateName(stateName(step.id, 'notify'), 'retry_after')], pointer, report);
  }
  for (const [index, name] of (step.retry?.on ?? []).entries()) {
    if (name !== 'States.Timeout') continue;
    report({
      code: 'retry-errors',
      pointer: pointerTo(pointer, 'retry', 'on', index),
      message: 'Who did not decide in time is not asked again: retry is for asking',
      hint: 'Give them longer, by timeout_seconds, or say what a timeout means, by on_timeout.',
    });
  }
}

function checkKind({ parsed, value }: ResolvedStep, report: Report): void {
  const { step, pointer } = parsed;
  if ('wait' in step) checkWait(step, value, parsed, report);
  if ('fail' in step && step.fail.error.startsWith('States.')) {
    report({
      code: 'reserved-error',
      pointer: pointerTo(pointer, 'fail', 'error'),
      message: `${shown(step.fail.error)} cannot name an error of yours`,
      hint: 'Names that begin with States. are those of Step Functions.',
    });
  }
  if ('parallel' in step && Object.keys(step.parallel).length === 0) {
    report({
      code: 'no-steps',
      pointer: pointerTo(pointer, 'parallel'),
      message: 'A parallel step needs at least one branch',
      hint: '"parallel": {"left": [ … ], "right": [ … ]}',
    });
  }
  if ('for_each' in step) checkLoop(step, pointer, report);
}

/** What the actions' Lambdas throw (lib/errors.ts), and what Lambda itself does. */
const ACTION_ERRORS = [
  'RateLimited',
  'ProviderUnavailable',
  'Unauthorized',
  'NotFound',
  'InvalidInput',
  'Conflict',
  'OutputTooLarge',
  'ConnectionInvalid',
  'ConfigurationError',
  'MaxTurnsExceeded',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** Names beginning with `States.` are Step Functions' own (states-language.net, appendix A). */
const STATES_ERRORS = [
  'States.ALL',
  'States.TaskFailed',
  'States.Timeout',
  'States.HeartbeatTimeout',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ExceedToleratedFailureThreshold',
];

function checkRetry({ parsed: { step, pointer }, loop }: ResolvedStep, report: Report): void {
  if (!('retry' in step) || !step.retry) return;
  const { on = [], interval_seconds: interval = 1, max_interval_seconds: longest } = step.retry;
  on.forEach((name, index) => {
    const at = pointerTo(pointer, 'retry', 'on', index);
    if (name.startsWith('States.') && !STATES_ERRORS.includes(name)) {
      report({
        code: 'retry-errors',
        pointer: at,
        message: `Step Functions has no error ${name} to retry on`,
        hint: suggestion(name, STATES_ERRORS, 'errors of its own'),
      });
    } else if (name === 'States.ALL' && on.length > 1) {
      report({
        code: 'retry-errors',
        pointer: at,
        message: 'States.ALL stands for every error and has to stand alone',
        hint: 'Write "on": ["States.ALL"], or leave it out.',
      });
    } else if ('workflow' in step && !/^(?:States|StepFunctions)\./.test(name)) {
      report({
        code: 'retry-errors',
        pointer: at,
        message: `A step that runs another workflow never fails with ${shown(name)}, whatever that one fails with`,
        hint: 'Its error is States.TaskFailed, or States.Timeout at its own time limit. Single steps are tried again by "retry" in that workflow.',
      });
    } else if (!name.startsWith('States.') && loop?.child) {
      report({
        code: 'retry-errors',
        pointer: at,
        message: `A distributed loop fails with States.ExceedToleratedFailureThreshold, never with ${name}`,
        hint: `Leave "on" out, or let the step within the loop be tried again on ${name}.`,
      });
    } else if (!name.startsWith('States.') && !ACTION_ERRORS.includes(name)) {
      const meant = closest(name, ACTION_ERRORS);
      if (meant === undefined) return;
      report({
        code: 'unlikely-error',
        pointer: at,
        message: `No action throws the error ${shown(name)}`,
        hint: `Did you mean ${meant}?`,
      });
    }
  });
  if (longest !== undefined && longest < interval) {
    report({
      code: 'invalid-value',
      pointer: pointerTo(pointer, 'retry', 'max_interval_seconds'),
      message: `max_interval_seconds has to be at least interval_seconds, which is ${interval}`,
    });
  }
}
