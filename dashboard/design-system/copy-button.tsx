// Copies a text to the clipboard, and says so.

import { useEffect, useState } from 'react';
import { announce } from './announce.ts';
import { IconButton } from './button.tsx';
import Done from './icons/check.ts';
import Copy from './icons/copy.ts';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: `Copy the run’s id`. */
  readonly label: string;
}

export function CopyButton({ text, label }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        announce('Copied');
      },
      () => announce('The browser does not let this page copy'),
    );
  return <IconButton icon={copied ? Done : Copy} label={label} onClick={copy} />;
}
