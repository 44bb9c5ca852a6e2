// Tests the selected step of the draft, with the values of a run or typed ones, and shows what became of it.

import { useEffect, useId, useState } from 'react';
import { isObject } from '../../../../lib/json.ts';
import { ApiError } from '../../../api/errors.ts';
import { Missing, Problem } from '../../../api/loaded.tsx';
import { Button } from '../../../design-system/button.tsx';
import { Field, inputClass } from '../../../design-system/field.tsx';
import FlaskConical from '../../../design-system/icons/flask-conical.ts';
import { StatusBadge } from '../../../design-system/status-badge.tsx';
import { durationText } from '../../../design-system/time-text.ts';
import { useDraft } from '../../../frame/draft.ts';
import type { Action } from '../check/check-text.ts';
import { EffectDialog } from './effect-dialog.tsx';
import {
  nameOfValue,
  outputPointer,
  readTyped,
  type Typed,
  valueAround,
  valuesRead,
  withTested,
} from './given.ts';
import { GivingRunField, useGivingRun } from './giving-run.tsx';
import { TestResult } from './test-result.tsx';
import css from './testing.module.css';
import { useStepTest } from './use-step-test.ts';

interface StepTesterProps {
  /** The draft as it is now. */
  readonly workflow: Readonly<Record<string, unknown>>;
  readonly step: Readonly<Record<string, unknown>>;
  readonly action: Action | undefined;
  /** The id under which it is saved; undefined for one that never was. */
  readonly saved: string | undefined;
  /** Why it cannot be tested; undefined when it can. */
  readonly why: string | undefined;
  /** What the steps before gave when they were tested; what this one gives is added. */
  readonly tested: Map<string, string>;
}

export function StepTester({ workflow, step, action, saved, why, tested: outputs }: StepTesterProps) {
  const id = typeof step['id'] === 'string' ? step['id'] : '';
  const heading = useId();
  const run = useGivingRun(saved);
  const [typed, type] = useTyped(`test:${saved ?? ''}:${id}`);
  const { isBusy, error, isUncertain, result, asked, test, closeQuestion } = useStepTest();
  const [tested, setTested] = useState('');
  const wrong = wrongValues(error);
  // What only the API knows to be read, and what was typed before, stays while it is edited.
  const [others, setOthers] = useState(() => Object.keys(typed).filter((pointer) => typed[pointer] !== ''));
  const found = [...wrong.keys()].filter((pointer) => !others.includes(pointer));
  if (found.length > 0) setOthers([...others, ...found]);
  const pointers = [...new Set([...valuesRead(step), ...others])];
  const { given, mistakes } = readTyped(pointers, withTested(pointers, typed, outputs));
  const reason = why ?? (mistakes.size > 0 ? 'A value below is not right yet' : undefined);
  const now = JSON.stringify(step);
  useEffect(() => {
    if (result?.status === 'succeeded' && result.output !== undefined)
      outputs.set(outputPointer(id), JSON.stringify(result.output));
  }, [result, outputs, id]);
  const begin = (confirm_effects: boolean) => {
    setTested(now);
    const ofRun = run.id === undefined ? {} : { execution_id: run.id };
    void test({ workflow, step: id, ...given, ...ofRun, confirm_effects });
  };
  return (
    <section className={css['panel']} aria-labelledby={heading}>
      <h3 id={heading}>Test this step</h3>
      <Missing query={run.runs} />
      <GivingRunField {...run} />
      {pointers.map((pointer) => (
        <ValueField
          key={pointer}
          pointer={pointer}
          text={typed[pointer] ?? ''}
          otherwise={
            outputs.has(pointer)
              ? 'of its last test when empty'
              : run.id !== undefined && !['/item', '/index', '/error'].includes(pointer)
                ? 'of the run when empty'
                : undefined
          }
          error={mistakes.get(pointer) ?? wrong.get(pointer)}
          write={(text) => type({ ...typed, [pointer]: text })}
        />
      ))}
      <Button
        icon={FlaskConical}
        disabled={reason !== undefined}
        busy={isBusy || run.runs.isLoading}
        aria-describedby={reason === undefined ? undefined : `${heading}-why`}
        onClick={() => begin(false)}
      >
        Test the step
      </Button>
      {reason !== undefined && (
        <p id={`${heading}-why`} className="meta">
          {reason}
        </p>
      )}
      <p className={css['facts']} role="status">
        {isBusy && 'The step is being tested'}
        {result && (
          <>
            <StatusBadge status={result.status} />
            <span>took {durationText(result.duration_ms)}</span>
            {tested !== now && <span>The step was changed after this test</span>}
          </>
        )}
      </p>
      {error && (
        <Problem error={error} {...(isWorthRetry(error) && { retry: () => begin(false) })} busy={isBusy}>
          {isUncertain && <p>It may have been done all the same: look at the provider before you go on.</p>}
        </Problem>
      )}
      {result && <TestResult result={result} isSwitch={Array.isArray(step['switch'])} />}
      <EffectDialog
        step={id}
        action={action}
        asked={asked}
        confirm={() => begin(true)}
        close={closeQuestion}
      />
    </section>
  );
}

/** What is wrong with a value that was given, or that it is missing, by its pointer. */
function wrongValues(error: Error | undefined): ReadonlyMap<string, string> {
  const problems = error instanceof ApiError ? error.problems : [];
  return new Map(
    problems.flatMap(({ pointer, message, hint }) => {
      const value = valueAround(pointer);
      return value === undefined ? [] : [[value, hint === undefined ? message : `${message}. ${hint}`]];
    }),
  );
}

/** The same request has the same fate when it was refused for what it says. */
function isWorthRetry(error: Error): boolean {
  return !(error instanceof ApiError) || error.status === 429 || error.status >= 500;
}

function useTyped(key: string): readonly [Typed, (typed: Typed) => void] {
  const [text, write] = useDraft(key, '{}');
  const kept: unknown = JSON.parse(text);
  const texts = Object.entries(isObject(kept) ? kept : {}).flatMap(([pointer, value]) =>
    typeof value === 'string' ? [[pointer, value]] : [],
  );
  return [Object.fromEntries(texts), (typed) => write(JSON.stringify(typed))];
}

interface ValueFieldProps {
  readonly pointer: string;
  readonly text: string;
  /** Where it comes from when it is empty; undefined: it is not given then. */
  readonly otherwise: string | undefined;
  readonly error: string | undefined;
  write(text: string): void;
}

function ValueField({ pointer, text, otherwise, error, write }: ValueFieldProps) {
  return (
    <Field
      label={nameOfValue(pointer)}
      note={['JSON', otherwise].filter(Boolean).join(' · ')}
      error={error}
      control={(props) => (
        <textarea
          {...props}
          spellCheck={false}
          className={`${inputClass} ${css['value']}`}
          rows={Math.min(12, Math.max(1, text.split('\n').length))}
          value={text}
          onChange={({ target }) => write(target.value)}
        />
      )}
    />
  );
}
