// Another run beside this one: by default the last of the workflow that succeeded; the first step that differs comes first.
import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { TextField } from '../../design-system/field.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { Link, path } from '../../frame/router.tsx';
import { ValueView } from '../../workflow/value-view.tsx';
import { type Difference, differences } from './comparison.ts';
import type { Run } from './run-data.ts';
import css from './run-page.module.css';
import type { Selection } from './selection.ts';

interface CompareProps {
  readonly run: Run;
  /** Empty: the last that succeeded. */
  readonly other: string;
  choose(other: string): void;
  select(selection: Partial<Selection>): void;
}

export function Compare({ run, other, choose, select }: CompareProps) {
  const found = useQuery({
    queryKey: ['compare', run.id, other, run.status],
    queryFn: async ({ signal }) => {
      const id = other === '' ? await lastSucceeded(run, signal) : other;
      if (id === undefined) return null;
      const [mine, its] = await Promise.all(
        [run.id, id].map(
          async (each) =>
            (await request('GET /executions/{id}/log', { params: { id: each } }, { signal })).body,
        ),
      );
      return mine && its ? { id, found: differences(mine, its) } : null;
    },
  });
  return (
    <>
      <div className={css['filter']}>
        <TextField
          label="Compare with the run"
          defaultValue={other}
          placeholder="the last that succeeded"
          onBlur={({ target }) => choose(target.value.trim())}
          onKeyDown={(event) => event.key === 'Enter' && choose(event.currentTarget.value.trim())}
        />
      </div>
      <Loaded query={found} label="The runs are being compared">
        {(compared) => {
          if (!compared)
            return (
              <EmptyState title="No other run of this workflow has succeeded">
                Give the id of another run to compare with it.
              </EmptyState>
            );
          const otherLink = <Link to={path`/runs/${compared.id}`}>{compared.id}</Link>;
          if (compared.found.length === 0) return <p>No step differs from {otherLink}.</p>;
          return (
            <>
              <p>
                {compared.found.length === 1 ? 'One step differs' : `${compared.found.length} steps differ`}{' '}
                from {otherLink}, in the order in which they began.
              </p>
              <ol className={css['turns']}>
                {compared.found.slice(0, MOST_SHOWN).map((one, position) => (
                  <li key={`${one.id} ${one.index}`}>
                    <OneDifference difference={one} isOpen={position === 0} select={select} />
                  </li>
                ))}
              </ol>
              {compared.found.length > MOST_SHOWN && (
                <p className="meta">{compared.found.length - MOST_SHOWN} more differ.</p>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

const MOST_SHOWN = 100;

async function lastSucceeded(run: Run, signal: AbortSignal): Promise<string | undefined> {
  const query = { workflow_id: run.workflow_id, status: 'succeeded' as const, limit: 2 };
  const { body } = await request('GET /executions', { query }, { signal });
  return body.items.find(({ id }) => id !== run.id)?.id;
}

interface OneDifferenceProps {
  readonly difference: Difference;
  readonly isOpen: boolean;
  select(selection: Partial<Selection>): void;
}

function OneDifference({ difference, isOpen, select }: OneDifferenceProps) {
  const { id, index, mine, other, differs } = difference;
  return (
    <details className={css['call']} open={isOpen}>
      <summary>
        <strong dir="auto">
          {id}
          {index !== '' && ` [${index}]`}
        </strong>
        <span className="quiet">{differs.join(', ')}</span>
      </summary>
      <div className={css['sides']}>
        {[
          { title: 'This run', step: mine },
          { title: 'The other', step: other },
        ].map(({ title, step }) => (
          <section key={title} aria-label={`${title}: ${id}`}>
            <h4>{title}</h4>
            <StatusBadge status={step?.status ?? 'not_reached'} />
            {step?.error && (
              <p className={css['message']} dir="auto">
                {step.error.name}: {step.error.message}
              </p>
            )}
            {step && differs.includes('input') && <ValueView name="the input" value={step.input} />}
            {step && !step.error && differs.includes('output') && (
              <ValueView name="the output" value={step.output} />
            )}
          </section>
        ))}
      </div>
      {mine && (
        <button type="button" className={css['stepLink']} onClick={() => select({ step: id, index })}>
          Show the step
        </button>
      )}
    </details>
  );
}
