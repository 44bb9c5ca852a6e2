// The inbox: what waits for a decision, what the user may decide first, and beside it the one that is selected.
import { useEffect, useMemo, useRef } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { countText, mayDecide } from '../../frame/deciders.ts';
import { Page } from '../../frame/page.tsx';
import { useSearch } from '../../frame/router.tsx';
import { text } from '../../frame/search.ts';
import { useShortcuts } from '../../frame/shortcuts.tsx';
import { useSession } from '../../session/session.tsx';
import { ApprovalDetail } from './approval-detail.tsx';
import { ApprovalList, DecidedList, rowId } from './approval-list.tsx';
import css from './approvals.module.css';
import { nextOf } from './inbox.ts';
import { type Decision, type Entry, useInbox } from './use-inbox.ts';

const shape = { approval: text };

export default function ApprovalsPage() {
  const { role } = useSession();
  const [{ approval: chosen }, choose] = useSearch(shape);
  const inbox = useInbox();
  const { entries = [], waiting } = inbox;
  const selected = chosen || inbox.first;
  const entry = entries.find(({ approval }) => approval.id === selected);
  const section = useRef<HTMLElement>(null);
  useFocusOfOneView(chosen, section);
  useMoves(entries, selected, (id) => {
    choose({ approval: id });
    document.getElementById(rowId(id))?.focus();
  });

  const decide = (decision: Decision, comment: string) => {
    const canDecide = (id: string) =>
      entries.some(
        (each) => each.approval.id === id && each.state === 'waiting' && mayDecide(role, each.approval.role),
      );
    const ids = entries.map(({ approval }) => approval.id);
    const next = nextOf(ids, selected, canDecide);
    // The button that was pressed is about to go.
    section.current?.focus({ preventScroll: true });
    if (next !== undefined) {
      choose({ approval: next });
      showFromTop(section.current);
    }
    return inbox.decide(selected, decision, comment, () => choose({ approval: selected }));
  };

  const mine = countText(waiting.data, role);
  return (
    <Page
      title="Approvals"
      {...(mine !== undefined && { tabPrefix: `(${mine})` })}
      actions={inbox.newCount > 0 && <Button onClick={inbox.takeNew}>Show {inbox.newCount} new</Button>}
    >
      <Loaded query={waiting} label="Approvals are loading">
        {() =>
          selected === '' ? (
            <>
              <EmptyState title="Nothing waits for a decision">
                A run that reaches a step of the kind “approval” asks here, and goes on when somebody has
                decided.
              </EmptyState>
              <DecidedList entries={entries} selected={selected} />
            </>
          ) : (
            <div className={css['inbox']} data-one={chosen === '' ? 'list' : 'detail'}>
              <div className={css['lists']}>
                <ApprovalList
                  entries={entries}
                  selected={selected}
                  hasMore={inbox.hasMore}
                  isAsking={inbox.isAsking}
                  showMore={inbox.showMore}
                />
                <DecidedList entries={entries} selected={selected} />
              </div>
              <ApprovalDetail id={selected} entry={entry} section={section} decide={decide} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

const isHidden = (element: HTMLElement | null): boolean => element?.offsetParent === null;

/** Where only one of list and detail has room, that one begins at its top. */
function showFromTop(section: HTMLElement | null): void {
  if (!section) return;
  section.scrollTop = 0;
  const list = section.previousElementSibling;
  if (list instanceof HTMLElement && isHidden(list)) window.scrollTo(0, 0);
}

/** On a narrow screen list and detail replace each other: the focus goes to the one that is shown. */
function useFocusOfOneView(chosen: string, section: { readonly current: HTMLElement | null }): void {
  const before = useRef(chosen);
  useEffect(() => {
    const last = before.current;
    before.current = chosen;
    const list = section.current?.previousElementSibling;
    if (last === chosen || !(list instanceof HTMLElement)) return;
    if (last === '' && isHidden(list)) {
      section.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    if (chosen === '' && isHidden(section.current)) document.getElementById(rowId(last))?.focus();
  }, [chosen, section]);
}

function useMoves(entries: readonly Entry[], selected: string, go: (id: string) => void): void {
  const shortcuts = useMemo(() => {
    const move = (by: number) => () => {
      const at = entries.findIndex(({ approval }) => approval.id === selected);
      const target = entries[at + by];
      if (target) go(target.approval.id);
    };
    return [
      { keys: 'j', label: 'The next approval', act: move(1) },
      { keys: 'k', label: 'The previous approval', act: move(-1) },
    ];
  }, [entries, selected, go]);
  useShortcuts(shortcuts);
}
