// What the emulated providers accept. None of it opens anything but these emulators.

export const openaiKey = 'emulated-openai-key';
export const githubToken = 'emulated-github-token';
export const notionToken = 'emulated-notion-token';

/** What the connection `google/default` holds. */
export const googleClient = {
  client_id: 'emulated-google-client',
  client_secret: 'emulated-google-secret',
  refresh_token: 'emulated-google-refresh-token',
} as const;
