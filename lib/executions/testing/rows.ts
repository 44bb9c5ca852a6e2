// Histories for tests with loops and branches: each event names the one that it follows.
import type { HistoryEvent } from '@aws-sdk/client-sfn';

export type Row = readonly [
  type: NonNullable<HistoryEvent['type']>,
  previous: number,
  details?: Partial<HistoryEvent>,
];

/** Numbers the events, a second apart. */
export function history(...events: Row[]): HistoryEvent[] {
  return events.map(([type, previousEventId, details], index) => ({
    id: index + 1,
    previousEventId,
    timestamp: new Date(index * 1000),
    type,
    ...details,
  }));
}

export const entered = (name: string): Partial<HistoryEvent> => ({
  stateEnteredEventDetails: { name, input: '{}' },
});
export const exited = (name: string, output: unknown): Partial<HistoryEvent> => ({
  stateExitedEventDetails: { name, output: JSON.stringify(output) },
});

export const failedTask: Partial<HistoryEvent> = {
  taskFailedEventDetails: { error: 'NotFound', resource: '', resourceType: '' },
};
