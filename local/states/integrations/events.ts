// `events:putEvents`: a Task that sends events to EventBridge.
import type { EventsClient } from '../clients/events-client.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonText } from '../model/json.ts';
import { type Call, type Integration, serviceTaskEvents, TaskFailure } from './integration.ts';

export const putEvents: Integration = {
  events: serviceTaskEvents('events', 'putEvents'),
  required: ['Entries'],
  lost: () =>
    new TaskFailure('EventBridge.SdkClientException', 'The connection was lost before EventBridge answered.'),
  async call(args, call) {
    const entries = isJsonObject(args) && isJsonArray(args['Entries']) ? args['Entries'] : [];
    const { status, body, requestId } = await send(call.environment.events, entriesOf(entries, call), call);
    const result: JsonObject = {
      ...body,
      SdkHttpMetadata: { HttpStatusCode: status },
      SdkResponseMetadata: { RequestId: requestId },
    };
    // A Retry sends all of them again, also those that have arrived.
    if (body['FailedEntryCount'] !== 0) throw new TaskFailure('EventBridge.FailedEntry', jsonText(result));
    return result;
  },
};

/** Adds the state machine and the execution to each event's resources, and serialises a Detail that is an object. */
function entriesOf(entries: readonly Json[], { thread }: Call): readonly Json[] {
  const { arn, machineArn } = thread.execution.identity;
  return entries.map((entry) => {
    if (!isJsonObject(entry)) return entry;
    const { Detail, Resources } = entry;
    return {
      ...entry,
      ...(Detail !== undefined && { Detail: typeof Detail === 'string' ? Detail : jsonText(Detail) }),
      Resources: [...(isJsonArray(Resources) ? Resources : []), machineArn, arn],
    };
  });
}

async function send(client: EventsClient, entries: readonly Json[], { cancellation }: Call) {
  const answer = await client.put(entries, cancellation);
  if ('unreachable' in answer) throw new TaskFailure('EventBridge.SdkClientException', answer.unreachable);
  if (answer.status === 200) return answer;
  const type = String(answer.body['__type'] ?? 'EventBridgeException').replace(/^.*#/, '');
  throw new TaskFailure(
    `EventBridge.${type.endsWith('Exception') ? type : `${type}Exception`}`,
    `${answer.body['message'] ?? answer.body['Message']} (Service: EventBridge, Status Code: ${answer.status}, Request ID: ${answer.requestId})`,
  );
}
