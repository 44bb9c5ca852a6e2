// A `wait` step: a Wait state, for a duration or a number of seconds, or until a time.
import { pointerTo } from '../../json-pointer.ts';
import type { StepOf } from '../../workflow-format/steps.ts';
import { waitSeconds, waitTimestamp } from '../asl/deadline.ts';
import { emitValue } from '../asl/value.ts';
import { assign, ending, isLast, kept, NOTHING } from '../emit/transition.ts';
import { constantOf } from '../expressions/constant.ts';
import { describe, mayFit, scalar, textsOf } from '../expressions/types.ts';
import { resolveValue, type Value } from '../expressions/value.ts';
import type { Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';
import { nothing } from '../resolve/results.ts';
import { durationSeconds } from '../tree/duration.ts';
import type { ResolvedStep } from '../tree/resolved.ts';
import type { Kind } from './kind.ts';

/** The longest wait of Step Functions (Amazon States Language, "Wait State"). */
const MAX_SECONDS = 99_999_999;
/** The date-time of RFC 3339, section 5.6, as Step Functions reads it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

export const wait: Kind<'wait'> = {
  canCatch: false,
  isOneState: true,

  resolve({ step, valuesPointer }, { scope }, { report }) {
    const key = typeof step.wait === 'string' ? [] : Object.keys(step.wait);
    const value = resolveValue(waitValue(step), pointerTo(valuesPointer, ...key), scope, report);
    // It has to be a whole number within a range, or a time, whatever the expression gives.
    return { value, known: nothing, checksValue: value.kind !== 'literal' };
  },

  check(resolved, { report }) {
    checkWait(resolved, report);
  },

  waits({ wait }) {
    if (typeof wait === 'string') return { seconds: durationSeconds(wait) ?? 0, path: ['wait'] };
    if (!('seconds' in wait) || typeof wait.seconds !== 'number') return undefined;
    return { seconds: wait.seconds, path: ['wait', 'seconds'] };
  },

  outlasts({ id, wait }, limit) {
    const seconds =
      typeof wait === 'string' ? durationSeconds(wait) : 'seconds' in wait ? wait.seconds : undefined;
    if (typeof seconds !== 'number' || seconds < limit) return undefined;
    return { what: `The step ${id} waits for ${seconds} seconds`, path: ['wait'] };
  },

  emit(emission) {
    const { step, id, flow, comment, context, results } = emission;
    const { wait } = step.parsed.step;
    const time = emitValue(step.value);
    const isUntil = typeof wait === 'object' && 'until' in wait;
    flow.add(id, {
      Type: 'Wait',
      ...comment,
      ...(isUntil
        ? { Timestamp: waitTimestamp(time, context.deadlines) }
        : { Seconds: waitSeconds(time, context.deadlines) }),
      ...assign([...kept(emission), ...results.map((name): [string, null] => [name, null])]),
      Output: isLast(emission) ? flow.lastOutput : NOTHING,
      ...ending(emission),
    });
  },
};

/** What is resolved of a step: its `seconds` or `until`, a duration as its seconds. */
function waitValue({ wait }: StepOf<'wait'>): unknown {
  if (typeof wait === 'string') return durationSeconds(wait) ?? 0;
  return 'seconds' in wait ? wait.seconds : wait.until;
}

function checkWait({ parsed: { step, pointer }, value }: ResolvedStep<'wait'>, report: Report): void {
  const { wait } = step;
  const at = pointerTo(pointer, 'wait');
  if (typeof wait === 'string') {
    if (durationSeconds(wait) === undefined)
      report({
        code: 'invalid-duration',
        pointer: at,
        message: `${shown(wait)} is not a duration`,
        hint: wait.includes('{{')
          ? 'Computed waits are {"seconds": "{{ … }}"} or {"until": "{{ … }}"}.'
          : 'ISO 8601 with weeks, days, hours, minutes and seconds: "PT90S", "PT1H30M", "P2D".',
      });
    else checkSeconds(durationSeconds(wait), at);
  } else if ('seconds' in wait) {
    const place = pointerTo(at, 'seconds');
    if (value.kind === 'literal') checkSeconds(value.value, place);
    else if (hasType(value, 'integer', place) && value.kind === 'expression') {
      const constant = constantOf(value.code);
      if (constant !== undefined) checkSeconds(constant, place);
    }
  } else {
    const place = pointerTo(at, 'until');
    if (value.kind === 'literal') checkTimes([wait.until], place);
    else if (hasType(value, 'string', place) && value.kind === 'expression') {
      const constant = constantOf(value.code);
      checkTimes(constant === undefined ? [...(textsOf(value.known.type) ?? [])] : [String(constant)], place);
    }
  }

  /** @param texts of which it is one */
  function checkTimes(texts: readonly string[], place: string): void {
    const isTime = (text: string) => TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text));
    const [text] = texts;
    if (text === undefined || texts.some(isTime)) return;
    report({
      code: 'invalid-timestamp',
      pointer: place,
      message: `${shown(text)} is not a time`,
      hint: 'RFC 3339 with its offset: "2026-03-01T09:00:00Z", "2026-03-01T09:00:00+01:00".',
    });
  }

  function checkSeconds(given: unknown, place: string): void {
    if (typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= MAX_SECONDS) return;
    report({
      code: 'invalid-duration',
      pointer: place,
      message:
        typeof given === 'number'
          ? `A wait has 0 to ${MAX_SECONDS} whole seconds, not ${given}`
          : `${shown(given)} is not a number of seconds`,
      hint:
        typeof given === 'number' && given < MAX_SECONDS
          ? '$round(…) gives a whole number, $max([0, …]) none below 0.'
          : 'For longer, or for a day to come, use {"until": …}.',
    });
  }

  function hasType(given: Value, wanted: 'integer' | 'string', place: string): boolean {
    if (given.kind !== 'expression' || mayFit(given.known.type, scalar(wanted))) return true;
    report({
      code: 'type-mismatch',
      pointer: place,
      message: `${wanted === 'integer' ? 'seconds' : 'until'} must be ${describe(scalar(wanted))}; this expression gives ${describe(given.known.type)}`,
      hint:
        wanted === 'string'
          ? 'A time is text: $fromMillis(…).'
          : mayFit(given.known.type, scalar('string'))
            ? '$number(…) reads a number from a text.'
            : 'It is a number such as 90.',
    });
    return false;
  }
}
