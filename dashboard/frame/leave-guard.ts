// Asks before a page is left on which something is not saved: by a link of the dashboard, and by closing or reloading the tab.
import { useEffect, useState } from 'react';
import type { AroundNavHandler } from 'wouter';

/** Of the page that is shown: whether it may be left at once; if not, it asks and goes later. */
let guard: ((go: () => void) => boolean) | undefined;

/** For the router, around every navigation. */
export const askBeforeLeaving: AroundNavHandler = (navigate, to, options) => {
  const go = () => navigate(to, options);
  if (guard?.(go) ?? true) go();
};

interface LeaveGuard {
  /** Somebody wants to leave: ask them. */
  readonly isAsked: boolean;
  stay(): void;
  leave(): void;
}

/** @param isUnsaved asked at the moment of leaving; the same function each time */
export function useLeaveGuard(isUnsaved: () => boolean): LeaveGuard {
  const [go, setGo] = useState<() => void>();
  useEffect(() => {
    const own = (wanted: () => void): boolean => {
      if (!isUnsaved()) return true;
      setGo(() => wanted);
      return false;
    };
    const onUnload = (event: BeforeUnloadEvent) => {
      if (isUnsaved()) event.preventDefault();
    };
    guard = own;
    addEventListener('beforeunload', onUnload);
    return () => {
      if (guard === own) guard = undefined;
      removeEventListener('beforeunload', onUnload);
    };
  }, [isUnsaved]);
  return {
    isAsked: go !== undefined,
    stay: () => setGo(undefined),
    leave: () => {
      setGo(undefined);
      go?.();
    },
  };
}
