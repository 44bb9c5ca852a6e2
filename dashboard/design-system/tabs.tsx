// Tabs over one thing: its Input, Output, Error. Which one is shown is the caller's, who keeps it in the URL.
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import css from './tabs.module.css';

interface Tab<Id extends string> {
  readonly id: Id;
  readonly title: ReactNode;
  /** Only the one that is shown is drawn. */
  content(): ReactNode;
}

interface TabsProps<Id extends string> {
  /** What they are of. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly shown: Id;
  onShow(id: Id): void;
}

/** By the pattern of the ARIA Authoring Practices: arrows move along the tabs and show each. */
export function Tabs<Id extends string>({ label, tabs, shown, onShow }: TabsProps<Id>) {
  const prefix = useId();
  const at = tabs.findIndex(({ id }) => id === shown);
  const move = (event: KeyboardEvent) => {
    const last = tabs.length - 1;
    const target = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at <= 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    const tab = target === undefined ? undefined : tabs[target];
    if (!tab) return;
    event.preventDefault();
    onShow(tab.id);
    document.getElementById(`${prefix}-${tab.id}`)?.focus();
  };
  return (
    <div className={css['tabs']}>
      <div role="tablist" aria-label={label} className={css['list']} onKeyDown={move}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${prefix}-${id}`}
            aria-selected={id === shown}
            aria-controls={id === shown ? `${prefix}-panel` : undefined}
            tabIndex={id === shown ? 0 : -1}
            className={css['tab']}
            onClick={() => onShow(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${prefix}-panel`}
        aria-labelledby={`${prefix}-${shown}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel can be read and scrolled by keyboard (ARIA practices)
        tabIndex={0}
        className={css['panel']}
      >
        {tabs[at]?.content()}
      </div>
    </div>
  );
}
