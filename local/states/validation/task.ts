// Validates what only a Task has.
import { findIntegration } from '../integrations/resources.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkCount, requireField } from './fields.ts';
import type { FlowRules } from './rules.ts';

/** An integration of a service, or a resource that is called by its own ARN. */
const RESOURCE = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/;

export function checkTask(
  state: JsonObject,
  place: string,
  { type, resources }: FlowRules,
  diagnostics: Diagnostics,
): void {
  diagnostics.required(state, ['Resource'], place);
  const resource = diagnostics.string(state, 'Resource', place);
  const integration = resource === undefined ? undefined : findIntegration(resource);
  const known = integration || resources === 'any';
  if (resource !== undefined && !RESOURCE.test(resource)) {
    diagnostics.schema('Value is not a valid resource ARN', `${place}/Resource`);
  } else if (resource !== undefined && !known) {
    diagnostics.schema(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      `${place}/Resource`,
    );
  }
  if (type === 'EXPRESS' && integration?.pattern) {
    diagnostics.schema(
      `Express state machine does not support '${integration.pattern}' service integration`,
      `${place}/Resource`,
    );
  }
  const args = state['Arguments'];
  if (isJsonObject(args)) {
    for (const field of integration?.required ?? []) {
      requireField(args, field, `${place}/Arguments`, diagnostics);
    }
  }
  const credentials = diagnostics.object(state, 'Credentials', place);
  if (credentials) requireField(credentials, 'RoleArn', `${place}/Credentials`, diagnostics);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) checkCount(state, field, 1, place, diagnostics);
}
