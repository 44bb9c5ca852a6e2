// EventBridge's PutEvents on a laptop: events of any source for the default bus.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { createJsonService, jsonOperation } from '../aws/json-service.ts';
import type { AwsService } from '../aws/service.ts';
import type { EventBus } from './event-bus.ts';

/** The most entries that PutEvents takes. */
const MAX_ENTRIES = 10;

const putEventsRequest = z.object({ Entries: z.array(z.unknown()).min(1).max(MAX_ENTRIES) });
const requestEntry = z.object({
  Source: z.string().min(1),
  DetailType: z.string().min(1),
  Detail: z.string(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  /** Seconds since 1970. */
  Time: z.number().optional(),
});
const detail = z.record(z.string(), z.unknown());

type ResultEntry = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

export interface EventsOptions {
  readonly bus: Pick<EventBus, 'put'>;
  readonly region: string;
  readonly accountId: string;
  /** Called with the error when a target has failed to take an event at every attempt. */
  readonly onUndelivered: (error: unknown) => void;
}

export function createEvents(options: EventsOptions): AwsService {
  return createJsonService({
    signingName: 'events',
    internalErrorCode: 'InternalFailure',
    operations: {
      PutEvents: jsonOperation(putEventsRequest, ({ Entries }) => {
        const entries = Entries.map((entry) => putEvent(entry, options));
        const FailedEntryCount = entries.filter((entry) => 'ErrorCode' in entry).length;
        return { Entries: entries, FailedEntryCount };
      }),
    },
    close: async () => {},
  });
}

/** Accepts an event; it is delivered after the response. */
function putEvent(entry: unknown, { bus, region, accountId, onUndelivered }: EventsOptions): ResultEntry {
  const parsed = requestEntry.safeParse(entry);
  if (!parsed.success) return failure('InvalidArgument', z.prettifyError(parsed.error));
  const { Source, DetailType, Detail, EventBusName, Resources, Time } = parsed.data;
  if (!/^(.*[/:])?default$/.test(EventBusName))
    return failure('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
  const content = detail.safeParse(parseJson(Detail));
  if (!content.success) return failure('MalformedDetail', 'Detail is malformed.');
  const id = randomUUID();
  const time = Time === undefined ? new Date() : new Date(Time * 1000);
  const event = {
    version: '0',
    id,
    'detail-type': DetailType,
    source: Source,
    account: accountId,
    time: time.toISOString().replace(/\.\d+/, ''),
    region,
    resources: Resources,
    detail: content.data,
  };
  bus.put(event).catch(onUndelivered);
  return { EventId: id };
}

const failure = (ErrorCode: string, ErrorMessage: string): ResultEntry => ({ ErrorCode, ErrorMessage });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
