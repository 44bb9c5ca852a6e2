// What is wrong with the document: each leads to its place, and where the hint is one change, makes it.

import { useState } from 'react';
import { Button } from '../../design-system/button.tsx';
import Warning from '../../design-system/icons/circle-alert.ts';
import Wrong from '../../design-system/icons/circle-x.ts';
import type { FoundProblem } from './check/check-text.ts';
import type { Checked } from './check/checker.ts';
import css from './problems-list.module.css';
import { problemCount } from './words.ts';

interface ProblemsListProps {
  readonly checked: Checked;
  /** The name of a place in the workflow. */
  nameOf(pointer: string): string;
  show(problem: FoundProblem): void;
  fix(problem: FoundProblem): void;
}

/** More are shown when they are asked for. */
const MOST = 50;

export function ProblemsList({ checked, nameOf, show, fix }: ProblemsListProps) {
  const [isWhole, setWhole] = useState(false);
  const { problems, failure } = checked;
  const shown = isWhole ? problems : problems.slice(0, MOST);
  return (
    <section className={css['problems']} aria-labelledby="problems">
      <h2 id="problems">Problems</h2>
      <p className="meta" role="status">
        {failure ?? problemCount(checked)}
      </p>
      <ol className={css['list']}>
        {shown.map((problem) => (
          <li key={`${problem.from} ${problem.message}`}>
            <Problem
              problem={problem}
              place={nameOf(problem.pointer)}
              show={() => show(problem)}
              fix={() => fix(problem)}
            />
          </li>
        ))}
      </ol>
      {shown.length < problems.length && (
        <Button onClick={() => setWhole(true)}>Show all {problems.length}</Button>
      )}
    </section>
  );
}

interface ProblemProps {
  readonly problem: FoundProblem;
  readonly place: string;
  show(): void;
  fix(): void;
}

function Problem({ problem, place, show, fix }: ProblemProps) {
  const { severity, message, hint, pointer, fix: change } = problem;
  const isError = severity === 'error';
  const Icon = isError ? Wrong : Warning;
  return (
    <div className={css['problem']} data-severity={severity}>
      <Icon size={16} aria-hidden="true" />
      <div className={css['says']}>
        <button type="button" className={css['show']} onClick={show}>
          <span className="visually-hidden">{isError ? 'Error: ' : 'Warning: '}</span>
          <span dir="auto">{message}</span>
        </button>
        {place !== '' && (
          <span className={`meta ${css['place']}`} dir="auto" title={pointer}>
            {place}
          </span>
        )}
        {hint !== undefined && (
          <p className="meta" dir="auto">
            {hint}
          </p>
        )}
        {change && (
          <Button onClick={fix} className={css['fix']}>
            {change.verb} <code>{change.what}</code>
          </Button>
        )}
      </div>
    </div>
  );
}
