// What the emulated model thought, as it is given to clients: they can keep it and give it back, and not change it.
import { createHmac } from 'node:crypto';

const KEY = 'the emulated organization';

export function encryptedReasoning(thought: string): string {
  const text = Buffer.from(thought).toString('base64url');
  return `gAAAAA${text}.${seal(text)}`;
}

/** Whether this emulator has made it. */
export function isOwnReasoning(encrypted: string): boolean {
  const [, text = '', mac] = /^gAAAAA([\w-]+)\.([\w-]+)$/.exec(encrypted) ?? [];
  return mac === seal(text);
}

function seal(text: string): string {
  return createHmac('sha256', KEY).update(text).digest('base64url').slice(0, 22);
}
