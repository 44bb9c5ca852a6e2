// Starts the dashboard.
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { shareBudget } from './api/live.ts';
import { createQueryClient } from './api/queries.ts';
import './design-system/tokens.css';
import './design-system/base.css';
import { Frame } from './frame/frame.tsx';
import { listenForShortcuts } from './frame/keys.ts';
import { guardHistory } from './frame/leave-guard.ts';
import { reloadWhenChunksAreGone } from './frame/new-version.ts';
import { rememberPlaces } from './frame/scroll-place.ts';
import { applyTheme } from './frame/theme.ts';
import { firstPage, pages } from './pages.ts';
import { SessionProvider } from './session/session.tsx';

applyTheme();
reloadWhenChunksAreGone();
listenForShortcuts();
shareBudget();
rememberPlaces();
guardHistory();

const root = document.getElementById('root');
if (!root) throw new TypeError('index.html has no root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <SessionProvider>
        <Frame pages={pages} first={firstPage} />
      </SessionProvider>
    </QueryClientProvider>
  </StrictMode>,
);
