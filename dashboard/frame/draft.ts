// What somebody types and has not sent yet: it outlives a reload of the tab.
import { useCallback, useState } from 'react';

const PREFIX = 'draft:';

/**
 * Text that is kept in this tab until it is cleared. Not for secrets.
 * @param key names what is written: `start:triage_mail`
 */
export function useDraft(key: string, initial = ''): readonly [string, (text: string) => void, () => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(PREFIX + key) ?? initial);
  const write = useCallback(
    (next: string) => {
      setText(next);
      sessionStorage.setItem(PREFIX + key, next);
    },
    [key],
  );
  const clear = useCallback(() => {
    setText(initial);
    sessionStorage.removeItem(PREFIX + key);
  }, [key, initial]);
  return [text, write, clear];
}
