// Says when the service cannot be reached, asks it whether it is back, and then brings everything up to date.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLostSince } from '../api/connection.ts';
import { request } from '../api/request.ts';
import { Button } from '../design-system/button.tsx';
import Lost from '../design-system/icons/wifi-off.ts';
import css from './connection-banner.module.css';

const EVERY_MS = 5_000;

export function ConnectionBanner() {
  const since = useLostSince();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const isLost = since !== undefined;

  // The network says so before the next request would; a laptop's own service answers without one.
  useEffect(() => {
    addEventListener('offline', askWhenSeen);
    return () => removeEventListener('offline', askWhenSeen);
  }, []);
  useEffect(() => {
    if (!isLost) return;
    const timer = setInterval(askWhenSeen, EVERY_MS);
    addEventListener('online', askWhenSeen);
    return () => {
      clearInterval(timer);
      removeEventListener('online', askWhenSeen);
      void client.invalidateQueries();
    };
  }, [isLost, client]);

  const ask = async () => {
    setBusy(true);
    await request('GET /health').catch(() => {});
    setBusy(false);
  };
  return (
    <div role="status">
      {isLost && (
        <div className={css['banner']}>
          <Lost size={16} aria-hidden="true" />
          <p>
            AI-Orchestra cannot be reached since {timeOf(since)}. What you see is from before; it is tried
            again every few seconds.
          </p>
          <Button busy={busy} onClick={ask}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}

function askWhenSeen(): void {
  if (!document.hidden) request('GET /health').catch(() => {});
}

function timeOf(time: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    time,
  );
}
