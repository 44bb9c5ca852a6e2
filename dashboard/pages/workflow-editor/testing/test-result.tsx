// What became of the test of a step: its output or error, what it was sent, where it leads.
import { ExternalLink } from '../../../design-system/external-link.tsx';
import { pageOfEffect } from '../../../workflow/effect.ts';
import { ValueView } from '../../../workflow/value-view.tsx';
import css from './testing.module.css';
import type { StepTestResult } from './use-step-test.ts';

interface TestResultProps {
  readonly result: StepTestResult;
  readonly isSwitch: boolean;
}

export function TestResult({ result, isSwitch }: TestResultProps) {
  const { input, error } = result;
  return (
    <div className={css['result']}>
      {error ? (
        <>
          <p className={css['error']}>
            <strong dir="auto">{error.name}</strong>
          </p>
          <p className={css['message']} dir="auto">
            {error.message}
          </p>
        </>
      ) : (
        <Outcome result={result} isSwitch={isSwitch} />
      )}
      {input !== null && (
        <details>
          <summary>What it was sent</summary>
          <ValueView name="what it was sent" value={input} />
        </details>
      )}
    </div>
  );
}

function Outcome({ result: { status, output, next }, isSwitch }: TestResultProps) {
  if (status === 'skipped') return <p>It would be skipped: its condition is not true.</p>;
  if (isSwitch)
    return next === null ? (
      <p>No case is true, and no step comes after it.</p>
    ) : (
      <p>
        It leads to the step <code dir="auto">{next}</code>.
      </p>
    );
  const effect = pageOfEffect(output);
  return (
    <>
      <h4>Output</h4>
      {effect && <ExternalLink href={effect.address}>{effect.label}</ExternalLink>}
      <ValueView name="the output" value={output} />
    </>
  );
}
