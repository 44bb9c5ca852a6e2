// Diagnostics of a definition, as ValidateStateMachineDefinition and CreateStateMachine report them.
import { ServiceError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';

export interface Diagnostic {
  readonly severity: 'ERROR';
  readonly code: string;
  readonly message: string;
  /** The path of the field: `/States/Check/Next`. */
  readonly location?: string;
}

/** Collects the diagnostics of all checks that fail. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  add(code: string, message: string, location?: string): void {
    this.list.push({ severity: 'ERROR', code, message, ...(location !== undefined && { location }) });
  }

  schema(message: string, location: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', message, location || '/');
  }

  unsupported(field: string, place: string): void {
    this.schema(`Field '${field}' is not supported`, place);
  }

  oneOf(values: readonly string[], location: string): void {
    this.schema(`Value should be one of the following: [${values.join(', ')}]`, location);
  }

  /** One diagnostic names all fields that are missing. */
  required(fields: JsonObject, names: readonly string[], location: string): void {
    const missing = names.filter((name) => fields[name] === undefined);
    if (missing.length > 0) this.schema(`These fields are required: [${missing.join(', ')}]`, location);
  }

  /** The field if it is a string. Any other value is reported, a missing field is not. */
  string(fields: JsonObject, name: string, location: string): string | undefined {
    const value = fields[name];
    if (value === undefined || typeof value === 'string') return value;
    this.schema('Expected value of type [STRING]', `${location}/${name}`);
    return undefined;
  }

  object(fields: JsonObject, name: string, location: string): JsonObject | undefined {
    const value = fields[name];
    if (value === undefined || isJsonObject(value)) return value;
    this.schema('Expected value of type [OBJECT]', `${location}/${name}`);
    return undefined;
  }

  array(fields: JsonObject, name: string, location: string): readonly Json[] | undefined {
    const value = fields[name];
    if (value === undefined || isJsonArray(value)) return value;
    this.schema('Expected value of type [ARRAY]', `${location}/${name}`);
    return undefined;
  }

  /** The objects of a list, with their paths. Any other item is reported. */
  objects(fields: JsonObject, name: string, location: string): readonly (readonly [JsonObject, string])[] {
    return (this.array(fields, name, location) ?? []).flatMap((item, index) => {
      const place = `${location}/${name}[${index}]`;
      if (isJsonObject(item)) return [[item, place] as const];
      this.schema('Expected value of type [OBJECT]', place);
      return [];
    });
  }
}

/** The error of CreateStateMachine and UpdateStateMachine. */
export function invalidDefinition(diagnostics: readonly Diagnostic[]): ServiceError {
  const text = diagnostics
    // AWS says "at null" where there is no location.
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`)
    .join(', ');
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${text}'`);
}
