// Tabs: several views of one thing, one at a time. The arrow keys lead from one to the next.
import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import css from './tabs.module.css';

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** Beside the title: a count. */
  readonly note?: string | undefined;
}

interface TabsProps<Id extends string> {
  /** What the tabs are views of. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly chosen: Id;
  choose(id: Id): void;
  /** What the chosen tab shows. */
  readonly children: ReactNode;
}

export function Tabs<Id extends string>({ label, tabs, chosen, choose, children }: TabsProps<Id>) {
  return (
    <Base.Root value={chosen} onValueChange={(id: Id) => choose(id)} className={css['root']}>
      <Base.List aria-label={label} className={css['list']}>
        {tabs.map(({ id, title, note }) => (
          <Base.Tab key={id} value={id} className={css['tab']}>
            {title}
            {note !== undefined && <span className={css['note']}>{note}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={chosen} className={css['panel']}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
