// What menu.tsx shows: Base UI's menu, loaded when one is about to be opened.
import { Menu as Base } from '@base-ui/react/menu';
import type { ComponentProps, ReactElement } from 'react';
import Chosen from './icons/check.ts';
import type { IconComponent } from './icons/icon.ts';
import css from './menu.module.css';

export interface MenuEntry {
  readonly label: string;
  readonly icon?: IconComponent;
  act?(): void;
  /** Leads somewhere instead: the link, without its text. */
  readonly link?: ReactElement;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** For one of several choices: whether it is the one. */
  readonly chosen?: boolean;
  /** A line stands above it. */
  readonly separated?: boolean;
}

export interface MenuProps {
  /** The button: its class, its label, its content. */
  readonly trigger: Pick<ComponentProps<'button'>, 'className' | 'children' | 'aria-label' | 'title'>;
  readonly entries: readonly MenuEntry[];
  readonly side?: 'top' | 'bottom';
  readonly align?: 'start' | 'end';
}

export default function MenuPopup({ trigger, entries, side = 'bottom', align = 'end' }: MenuProps) {
  return (
    // It was asked for by the click that loaded it.
    <Base.Root defaultOpen>
      <Base.Trigger {...trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className={css['positioner']}>
          <Base.Popup className={css['popup']}>
            {entries.map((entry) => (
              <Entry
                key={entry.label}
                entry={entry}
                hasMarks={entries.some(({ chosen }) => chosen !== undefined)}
              />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entry({ entry, hasMarks }: { readonly entry: MenuEntry; readonly hasMarks: boolean }) {
  const { label, icon: Icon, act, link, danger, disabled, chosen, separated } = entry;
  const inside = (
    <>
      {hasMarks && chosen === undefined && <span className={css['mark']} />}
      {Icon && <Icon size={16} aria-hidden="true" />}
      {label}
    </>
  );
  const separator = separated && <Base.Separator className={css['separator']} />;
  if (chosen !== undefined)
    return (
      <>
        {separator}
        <Base.CheckboxItem checked={chosen} onClick={act} className={css['item']} closeOnClick>
          <span className={css['mark']}>
            <Base.CheckboxItemIndicator>
              <Chosen size={16} aria-hidden="true" />
            </Base.CheckboxItemIndicator>
          </span>
          {label}
        </Base.CheckboxItem>
      </>
    );
  if (link)
    return (
      <>
        {separator}
        <Base.LinkItem className={css['item']} closeOnClick render={link}>
          {inside}
        </Base.LinkItem>
      </>
    );
  return (
    <>
      {separator}
      <Base.Item
        className={css['item']}
        data-danger={danger || undefined}
        disabled={disabled ?? false}
        onClick={act}
      >
        {inside}
      </Base.Item>
    </>
  );
}
