// A list: a field for each of its items, and buttons that add one and take one away.

import type { ReactNode } from 'react';
import { Button, IconButton } from '../../../design-system/button.tsx';
import Plus from '../../../design-system/icons/plus.ts';
import X from '../../../design-system/icons/x.ts';
import css from './form.module.css';

interface ListFieldProps {
  readonly label: string;
  readonly items: readonly unknown[];
  /** The field of an item, under this name. */
  item(index: number, name: string): ReactNode;
  add(): void;
  remove(index: number): void;
}

export function ListField({ label, items, item, add, remove }: ListFieldProps) {
  return (
    <>
      {items.length > 0 && (
        <ol className={css['items']} aria-label={label}>
          {items.map((_, index) => {
            const name = `${label} ${index + 1}`;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: an item has no other name than its place
              <li key={index} className={css['item']}>
                <div className={css['field']}>{item(index, name)}</div>
                <IconButton icon={X} label={`Remove ${name}`} onClick={() => remove(index)} />
              </li>
            );
          })}
        </ol>
      )}
      <Button icon={Plus} onClick={add}>
        Add to {label}
      </Button>
    </>
  );
}
