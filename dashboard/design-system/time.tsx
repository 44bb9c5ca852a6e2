// A time as people say it, with the exact one in the local zone and in UTC one look away.
import { useSyncExternalStore } from 'react';
import { durationText, relativeText, serverNow, timeTexts } from './time-text.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tick = serverNow();

/** One timer for the whole page, and none while nothing shows a time. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    tick = serverNow();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The server's time, anew each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => tick);
}

interface TimeProps {
  /** An ISO 8601 time of the API. */
  readonly at: string;
  /** `3 min ago`, or the exact time in the local zone. */
  readonly as?: 'relative' | 'exact';
}

export function Time({ at, as = 'relative' }: TimeProps) {
  const time = Date.parse(at);
  const text = useSyncExternalStore(subscribe, () =>
    as === 'relative' ? relativeText(time, serverNow()) : undefined,
  );
  const { local, utc } = timeTexts(time);
  return (
    <time dateTime={at} title={`${local}\n${utc}`}>
      {text ?? local}
    </time>
  );
}

interface DurationProps {
  readonly from: string;
  /** It goes on when left out. */
  readonly to?: string | null | undefined;
}

export function Duration({ from, to }: DurationProps) {
  const end = to == null ? undefined : Date.parse(to);
  const text = useSyncExternalStore(subscribe, () =>
    durationText(
      end === undefined ? Math.floor((serverNow() - Date.parse(from)) / 1000) * 1000 : end - Date.parse(from),
    ),
  );
  return <span>{text}</span>;
}
