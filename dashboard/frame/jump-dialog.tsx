// What jump.tsx opens: a field with the list of where it leads, by the combobox pattern of the ARIA practices: the focus
// stays in the field, and arrows move along the list.
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Missing } from '../api/loaded.tsx';
import { request } from '../api/request.ts';
import { Dialog } from '../design-system/dialog.tsx';
import css from './jump.module.css';
import { type JumpTarget, jumpTargets } from './jump-targets.ts';
import type { PageEntry } from './pages.ts';
import { useNavigate } from './router.tsx';
import { useWorkflowNames } from './workflow-ids.ts';

interface JumpDialogProps {
  readonly pages: readonly PageEntry[];
  readonly open: boolean;
  readonly times: number;
  onClose(): void;
}

export default function JumpDialog({ pages, times, open, onClose }: JumpDialogProps) {
  const field = useRef<HTMLInputElement>(null);
  const hasJumped = useRef(false);
  const navigate = useNavigate();
  useEffect(() => {
    if (open) hasJumped.current = false;
  }, [open]);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Go to"
      atTop
      initialFocus={field}
      givesFocusBack={() => !hasJumped.current}
    >
      <Targets
        key={times}
        field={field}
        pages={pages}
        jump={({ to }) => {
          hasJumped.current = true;
          onClose();
          navigate(to);
        }}
      />
    </Dialog>
  );
}

const MOST_RUNS = 50;

function useRecentRuns() {
  return useQuery({
    queryKey: ['executions', 'recent'],
    queryFn: async ({ signal }) =>
      (await request('GET /executions', { query: { limit: MOST_RUNS } }, { signal })).body.items,
  });
}

interface TargetsProps extends Pick<JumpDialogProps, 'pages'> {
  readonly field: { readonly current: HTMLInputElement | null };
  jump(target: JumpTarget): void;
}

function Targets({ field, pages, jump }: TargetsProps) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const workflows = useWorkflowNames();
  const runs = useRecentRuns();
  const targets = jumpTargets(typed, { pages, workflows: workflows.data ?? [], runs: runs.data ?? [] });
  const chosen = Math.min(at, targets.length - 1);
  const optionId = (position: number) => `${id}-${position}`;
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, chosen]);
  const onKey = (event: KeyboardEvent) => {
    const target = targets[chosen];
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && target) jump(target);
    else if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, targets.length));
    else if (event.key === 'ArrowUp') setAt((chosen <= 0 ? targets.length : chosen) - 1);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        ref={field}
        className={css['field']}
        role="combobox"
        aria-label="A page, a workflow, a run, or the id of a run"
        aria-expanded={targets.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen >= 0 ? optionId(chosen) : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="A page, a workflow, a run, or the id of a run"
        dir="auto"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Where to go" className={css['list']}>
        {targets.map((target, position) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field does the same
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the option
          <div
            key={target.to}
            id={optionId(position)}
            role="option"
            aria-selected={position === chosen}
            className={css['option']}
            onClick={() => jump(target)}
          >
            <span className={css['label']} dir="auto">
              {target.label}
            </span>
            <span className="meta">
              {target.note === undefined ? target.group : `${target.group}, ${target.note}`}
            </span>
          </div>
        ))}
      </div>
      <Missing query={workflows} />
      <Missing query={runs} />
      <p role="status" className="meta">
        {targets.length === 0 ? 'Nothing has these letters.' : ''}
      </p>
    </>
  );
}
