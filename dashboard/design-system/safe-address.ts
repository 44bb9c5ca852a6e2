// Which addresses out of data become links: https anywhere, http on this machine alone, where the emulated providers are.

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address as a browser reads it; undefined when it is none, or would run a script or send something in the open. */
export function safeAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, username, password, href } = new URL(text);
  // What stands before an @ can look like another host.
  if (username !== '' || password !== '') return undefined;
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) return href;
  return undefined;
}
