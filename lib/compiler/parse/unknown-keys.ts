// Keys that a document cannot have where they stand, and what was probably meant.

import { closest } from '../../did-you-mean.ts';
import { retryPolicy } from '../../workflow-format/retry-policy.ts';
import {
  agent,
  agentTool,
  approvalRequest,
  callingStepKeys,
  failingStepKeys,
  type StepKind,
  timedStepKeys,
} from '../../workflow-format/steps.ts';
import { concurrency, inputDeclaration } from '../../workflow-format/workflow.ts';
import type { Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';

/** What other workflow languages call a key. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['if', 'when'],
  ['condition', 'when'],
  ['with', 'params'],
  ['args', 'params'],
  ['arguments', 'params'],
  ['parameters', 'params'],
  ['timeout', 'timeout_seconds'],
  ['catch', 'on_error'],
]);

/**
 * @param path of the object in which the key stands, within what was parsed
 * @param keys those at the top of what was parsed
 * @param kind of the step that was parsed
 */
export function reportUnknownKey(
  key: string,
  pointer: string,
  path: readonly PropertyKey[],
  keys: readonly string[],
  report: Report,
  kind: StepKind | undefined,
): void {
  const reason = path.length === 0 && kind !== undefined ? whyNotApplicable(key, kind) : undefined;
  if (reason !== undefined) {
    const fix = { removes: pointer };
    report({ code: 'key-not-applicable', pointer, message: reason, hint: 'Leave it out here.', fix });
    return;
  }
  const known = keysAt(path) ?? keys;
  const other = OTHER_NAMES.get(key);
  const meant = other !== undefined && known.includes(other) ? other : closest(key, known);
  report({
    code: 'unknown-key',
    pointer,
    message: `There is no key ${shown(key)} here`,
    hint: `${meant ? `Did you mean ${meant}? ` : ''}Keys: ${known.filter((name) => name !== '$schema').join(', ')}.`,
    ...(meant !== undefined && { fix: { replaces: 'key', pointer, with: meant } }),
  });
}

/** Why steps of the kind do not have a key that others have. */
function whyNotApplicable(key: string, kind: StepKind): string | undefined {
  if (failingStepKeys.includes(key)) return `${key} is for steps that can fail; ${kind} ends the run`;
  if (timedStepKeys.includes(key))
    return `${key} is for steps that call an action or contain steps; ${kind} steps do not`;
  if (callingStepKeys.includes(key)) return `${key} is for steps that call an action; this one does not`;
  return undefined;
}

/** The keys of the object at a path; undefined at the top. */
function keysAt([first, second]: readonly PropertyKey[]): readonly string[] | undefined {
  switch (first) {
    case 'inputs':
      return Object.keys(inputDeclaration.shape);
    case 'concurrency':
      return Object.keys(concurrency.shape);
    case 'retry':
      return Object.keys(retryPolicy.shape);
    case 'switch':
      return ['when', 'steps'];
    case 'fail':
      return ['error', 'cause'];
    case 'approval':
      return Object.keys(
        (second === 'notify' ? approvalRequest.shape.notify.unwrap() : approvalRequest).shape,
      );
    case 'agent':
      return Object.keys((second === undefined ? agent : agentTool).shape);
    default:
      return undefined;
  }
}
