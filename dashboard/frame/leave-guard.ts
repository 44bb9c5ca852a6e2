// Asks before a page is left on which something is not saved: by a link of the dashboard, by the browser's Back and Forward,
// and by closing or reloading the tab.
import { useEffect, useState } from 'react';
import type { AroundNavHandler } from 'wouter';

/** Of the page that is shown: whether it may be left at once; if not, it asks and goes later. */
let guard: ((go: () => void) => boolean) | undefined;

/** For the router, around every navigation. */
export const askBeforeLeaving: AroundNavHandler = (navigate, to, options) => {
  const go = () => navigate(to, options);
  if (guard?.(go) ?? true) go();
};

/**
 * Called once, when the page starts, and before the router: the browser has gone to the other entry already when it tells
 * so. The entry that is left is put after that one again, and going on is going back to it.
 */
export function guardHistory(): void {
  let shown: { readonly href: string; readonly state: unknown } = { href: location.href, state: null };
  let isLeaving = false;
  const remember = () => {
    shown = { href: location.href, state: history.state };
  };
  for (const change of ['pushState', 'replaceState']) addEventListener(change, remember);
  const onPop = () => {
    const isSamePage = withoutHash(location.href) === withoutHash(shown.href);
    const goOn = () => {
      isLeaving = true;
      history.back();
    };
    if (isSamePage || isLeaving || (guard?.(goOn) ?? true)) {
      isLeaving = false;
      return remember();
    }
    // Not by the router's own: for it nothing has changed.
    History.prototype.pushState.call(history, shown.state, '', shown.href);
  };
  addEventListener('popstate', onPop, { capture: true });
}

const withoutHash = (href: string): string => href.replace(/#.*$/s, '');

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
