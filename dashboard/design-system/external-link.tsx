// A link that leaves the dashboard: to a provider's page. Only addresses that a browser may follow safely become links.

import type { ReactNode } from 'react';
import css from './external-link.module.css';
import Open from './icons/external-link.ts';
import { safeAddress } from './safe-address.ts';

interface ExternalLinkProps {
  /** From a run's data: anybody may have written it. */
  readonly href: string;
  readonly children: ReactNode;
}

/** The text alone where the address is no safe one. */
export function ExternalLink({ href, children }: ExternalLinkProps) {
  const address = safeAddress(href);
  if (address === undefined) return <span>{children}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" className={css['link']}>
      {children}
      <Open size={14} aria-hidden="true" />
      <span className="visually-hidden"> (opens another tab)</span>
    </a>
  );
}
