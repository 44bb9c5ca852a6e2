// What can be done with the runs that are selected, with the count asked first.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../../api/loaded.tsx';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { serverNow } from '../../design-system/time-text.ts';
import { useSession } from '../../session/session.tsx';
import { type BulkAction, statusesOf } from './bulk.ts';
import { beginBulk } from './bulk-store.ts';
import { bulkWords } from './bulk-words.ts';
import type { RunQuery } from './filters.ts';
import { firstOf, matchingRuns } from './matching-runs.ts';
import type { Run } from './run-list.ts';
import { runsText } from './run-text.ts';
import css from './runs.module.css';
import type { SelectionControl } from './use-selection.ts';

/** More are not counted before it is asked. */
const MOST_COUNTED = 1000;

interface BulkActionsProps {
  readonly selection: SelectionControl;
  readonly query: RunQuery;
  /** Whether all rows are selected, and there are more that match. */
  readonly canSelectAll: boolean;
}

interface Asked {
  readonly action: BulkAction;
  readonly runs: readonly Run[];
  readonly more: AsyncIterator<Run> | undefined;
  /** How many of the selected ones it is not for. */
  readonly others: number;
}

export function BulkActions({ selection, query, canSelectAll }: BulkActionsProps) {
  const { user, role } = useSession();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const [isOpen, setOpen] = useState(false);
  const [counting, setCounting] = useState<BulkAction>();
  const [error, setError] = useState<Error>();
  const mayAct = role === 'editor' || role === 'admin';

  const ask = async (action: BulkAction) => {
    setError(undefined);
    if (!selection.isAll) {
      const runs = [...selection.runs.values()].filter(({ status }) => statusesOf[action].includes(status));
      setAsked({ action, runs, more: undefined, others: selection.runs.size - runs.length });
      return setOpen(true);
    }
    setCounting(action);
    try {
      const until = new Date(serverNow()).toISOString();
      const found = await firstOf(matchingRuns(query, statusesOf[action], until), MOST_COUNTED);
      setAsked({ action, ...found, others: 0 });
      setOpen(true);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
    setCounting(undefined);
  };
  const begin = () => {
    if (!asked) return;
    const { action, runs, more } = asked;
    beginBulk({
      user,
      action,
      runs,
      more,
      onProgress: () => void client.invalidateQueries({ queryKey: ['executions'] }),
    });
    setOpen(false);
    selection.clear();
  };
  return (
    <div className={css['actions']}>
      {canSelectAll && !selection.isAll && (
        <Button kind="quiet" onClick={selection.selectAll}>
          Select all that match
        </Button>
      )}
      {(['stop', 'redrive', 'rerun'] as const).map((action) => (
        <Button
          key={action}
          disabled={!mayAct}
          busy={counting === action}
          aria-describedby={mayAct ? undefined : 'why-not'}
          onClick={() => void ask(action)}
        >
          {bulkWords[action].button}
        </Button>
      ))}
      <Button kind="quiet" onClick={selection.clear}>
        Clear selection
      </Button>
      {!mayAct && (
        <p id="why-not" className={css['reason']}>
          Your role lets you look at runs. An editor or an admin may stop them and run them again.
        </p>
      )}
      {error && <Problem error={error} />}
      {asked && <Question asked={asked} isOpen={isOpen} begin={begin} close={() => setOpen(false)} />}
    </div>
  );
}

interface QuestionProps {
  readonly asked: Asked;
  readonly isOpen: boolean;
  begin(): void;
  close(): void;
}

function Question({ asked, isOpen, begin, close }: QuestionProps) {
  const { action, runs, more, others } = asked;
  const words = bulkWords[action];
  const isNone = runs.length === 0;
  return (
    <Dialog
      open={isOpen}
      onClose={close}
      title={
        isNone ? 'There is no run to do this with' : words.question(runsText(runs.length, more !== undefined))
      }
      actions={
        <>
          <Button onClick={close}>{isNone ? 'Close' : 'Leave them'}</Button>
          {!isNone && (
            <Button kind={action === 'stop' ? 'danger' : 'primary'} onClick={begin}>
              {words.button}
            </Button>
          )}
        </>
      }
    >
      {!isNone && <p>{words.does}</p>}
      {others > 0 && (
        <p>
          {runsText(others)} of the selected {words.others} and stay as they are.
        </p>
      )}
      {isNone && others === 0 && <p>No run that matches the filters is one that this can be done with.</p>}
    </Dialog>
  );
}
