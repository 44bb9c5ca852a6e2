// The key of the emulated GitHub App: made once, and kept with the state of the emulators.
import { createPublicKey, generateKeyPair } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** @returns PEM, PKCS#1 as GitHub gives it */
export async function appKey(
  directory: string,
): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  const file = path.join(directory, 'github-app.pem');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  const privateKey = kept ?? (await newKey());
  if (kept === undefined) {
    await mkdir(directory, { recursive: true });
    await writeFile(file, privateKey, { mode: 0o600 });
  }
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  return { privateKey: privateKey.trim(), publicKey: String(publicKey) };
}

async function newKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return privateKey;
}
