// What can be done with the selected step, by buttons and by keys.

import { IconButton } from '../../../design-system/button.tsx';
import Down from '../../../design-system/icons/arrow-down.ts';
import Up from '../../../design-system/icons/arrow-up.ts';
import Open from '../../../design-system/icons/chevron-down.ts';
import Out from '../../../design-system/icons/indent-decrease.ts';
import In from '../../../design-system/icons/indent-increase.ts';
import Trash from '../../../design-system/icons/trash-2.ts';
import { Menu } from '../../../design-system/menu.tsx';
import css from './step-actions.module.css';
import type { StepChange } from './step-changes.ts';

interface StepActionsProps {
  can(change: StepChange): boolean;
  make(change: StepChange): void;
}

export function StepActions({ can, make }: StepActionsProps) {
  const button = (change: StepChange, icon: typeof Up, label: string) => (
    <IconButton icon={icon} label={label} disabled={!can(change)} onClick={() => make(change)} />
  );
  return (
    <div className={css['actions']} role="toolbar" aria-label="The selected step">
      {button('up', Up, 'Move up (Alt+↑)')}
      {button('down', Down, 'Move down (Alt+↓)')}
      {button('out', Out, 'Move out of what it is in (Alt+←)')}
      {button('in', In, 'Move into the step before it (Alt+→)')}
      <Menu
        trigger={{
          className: css['wrap'],
          children: (
            <>
              Wrap
              <Open size={14} aria-hidden="true" />
            </>
          ),
        }}
        entries={[
          { label: 'Into a loop', act: () => make('for_each') },
          { label: 'Into a branch of a switch', act: () => make('switch') },
          { label: 'Into a branch that runs side by side', act: () => make('parallel') },
          { label: 'Add steps for when it fails', act: () => make('handler') },
        ]}
      />
      {button('delete', Trash, 'Delete the step')}
    </div>
  );
}
