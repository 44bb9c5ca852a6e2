// Buttons: verbs with an object. One of a row is primary at most.

import type { ComponentProps, ReactNode } from 'react';
import css from './button.module.css';
import type { IconComponent } from './icons/icon.ts';

/** For what has to be another element, and looks as a button does. */
export const buttonClass = css['button'] ?? '';
export const primaryClass = `${buttonClass} ${css['primary']}`;

interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: 'default' | 'primary' | 'danger' | 'quiet' | 'link';
  readonly icon?: IconComponent;
  /** What it began is not done yet: a second click does nothing. */
  readonly busy?: boolean;
}

export function Button({ kind = 'default', icon: Icon, busy = false, children, ...rest }: ButtonProps) {
  const { className, onClick, ...others } = rest;
  return (
    <button
      type="button"
      {...others}
      className={[css['button'], css[kind], className].filter(Boolean).join(' ')}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {Icon && <Icon size={16} aria-hidden="true" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  readonly icon: IconComponent;
  /** What it does, for those who do not see the icon, and beside the pointer. */
  readonly label: string;
  readonly children?: ReactNode;
}

/** A button that shows an icon alone. */
export function IconButton({ label, kind = 'quiet', className, ...rest }: IconButtonProps) {
  return (
    <Button
      {...rest}
      kind={kind}
      aria-label={label}
      title={label}
      className={[css['square'], className].filter(Boolean).join(' ')}
    />
  );
}
