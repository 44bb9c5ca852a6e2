// A sentence in which names stand between backticks, as schemas and problems have them: they are shown as code.
import { Fragment } from 'react';

export function Marked({ text }: { readonly text: string }) {
  const parts = text.split('`');
  // An odd backtick is none of a pair.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) => {
    const Part = index % 2 === 1 ? 'code' : Fragment;
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
    return <Part key={index}>{part}</Part>;
  });
}
