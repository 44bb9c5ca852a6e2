// The statuses that the dashboard shows: one word and one colour each.

/** `waits`: for a person or a time. The words of runs, steps, iterations and approvals. */
export const statusWords = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  timed_out: 'Timed out',
  running: 'Running',
  waiting: 'Waiting',
  caught: 'Caught',
  aborted: 'Stopped',
  skipped: 'Skipped',
  not_reached: 'Not reached',
} as const;

export type Status = keyof typeof statusWords;

export function isStatus(text: string): text is Status {
  return Object.hasOwn(statusWords, text);
}
