// Sends the test of a step; one with an effect outside is asked about first.
import { useState } from 'react';
import { useAttempt } from '../../../api/attempt.ts';
import { ApiError } from '../../../api/errors.ts';
import { request } from '../../../api/request.ts';
import type { AnswerBody, RequestParts } from '../../../api/routes.ts';
import { mayHaveStarted } from '../../../workflow/start-workflow.ts';

export type StepTestResult = AnswerBody<'POST /workflows/test-step'>;
export type StepTestBody = RequestParts<'POST /workflows/test-step'>['body'];

export interface StepTest {
  readonly isBusy: boolean;
  readonly error: Error | undefined;
  /** Whether what was confirmed may have been done though no answer came. */
  readonly isUncertain: boolean;
  readonly result: StepTestResult | undefined;
  /** The effect that is to be confirmed; undefined when there is none. */
  readonly asked: string | undefined;
  test(body: StepTestBody): Promise<void>;
  closeQuestion(): void;
}

export function useStepTest(): StepTest {
  const { isBusy, error, attempt } = useAttempt();
  const [result, setResult] = useState<StepTestResult>();
  const [asked, setAsked] = useState<string>();
  const [isUncertain, setUncertain] = useState(false);

  async function test(body: StepTestBody): Promise<void> {
    setResult(undefined);
    setAsked(undefined);
    setUncertain(false);
    await attempt(async () => {
      try {
        setResult((await request('POST /workflows/test-step', { body })).body);
      } catch (failure) {
        if (failure instanceof ApiError && failure.type === 'effect-unconfirmed')
          return setAsked(failure.detail);
        setUncertain(body.confirm_effects === true && mayHaveStarted(failure));
        throw failure;
      }
    });
  }

  return { isBusy, error, isUncertain, result, asked, test, closeQuestion: () => setAsked(undefined) };
}
