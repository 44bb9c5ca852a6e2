// The errors and intervals of `retry`.

import { closest } from '../../did-you-mean.ts';
import { pointerTo } from '../../json-pointer.ts';
import type { Problem, Report } from '../problems/problem.ts';
import { shown, suggestion } from '../problems/suggestions.ts';
import type { ParsedStep } from '../tree/parsed.ts';

/** What the actions' Lambdas throw (lib/errors.ts), and what Lambda itself does. */
const ACTION_ERRORS = [
  'RateLimited',
  'ProviderUnavailable',
  'Unauthorized',
  'NotFound',
  'InvalidInput',
  'InvalidModelOutput',
  'Conflict',
  'OutcomeUnknown',
  'OutputTooLarge',
  'LargeValueExpired',
  'ConnectionInvalid',
  'ConnectionExpired',
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

/** @param neverFailsWith why a step of its kind never fails with an error */
export function checkRetry(
  { step, pointer }: ParsedStep,
  neverFailsWith: (name: string) => Pick<Problem, 'message' | 'hint'> | undefined,
  report: Report,
): void {
  if (!('retry' in step) || !step.retry) return;
  const { on = [], interval_seconds: interval = 1, max_interval_seconds: longest } = step.retry;
  on.forEach((name, index) => {
    const at = pointerTo(pointer, 'retry', 'on', index);
    if (name.startsWith('States.') && !STATES_ERRORS.includes(name)) {
      const meant = closest(name, STATES_ERRORS);
      report({
        code: 'retry-errors',
        pointer: at,
        message: `Step Functions has no error ${name} to retry on`,
        hint: suggestion(name, STATES_ERRORS, 'errors of its own'),
        ...(meant !== undefined && { fix: { replaces: 'value', pointer: at, with: meant } }),
      });
    } else if (name === 'States.ALL' && on.length > 1) {
      report({
        code: 'retry-errors',
        pointer: at,
        message: 'States.ALL stands for every error and has to stand alone',
        hint: 'Write "on": ["States.ALL"], or leave it out.',
      });
    } else {
      const never = neverFailsWith(name);
      if (never) report({ code: 'retry-errors', pointer: at, ...never });
      else if (!name.startsWith('States.')) checkActionError(name, at, report);
    }
  });
  if (longest !== undefined && longest < interval) {
    report({
      code: 'invalid-value',
      pointer: pointerTo(pointer, 'retry', 'max_interval_seconds'),
      message: `max_interval_seconds must be at least interval_seconds, which is ${interval}`,
    });
  }
}

function checkActionError(name: string, pointer: string, report: Report): void {
  if (ACTION_ERRORS.includes(name)) return;
  const meant = closest(name, ACTION_ERRORS);
  if (meant === undefined) return;
  report({
    code: 'unlikely-error',
    pointer,
    message: `No action throws the error ${shown(name)}`,
    hint: `Did you mean ${meant}?`,
    fix: { replaces: 'value', pointer, with: meant },
  });
}
