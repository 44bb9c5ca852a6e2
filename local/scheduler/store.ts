// The schedules on disk.
import path from 'node:path';
import * as z from 'zod';
import { openJsonFile } from '../shared/json-file.ts';
import { keyOf, type Schedule, schedule } from './schedule.ts';

export interface ScheduleStore {
  find(group: string, name: string): Schedule | undefined;
  list(): Schedule[];
  /** Changes take effect at once; the disk has them when `save` resolves. */
  set(entry: Schedule): void;
  delete(group: string, name: string): void;
  save(): Promise<void>;
}

/** @param directory created when it is missing */
export function openScheduleStore(directory: string): ScheduleStore {
  const file = openJsonFile(path.join(directory, 'schedules.json'), z.array(schedule));
  const schedules = new Map(file.initial?.map((entry) => [keyOf(entry.GroupName, entry.name), entry]));
  return {
    find: (group, name) => schedules.get(keyOf(group, name)),
    list: () => [...schedules.values()],
    set: (entry) => void schedules.set(keyOf(entry.GroupName, entry.name), entry),
    delete: (group, name) => void schedules.delete(keyOf(group, name)),
    save: () => file.save([...schedules.values()]),
  };
}
