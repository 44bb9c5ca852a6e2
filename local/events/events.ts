// EventBridge's PutEvents on a laptop: events of any source for the default bus.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError, asAwsError, jsonAnswer, jsonError } from '../aws/error.ts';
import type { AwsService } from '../aws/service.ts';
import type { EventBus } from './event-bus.ts';

/** PutEvents takes so many at a time. */
const MAX_ENTRIES = 10;

const request = z.object({ Entries: z.array(z.unknown()).min(1).max(MAX_ENTRIES) });
const entry = z.object({
  Source: z.string().min(1),
  DetailType: z.string().min(1),
  Detail: z.string(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  /** Seconds since 1970. */
  Time: z.number().optional(),
});
const detail = z.record(z.string(), z.unknown());

export interface EventsOptions {
  readonly bus: Pick<EventBus, 'put'>;
  readonly region: string;
  readonly accountId: string;
  /** Told of an event that a target did not take, at every try. */
  readonly onUndelivered: (error: unknown) => void;
}

export function createEvents({ bus, region, accountId, onUndelivered }: EventsOptions): AwsService {
  const failed = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

  /** Takes an event, to be delivered later. */
  function put(given: unknown) {
    const read = entry.safeParse(given);
    if (!read.success) return failed('InvalidArgument', z.prettifyError(read.error));
    const { Source, DetailType, Detail, EventBusName, Resources, Time } = read.data;
    if (!/^(.*[/:])?default$/.test(EventBusName)) {
      return failed('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
    }
    const content = detail.safeParse(parse(Detail));
    if (!content.success) return failed('MalformedDetail', 'Detail is malformed.');
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

  return {
    signingName: 'events',
    async handle({ headers, body }) {
      try {
        const operation = headers['x-amz-target']?.split('.')[1];
        if (operation !== 'PutEvents') {
          throw new AwsError('UnknownOperationException', `${operation} is not served; PutEvents is`);
        }
        const read = request.safeParse(parse(body.toString()));
        if (!read.success) throw new AwsError('ValidationException', z.prettifyError(read.error));
        const entries = read.data.Entries.map(put);
        const FailedEntryCount = entries.filter((one) => 'ErrorCode' in one).length;
        return jsonAnswer('1.1', { Entries: entries, FailedEntryCount });
      } catch (error) {
        return jsonError('1.1', asAwsError(error));
      }
    },
    close: async () => {},
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
