// What can be done with the selected step, by buttons and by keys.
import Down from 'lucide-react/icons/arrow-down';
import Up from 'lucide-react/icons/arrow-up';
import Out from 'lucide-react/icons/indent-decrease';
import In from 'lucide-react/icons/indent-increase';
import Trash from 'lucide-react/icons/trash-2';
import { IconButton } from '../../../design-system/button.tsx';
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
        trigger={{ children: 'Wrap', className: css['wrap'] }}
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
