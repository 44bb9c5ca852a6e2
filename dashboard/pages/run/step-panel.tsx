// The selected step: what it was given, what it gave or why it failed, every attempt, an agent's turns, and the record.
import type { ReactNode } from 'react';
import { isNotThere } from '../../api/errors.ts';
import { Loaded } from '../../api/loaded.tsx';
import { ExternalLink } from '../../design-system/external-link.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { Tabs } from '../../design-system/tabs.tsx';
import { Duration, Time } from '../../design-system/time.tsx';
import { usageText } from '../../design-system/usage-text.ts';
import { Link, path } from '../../frame/router.tsx';
import { pageOfEffect } from '../../workflow/effect.ts';
import { jsonText } from '../../workflow/json-text.ts';
import type { StepNode } from '../../workflow/outline.ts';
import { Single, ValueView } from '../../workflow/value-view.tsx';
import { type Place, type StepDetail, useStep } from './run-data.ts';
import css from './run-page.module.css';
import type { Part } from './selection.ts';
import { approvalId, isWaiting } from './step-status.ts';
import { Turns } from './turns.tsx';

interface StepPanelProps {
  readonly run: string;
  /** Undefined when the workflow is not known any more. */
  readonly node: StepNode | undefined;
  readonly step: string;
  readonly place: Place;
  readonly part: Part;
  choosePart(part: Part): void;
}

export function StepPanel({ run, node, step, place, part, choosePart }: StepPanelProps) {
  const detail = useStep(run, step, place);
  // Of the workflow as it was, and yet not in the log.
  if (!detail.data && node && isNotThere(detail.error))
    return (
      <p className="quiet">
        The run did not reach this step{place.index !== undefined && ' in this iteration'}.
      </p>
    );
  return (
    <Loaded query={detail} label={`The step ${step} is loading`}>
      {(found) => <Detail run={run} step={found} node={node} part={part} choosePart={choosePart} />}
    </Loaded>
  );
}

interface DetailProps extends Pick<StepPanelProps, 'run' | 'node' | 'part' | 'choosePart'> {
  readonly step: StepDetail;
}

function Detail({ run, step, node, part, choosePart }: DetailProps) {
  const attempts = step.failed_attempts?.length ?? 0;
  const waits = step.rate_limit_waits?.length ?? 0;
  const tabs: { readonly id: Part; readonly title: string; content(): ReactNode }[] = [
    {
      id: 'result',
      title: step.error ? 'Error' : 'Output',
      content: () => <Result run={run} step={step} node={node} />,
    },
    { id: 'input', title: 'Input', content: () => <Input step={step} node={node} /> },
  ];
  if (attempts + waits > 0)
    tabs.push({
      id: 'attempts',
      title: `Attempts ${step.attempts}`,
      content: () => <Attempts step={step} />,
    });
  if (step.turns)
    tabs.push({
      id: 'turns',
      title: `Turns ${step.turns.length}`,
      content: () => <Turns turns={step.turns ?? []} />,
    });
  tabs.push({
    id: 'raw',
    title: 'Raw',
    content: () => <ValueView name="the step’s record" value={step} asJson />,
  });
  const shown = tabs.some(({ id }) => id === part) ? part : 'result';
  return (
    <>
      <Facts step={step} />
      <Tabs label={`The step ${step.id}`} tabs={tabs} shown={shown} onShow={choosePart} />
    </>
  );
}

function Facts({ step }: { readonly step: StepDetail }) {
  const effect = pageOfEffect(step.output);
  return (
    <p className={css['facts']}>
      <StatusBadge status={step.status === 'running' && isWaiting(step) ? 'waiting' : step.status} />
      <span>
        began <Time at={step.started_at} />
      </span>
      <span>
        {step.ended_at !== null ? 'took' : isWaiting(step) ? 'waits for' : 'runs for'}{' '}
        <Duration from={step.started_at} to={step.ended_at} />
      </span>
      {step.attempts > 1 && <span>{step.attempts} attempts</span>}
      {step.usage && <span>{usageText(step.usage)}</span>}
      {step.carried_from !== undefined && (
        <span>
          kept from <Link to={path`/runs/${step.carried_from}`}>the run before</Link>
        </span>
      )}
      {step.execution_id !== undefined && (
        <Link to={path`/runs/${step.execution_id}`}>Open the run that it started</Link>
      )}
      {effect !== undefined && <ExternalLink href={effect.address}>{effect.label}</ExternalLink>}
    </p>
  );
}

function Result({ run, step, node }: Pick<DetailProps, 'run' | 'step' | 'node'>) {
  if (!step.error) {
    if (step.status === 'skipped')
      return <p className="quiet">It was skipped: its condition was not true.</p>;
    if (step.ended_at === null && step.action === 'approval')
      return (
        <>
          <p className={css['asked']} dir="auto">
            {questionOf(step.input)}
          </p>
          <p>
            It waits for a decision.{' '}
            <Link to={path`/approvals?approval=${approvalId(run, step)}`}>Decide</Link>
          </p>
        </>
      );
    if (step.ended_at === null) return <p className="quiet">It has not ended.</p>;
    return <ValueView name="the output" value={step.output} />;
  }
  return (
    <div className={css['failure']}>
      <p>
        <strong>{step.error.name}</strong>
      </p>
      <p className={css['message']} dir="auto">
        {step.error.message}
      </p>
      {node && (
        <p className="meta">
          In the workflow at <code>{node.pointer}</code>
        </p>
      )}
      {step.output !== null && (
        <>
          <h3>Went on with</h3>
          <ValueView name="the output" value={step.output} />
        </>
      )}
      <h3>It was given</h3>
      <Input step={step} node={node} />
    </div>
  );
}

/** What an approval asks. */
function questionOf(input: unknown): string {
  const isOne = typeof input === 'object' && input !== null && 'message' in input;
  return isOne && typeof input.message === 'string' ? input.message : '';
}

/** Each parameter with its value, and where the value came from. */
function Input({ step, node }: Pick<DetailProps, 'step' | 'node'>) {
  const { input } = step;
  const sources = Object.entries(node?.params ?? {}).filter(([, source]) => hasExpression(source));
  if (input === null || input === undefined)
    return <p className="quiet">Steps of this kind take no input.</p>;
  return (
    <>
      <ValueView name="the input" value={input} />
      {sources.length > 0 && (
        <details className={css['sources']}>
          <summary>Where its values come from</summary>
          <dl>
            {sources.map(([name, source]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <Single value={typeof source === 'string' ? source : jsonText(source)} />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

function hasExpression(source: unknown): boolean {
  return jsonText(source).includes('{{');
}

function Attempts({ step }: { readonly step: StepDetail }) {
  const failures = (step.failed_attempts ?? []).map(({ at, name, message }) => ({
    at,
    text: `${name}: ${message}`,
    wait: undefined,
  }));
  const waits = (step.rate_limit_waits ?? []).map((wait) => ({
    at: wait.started_at,
    text: wait.ended_at === null ? 'Waits, as the provider asked' : 'Waited, as the provider asked',
    wait,
  }));
  const events = [...failures, ...waits].sort((a, b) => (a.at < b.at ? -1 : 1));
  return (
    <ol className={css['attempts']}>
      {events.map(({ at, text, wait }) => (
        <li key={`${at} ${text}`}>
          <span className="meta">
            <Time at={at} as="exact" />
          </span>
          <span dir="auto">{text}</span>
          {wait && <Duration from={at} to={wait.ended_at} />}
        </li>
      ))}
      {step.ended_at !== null && (
        <li>
          <span className="meta">
            <Time at={step.ended_at} as="exact" />
          </span>
          <span>{step.status === 'succeeded' ? 'The last attempt succeeded' : 'It was not tried again'}</span>
        </li>
      )}
    </ol>
  );
}
