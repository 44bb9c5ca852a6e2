// What is known of the name at the caret or under the pointer of a field: its type, and its value in the last run.
import { useContext, useEffect, useRef, useState } from 'react';
import { HelpContext } from '../check/expression-help.ts';
import type { Place } from '../check/help-text.ts';

/** The caret or the pointer rests on it. */
const REST_MS = 150;

export interface ExplainedName {
  readonly name: string;
  readonly type: string;
  readonly last: string | undefined;
}

interface Explanation {
  readonly explained: ExplainedName | undefined;
  /** @param place undefined: nothing is looked at any more */
  look(place: Place | undefined): void;
}

export function useExplained(): Explanation {
  const help = useContext(HelpContext);
  const [explained, setExplained] = useState<ExplainedName>();
  const number = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function explain(place: Place, own: number): Promise<void> {
    const found = await help?.explain(place);
    const last = found && (await help?.lastValue(found.names));
    if (own !== number.current) return;
    setExplained(found && { name: found.names.join('.'), type: found.type, last });
  }

  return {
    explained,
    look(place) {
      clearTimeout(timer.current);
      number.current += 1;
      const own = number.current;
      if (!place?.offset) return setExplained(undefined);
      timer.current = setTimeout(() => void explain(place, own), REST_MS);
    },
  };
}
