// An `action` step: a Task that calls the action's Lambda.
import { isWrite } from '../../effect.ts';
import { pointerTo } from '../../json-pointer.ts';
import { mostPolls } from '../../poll-interval.ts';
import { backgroundSeconds, POLL_EVENTS } from '../asl/background.ts';
import { PAYLOAD } from '../asl/lambda.ts';
import { emitValue } from '../asl/value.ts';
import { reportUnknownAction } from '../check/unknown-action.ts';
import { emitCall } from '../emit/call.ts';
import { taskTransition } from '../emit/transition.ts';
import { SCHEMA_HINT } from '../expressions/schema-problem.ts';
import { resolveValue } from '../expressions/value.ts';
import { hasEffect, withCallId } from '../resolve/effects.ts';
import { givenSchemas, withGivenSchemas } from '../resolve/given-schema.ts';
import { noBackgroundInExpress } from '../tree/express.ts';
import { usedBy } from '../tree/used-connection.ts';
import type { Kind } from './kind.ts';

export const action: Kind<'action'> = {
  canCatch: true,
  isOneState: true,
  isPayload: true,
  label: ({ action }) => action,
  limitSeconds: backgroundSeconds,
  // Looks are counted as there are at most; a rate limit between them waits longer.
  furtherEvents: (step) => mostPolls(backgroundSeconds(step) ?? 0) * POLL_EVENTS,
  hasEffect: ({ action }, actions) => hasEffect(action, actions),
  resultCode: () => PAYLOAD,

  resolve({ step, valuesPointer }, place, context) {
    const action = context.actions.get(step.action);
    const value = resolveValue(step.params ?? {}, valuesPointer, place.scope, context.report);
    return {
      value,
      known: withGivenSchemas(context.outputOf(action), action, value),
      ...(action ? { action } : {}),
      ...(hasEffect(step.action, context.actions) ? withCallId(valuesPointer, place, context) : {}),
    };
  },

  check({ parsed, action, value }, context) {
    if (!action) return reportUnknownAction(parsed.step.action, pointerTo(parsed.pointer, 'action'), context);
    context.checkParams(action, value, parsed);
    if (parsed.step.on_unknown !== undefined && action.once !== 'record') {
      context.report({
        code: 'no-effect',
        pointer: pointerTo(parsed.pointer, 'on_unknown'),
        message: `${action.id} never fails with OutcomeUnknown`,
        hint: 'Remove on_unknown: a call of this action can be repeated without harm as it is.',
        fix: { removes: pointerTo(parsed.pointer, 'on_unknown') },
      });
    }
    if (parsed.step.background && !action.background) {
      context.report({
        code: 'key-not-applicable',
        pointer: pointerTo(parsed.pointer, 'background'),
        message: `${action.id} does not run in the background`,
        hint: 'Remove background: only actions that ask a model once have it.',
        fix: { removes: pointerTo(parsed.pointer, 'background') },
      });
    }
    for (const { pointer, schema } of givenSchemas(action, value)) {
      const wrong = context.schemaProblem(schema, parsed.valuesPointer + pointer);
      if (wrong)
        context.report({
          code: 'invalid-schema',
          pointer: parsed.valuesPointer + pointer + wrong.at,
          message: `This is not a JSON Schema: ${wrong.message}`,
          hint: SCHEMA_HINT,
        });
    }
  },

  notInExpress: noBackgroundInExpress,

  connections: ({ parsed: { step, pointer }, action }) => usedBy(action, step.connection, pointer, 'action'),

  isUseless: ({ action, parsed }) => action !== undefined && !isWrite(action, parsed.step.params),

  emit(emission) {
    const { step, id, comment } = emission;
    const { action, parsed, value } = step;
    if (!action) throw new Error(`The action of ${id} was not resolved`);
    emitCall(
      {
        state: id,
        action,
        input: emitValue(value),
        connection: parsed.step.connection,
        seconds: parsed.step.background ? undefined : parsed.step.timeout_seconds,
        retry: parsed.step.retry,
        background: parsed.step.background,
        ...(action.once === 'record' && { onUnknown: parsed.step.on_unknown }),
      },
      { ...comment, ...taskTransition(emission, PAYLOAD) },
      { ...emission, context: emission.inner },
    );
  },
};
