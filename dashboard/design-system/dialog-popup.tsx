// What dialog.tsx shows: Base UI's dialog, loaded when the first one opens.
import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { IconButton } from './button.tsx';
import css from './dialog.module.css';
import Close from './icons/x.ts';

export interface DialogProps {
  readonly open: boolean;
  onClose(): void;
  readonly title: string;
  readonly description?: string;
  /** Buttons at its end, the one that does it last. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
  /** As wide as the window lets it: two texts stand in it side by side. */
  readonly wide?: boolean;
  /** At the top of the window, for a list that gets shorter while one types. */
  readonly atTop?: boolean;
  /** What has the focus first; what comes first in it when left out. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** Whether the focus goes back to where it was when it closes, or where it goes: what it came from may be gone. */
  givesFocusBack?(): boolean | HTMLElement | null;
}

export default function DialogPopup(props: DialogProps) {
  const { open, onClose, title, description, actions, children, initialFocus, givesFocusBack } = props;
  const { wide, atTop } = props;
  return (
    <Base.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={css['backdrop']} />
        <Base.Popup
          className={[css['popup'], wide && css['wide'], atTop && css['top']].filter(Boolean).join(' ')}
          {...(initialFocus && { initialFocus })}
          {...(givesFocusBack && { finalFocus: givesFocusBack })}
        >
          <div className={css['header']}>
            <Base.Title className={css['title']}>{title}</Base.Title>
            <Base.Close render={<IconButton icon={Close} label="Close" />} />
          </div>
          {description !== undefined && <Base.Description className="quiet">{description}</Base.Description>}
          <div className={css['body']}>{children}</div>
          {actions && <div className={css['actions']}>{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
