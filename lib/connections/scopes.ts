// The OAuth scopes of which actions need one. Broader scopes stand beside the narrowest, since providers tell only those granted.

const gmail = (name: string) => `https://www.googleapis.com/auth/gmail.${name}`;
const WHOLE_MAILBOX = 'https://mail.google.com/';

/** https://developers.google.com/workspace/gmail/api/reference/rest: "Authorization scopes" of each method. */
export const gmailScopes = {
  /** messages.list with a query, messages.get with the body: gmail.metadata allows neither. */
  read: [gmail('readonly'), gmail('modify'), WHOLE_MAILBOX],
  /** messages.modify */
  modify: [gmail('modify'), WHOLE_MAILBOX],
  /** drafts.create */
  draft: [gmail('compose'), gmail('modify'), WHOLE_MAILBOX],
  /** messages.send */
  send: [gmail('send'), gmail('compose'), gmail('modify'), WHOLE_MAILBOX],
} as const;

/** https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps; private repositories need `repo`. */
export const githubWriteScopes = ['public_repo', 'repo'] as const;
