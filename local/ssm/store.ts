// The parameters on disk, SecureStrings encrypted.
import path from 'node:path';
import * as z from 'zod';
import { openJsonFile } from '../shared/json-file.ts';
import { decrypt, encrypt, readKey } from './encryption.ts';
import { parameterType } from './requests.ts';

const parameter = z.object({
  name: z.string(),
  type: parameterType,
  /** Encrypted for a SecureString. */
  value: z.string(),
  version: z.number(),
  /** Seconds since 1970. */
  modified: z.number(),
  description: z.string().optional(),
});
export type Parameter = z.infer<typeof parameter>;

export interface ParameterStore {
  find(name: string): Parameter | undefined;
  /** All, by name. */
  list(): Parameter[];
  /** @param parameter with its value in plain text */
  put(parameter: Parameter): Promise<void>;
  /** @returns whether there was such a parameter */
  delete(name: string): Promise<boolean>;
  /** The value in plain text. */
  decrypted(parameter: Parameter): string;
  /** Resolves when the disk has the last change. */
  close(): Promise<void>;
}

/** @param directory created when it is missing */
export function openParameterStore(directory: string): ParameterStore {
  const key = readKey(path.join(directory, 'parameter-store.key'));
  const file = openJsonFile(path.join(directory, 'parameters.json'), z.array(parameter));
  const parameters = new Map(file.initial?.map((entry) => [entry.name, entry]));
  let saved = Promise.resolve();

  function save(): Promise<void> {
    saved = file.save([...parameters.values()]);
    return saved;
  }

  return {
    find: (name) => parameters.get(name),
    list: () => [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    async put({ value, ...entry }) {
      const isSecure = entry.type === 'SecureString';
      const stored = isSecure ? encrypt(key, entry.name, value) : value;
      parameters.set(entry.name, { ...entry, value: stored });
      await save();
    },
    async delete(name) {
      if (!parameters.delete(name)) return false;
      await save();
      return true;
    },
    decrypted: ({ type, name, value }) => (type === 'SecureString' ? decrypt(key, name, value) : value),
    close: () => saved,
  };
}
