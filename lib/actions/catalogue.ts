// The action catalogue: the metadata of every action, without its code. Built by infrastructure/build-catalogue.ts.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { setting } from '../config.ts';
import { type ActionEffect, onceMeans } from '../effect.ts';
import { ConfigurationError } from '../errors.ts';

/** A JSON Schema (draft 2020-12), with the keywords that actions use named; others may occur. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** False: keys that are not in `properties` are refused. */
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

export type CatalogueAction = ActionEffect & ActionDescription;

interface ActionDescription {
  /** `github.create_issue` */
  readonly id: string;
  /** `github-create-issue`: the Lambda's name without the prefix of service and stage. */
  readonly function_name: string;
  /** `github` */
  readonly provider: string;
  readonly title: string;
  readonly summary: string;
  readonly timeout_seconds: number;
  /** Names of errors after which a further try may succeed and does no harm. */
  readonly retryable_errors: readonly string[];
  /** Whether its calls can go on at the provider while no Lambda runs. */
  readonly background: boolean;
  /** Whether the action reads template files from S3. */
  readonly reads_templates: boolean;
  /** The connection's provider (gmail actions: `google`) and the fields that are read from it. */
  readonly connection: {
    readonly provider: string;
    readonly fields: readonly string[];
    /** Of which it needs one, where the provider tells the connection's scopes. */
    readonly scopes?: readonly string[] | undefined;
    /** A step may name none, and goes without then; it has `default` when left out. */
    readonly optional?: true | undefined;
  };
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly example: {
    readonly input: Readonly<Record<string, unknown>>;
    readonly output: Readonly<Record<string, unknown>>;
  };
}

/** All actions, sorted by id. */
export type Catalogue = readonly CatalogueAction[];

const jsonObject = z.record(z.string(), z.unknown());
const jsonSchema = z.custom<JsonSchema>((value) => jsonObject.safeParse(value).success);

const effect = z.discriminatedUnion('effect', [
  z.object({ effect: z.literal('read') }),
  z.object({
    effect: z.literal('write'),
    once: z.enum(onceMeans),
    reads_when: z.record(z.string(), z.array(z.string())).optional(),
  }),
]);

const catalogue: z.ZodType<Catalogue> = z.array(
  z
    .object({
      id: z.string(),
      function_name: z.string(),
      provider: z.string(),
      title: z.string(),
      summary: z.string(),
      timeout_seconds: z.number(),
      retryable_errors: z.array(z.string()),
      background: z.boolean(),
      reads_templates: z.boolean(),
      connection: z.object({
        provider: z.string(),
        fields: z.array(z.string()),
        scopes: z.array(z.string()).optional(),
        optional: z.literal(true).optional(),
      }),
      input: jsonSchema,
      output: jsonSchema,
      example: z.object({ input: jsonObject, output: jsonObject }),
    })
    .and(effect),
);

// The file is part of the deployed bundle and does not change while a process lives.
const cache = new Map<string, Catalogue>();

/**
 * The catalogue from the file that the setting CATALOGUE_FILE names, read once per process.
 * @throws ConfigurationError when the setting is missing, or its file cannot be read or is not a catalogue
 */
export async function readCatalogue(file = setting('CATALOGUE_FILE')): Promise<Catalogue> {
  const known = cache.get(file);
  if (known) return known;
  let value: Catalogue;
  try {
    value = catalogue.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new ConfigurationError(
      `CATALOGUE_FILE names ${file}, which cannot be read as an action catalogue; npm run build makes it`,
      { cause },
    );
  }
  cache.set(file, value);
  return value;
}
