// What the tabs of one browser tell each other of the session that they share. Tokens are not told.

export type SessionNews =
  | { readonly event: 'logged-out' }
  | { readonly event: 'logged-in'; readonly user: string };

export interface SessionTabs {
  tell(news: SessionNews): void;
  close(): void;
}

export function openSessionTabs(hear: (news: SessionNews) => void): SessionTabs {
  const channel = new BroadcastChannel('ai-orchestra-session');
  channel.onmessage = ({ data }: MessageEvent<SessionNews>) => hear(data);
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() };
}

const OWNER = 'user';

/** What was typed in this tab belongs to one user: for another it is removed. */
export function startDraftsOf(user: string): void {
  if (sessionStorage.getItem(OWNER) !== user) forgetDrafts();
  sessionStorage.setItem(OWNER, user);
}

export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage))
    if (key === OWNER || key.startsWith('draft:')) sessionStorage.removeItem(key);
}
