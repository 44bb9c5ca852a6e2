// The triggers of a workflow: schedules and webhooks, each with its input.

import { closest } from '../../did-you-mean.ts';
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import { MAX_TRIGGERS, type Trigger, triggerKinds } from '../../workflow-format/triggers.ts';
import { isExpress } from '../../workflow-format/workflow.ts';
import type { Report } from '../problems/problem.ts';
import { triggerInExpress } from '../tree/express.ts';
import { checkSchedule, parseSchedule } from './schedule-trigger.ts';
import { checkTriggerInput, declaredInputs, type Head } from './trigger-input.ts';
import { checkWebhook, parseWebhook } from './webhook-trigger.ts';
import { typeName } from './zod-issues.ts';

const KINDS = Object.keys(triggerKinds);

/**
 * @param now the time, where it is known: then schedules that are over are warned of
 * @returns undefined when the document has none; those that are not sound are left out
 */
export function parseTriggers(
  raw: unknown,
  head: Head,
  now: number | undefined,
  report: Report,
): Trigger[] | undefined {
  if (raw === undefined) return undefined;
  if (!Array.isArray(raw)) {
    report({
      code: 'wrong-type',
      pointer: '/triggers',
      message: `triggers must be a list, not ${typeName(raw)}`,
    });
    return undefined;
  }
  if (raw.length > MAX_TRIGGERS) {
    report({
      code: 'invalid-value',
      pointer: '/triggers',
      message: `triggers must have at most ${MAX_TRIGGERS} items, not ${raw.length}`,
    });
    return undefined;
  }
  const hooks = new Map<string, string>();
  const inputs = declaredInputs(head);
  return raw.flatMap((value: unknown, index): Trigger[] => {
    const pointer = pointerTo('/triggers', index);
    if (isExpress(head)) report(triggerInExpress(pointer));
    const trigger = parseTrigger(value, pointer, report);
    if (!trigger) return [];
    if ('schedule' in trigger) checkSchedule(trigger, pointer, now, report);
    else checkWebhook(trigger, hooks, pointer, head, report);
    checkTriggerInput(trigger, pointer, inputs, report);
    return [trigger];
  });
}

function parseTrigger(raw: unknown, pointer: string, report: Report): Trigger | undefined {
  if (!isObject(raw)) {
    report({ code: 'wrong-type', pointer, message: `A trigger must be an object, not ${typeName(raw)}` });
    return undefined;
  }
  const kinds = (['schedule', 'webhook'] as const).filter((key) => Object.hasOwn(raw, key));
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined) {
    const misspelt = Object.keys(raw).find((key) => closest(key, KINDS) !== undefined);
    const meant = misspelt === undefined || second ? undefined : closest(misspelt, KINDS);
    report({
      code: 'no-trigger-kind',
      pointer,
      message: second
        ? 'A trigger has schedule or webhook, not both'
        : 'Nothing says what starts the workflow',
      hint:
        misspelt !== undefined && meant !== undefined
          ? `Did you mean ${meant} instead of ${misspelt}?`
          : 'Write {"schedule": "rate(1 hour)"} or {"webhook": {"verify": "github"}}, each a trigger of its own.',
      ...(misspelt !== undefined &&
        meant !== undefined && {
          fix: { replaces: 'key', pointer: pointerTo(pointer, misspelt), with: meant },
        }),
    });
    return undefined;
  }
  return kind === 'schedule' ? parseSchedule(raw, pointer, report) : parseWebhook(raw, pointer, report);
}
