// The credentials of a stack's connections, looked for in all that it answers, tells and leaves behind.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The fields of connections that are secret (lib/connections/credentials.ts). */
const SECRET_FIELDS = [
  'api_key',
  'token',
  'refresh_token',
  'client_secret',
  'private_key',
  'secret',
  'password',
  'value',
];
/** Of tests that are about something else: too short to be looked for. */
const MIN_LENGTH = 10;

export class PlantedSecrets {
  /** The name of a field by its value, as it stands in a text and in JSON. */
  readonly #known = new Map<string, string>();

  /** @param fields of a connection, secret and other ones */
  add(fields: unknown): void {
    if (typeof fields !== 'object' || fields === null) return;
    for (const [name, value] of Object.entries(fields)) {
      if (!SECRET_FIELDS.includes(name) || typeof value !== 'string' || value.length < MIN_LENGTH) continue;
      this.#known.set(value.trim(), name);
      this.#known.set(JSON.stringify(value.trim()).slice(1, -1), name);
    }
  }

  /** The names of the secret fields whose value stands in a text; the values themselves are not told on. */
  in(text: string | Buffer): string[] {
    return [...this.#known].flatMap(([value, name]) => (text.includes(value) ? [name] : []));
  }

  /** @param what is told when a secret stands in it */
  refuseIn(text: string, what: string): void {
    const found = this.in(text);
    if (found.length > 0) throw new Error(`${what} holds a credential: ${found.join(', ')}`);
  }

  /**
   * The files below a folder that hold a secret, each with the names of the fields.
   * @param but names in the folder itself that are left out
   */
  async leftIn(folder: string, but: readonly string[]): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !but.includes(path.relative(folder, file).split(path.sep)[0] ?? ''));
    const found: string[] = [];
    for (const file of files) {
      const fields = this.in(await readFile(file));
      if (fields.length > 0) found.push(`${path.relative(folder, file)}: ${fields.join(', ')}`);
    }
    return found;
  }
}
