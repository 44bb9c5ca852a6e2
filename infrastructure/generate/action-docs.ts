// docs/actions.md, made of the catalogue: what each action takes, what it returns, and an example of it as a step.
import { join } from 'node:path';
import type { Catalogue, CatalogueAction, JsonSchema } from '../../lib/actions/catalogue.ts';
import type { OnceMeans } from '../../lib/effect.ts';
import { asJson } from './json-text.ts';

export const actionDocs = join(import.meta.dirname, '..', '..', 'docs', 'actions.md');

/** How the providers write themselves; others are written as their folder is. */
const titles: Readonly<Record<string, string>> = {
  github: 'GitHub',
  gmail: 'Gmail',
  http: 'HTTP',
  notion: 'Notion',
  openai: 'OpenAI',
};

const READS = '**Reads.** Nothing outside changes.';

/** What makes a call take effect once: see lib/effect.ts. */
const means: Readonly<Record<OnceMeans, string>> = {
  native:
    '**Writes, each call once (native).** A second call with the same input changes nothing more: the provider compares, or has it already.',
  marker:
    '**Writes, each call once (marker).** A further try of a call, also by a redrive, first looks for what an earlier one made.',
  record:
    '**Writes, each call once (record).** A further try of a call, also by a redrive, goes by the record that an earlier one left; where that does not tell the outcome, the step fails with `OutcomeUnknown`.',
};

/** The errors of lib/errors.ts that an action can end with. */
export const actionErrors: Readonly<Record<string, string>> = {
  RateLimited: 'the provider refused the call because there were too many: 429, or its own form of it',
  ProviderUnavailable:
    'the provider failed or could not be reached: 5xx, a broken connection, a timeout, a redirect, an unreadable answer',
  Unauthorized: "the connection's credentials were refused, or do not allow the call (401, 402, 403)",
  NotFound: 'what the call names does not exist, or the credentials cannot see it (404, 410, 451)',
  InvalidInput: "the input does not fit the action's parameters, or the provider refused it (400, 422)",
  InvalidModelOutput:
    "the model's answer does not fit the schema that it was asked for, also when it was told why; the message has it",
  Conflict: "the provider's state does not allow the change (409, 412, 423)",
  OutcomeUnknown:
    'a call that writes may have taken effect or not, and nothing tells; it is tried again only by `on_unknown: "retry"`',
  OutputTooLarge:
    'the output is larger than the 256 KiB that a state of Step Functions may hold, and not for its texts, which are kept apart',
  LargeValueExpired: 'a large value that a parameter refers to is not kept any more',
  ConnectionInvalid:
    'the connection does not exist, lacks a field that the action reads, or is not for this workflow',
  ConnectionExpired: 'the provider has ended the grant of the connection: connect the account again',
  MaxTurnsExceeded: 'an agent still wanted to call tools after its last turn',
};

export function actionPage(catalogue: Catalogue): string {
  const providers = Map.groupBy(catalogue, ({ provider }) => provider);
  const contents = [...providers].map(
    ([provider, actions]) =>
      `| [${title(provider)}](#${provider}) | ${actions.map(({ id }) => `[\`${id}\`](#${anchor(id)})`).join(', ')} |`,
  );
  return `${[
    '# Actions',
    `The ${catalogue.length} actions that a step can call. This page is made from their code by \`npm run goldens\`; \`GET /actions\` returns the same as data, with JSON Schemas.`,
    ['| provider | actions |', '|---|---|', ...contents].join('\n'),
    [
      '- Every parameter can be an expression. An optional parameter that is null counts as left out.',
      '- A *list* of objects and an object have their fields in the rows below them: `messages[].role`.',
      '- "Retried" names the errors after which a step tries again without a `retry` of its own ([failures](workflow-reference.md#failures)).',
      '- A step names the stored credentials in `connection`; without it, `default` is used ([connections](deploy.md#connections)).',
    ].join('\n'),
    'An action fails with one of these errors, which `retry.on` and `error.name` know by name:',
    table(
      ['error', 'meaning'],
      Object.entries(actionErrors).map(([name, meaning]) => [`\`${name}\``, meaning]),
    ),
    ...[...providers].flatMap(([provider, actions]) => [`## ${title(provider)}`, ...actions.map(section)]),
  ].join('\n\n')}\n`;
}

function section(action: CatalogueAction): string {
  const {
    id,
    summary,
    once,
    background,
    timeout_seconds,
    retryable_errors,
    connection,
    input,
    output,
    example,
  } = action;
  const parameters = rows(input);
  const choice = alternatives(input);
  const step = { id: id.split('.')[1], action: id, params: example.input };
  return [
    `### \`${id}\``,
    summary,
    [
      `- ${readsWhen(action)}${once ? means[once] : READS}`,
      `- Connection \`${connection.provider}\` with ${connection.fields.map((field) => `\`${field}\``).join(', ')}.${connection.optional ? ' A step that names none goes without.' : ''}${action.reads_templates ? ' Reads stored prompt templates.' : ''}`,
      `- Timeout: ${timeout_seconds} s. Retried: ${retryable_errors.map((name) => `\`${name}\``).join(', ')}.${background ? ' Can run in the [background](workflow-reference.md#models-in-the-background).' : ''}`,
    ].join('\n'),
    ...(parameters.length === 0
      ? ['It takes no parameters.']
      : [
          table(
            ['parameter', 'type', 'required', 'default', 'description'],
            parameters.map((row) => [
              `\`${row.path}\``,
              row.type,
              row.required ? 'yes' : '',
              row.fallback === undefined ? '' : `\`${JSON.stringify(row.fallback)}\``,
              row.description,
            ]),
          ),
        ]),
    ...(choice === undefined ? [] : [choice]),
    table(
      ['output', 'type', 'description'],
      rows(output).map((row) => [
        `\`${row.path}\``,
        row.required ? row.type : `${row.type}, may be missing`,
        row.description,
      ]),
    ),
    fenced(step),
    'Its output:',
    fenced(example.output),
  ].join('\n\n');
}

/** With which values of its parameters one that writes only reads. */
function readsWhen({ reads_when = {} }: CatalogueAction): string {
  return Object.entries(reads_when)
    .map(([name, values]) => {
      const each = values.map((value) => `\`${JSON.stringify(value)}\``);
      return `**Reads** where \`${name}\` is ${each.join(' or ')}. Otherwise: `;
    })
    .join('');
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback: unknown;
  readonly description: string;
}

/** A row for each field of the schema's objects, also of those in lists and in each other. */
function rows(schema: JsonSchema, prefix = ''): Row[] {
  return fieldsOf(schema).flatMap(({ name, field, required }) => {
    const path = prefix + name;
    return [
      { path, type: typeOf(field), required, fallback: field.default, description: field.description ?? '' },
      ...(field.items ? rows(field.items, `${path}[].`) : rows(field, `${path}.`)),
    ];
  });
}

/** Of an object that can have several forms a field is required where every form requires it. */
function fieldsOf(schema: JsonSchema): { name: string; field: JsonSchema; required: boolean }[] {
  const forms = (schema.oneOf ?? schema.anyOf ?? []).filter((form) => form.properties);
  if (forms.length === 0) {
    return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
      name,
      field,
      required: schema.required?.includes(name) ?? false,
    }));
  }
  const names = new Set(forms.flatMap((form) => Object.keys(form.properties ?? {})));
  return [...names].map((name) => {
    const fields = forms.flatMap((form): JsonSchema[] => {
      const field = form.properties?.[name];
      return field ? [field] : [];
    });
    const constants = fields.flatMap((field) => (field.const === undefined ? [] : [field.const]));
    const [field = {}] = fields;
    const required = forms.every((form) => form.required?.includes(name));
    if (constants.length < 2) return { name, field, required };
    const meanings = fields.map((one) => `\`${JSON.stringify(one.const)}\`: ${one.description ?? ''}`);
    return { name, field: { enum: constants, description: meanings.join('; ') }, required };
  });
}

function typeOf(schema: JsonSchema): string {
  const { type, items, anyOf = [] } = schema;
  const [only, ...others] = anyOf.filter((one) => one.type !== 'null');
  if (only && others.length === 0 && anyOf.length > 1) return `${typeOf(only)} or null`;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (type === 'array')
    return [`list of ${plural(items)}`, limits(schema, 'minItems', 'maxItems')].filter(Boolean).join(', ');
  if (schema.oneOf ?? schema.anyOf) return 'object';
  if (type === 'string')
    return ['string', limits(schema, 'minLength', 'maxLength', ' characters')].filter(Boolean).join(', ');
  if (type === 'integer' || type === 'number')
    return [type, limits(schema, 'minimum', 'maximum')].filter(Boolean).join(', ');
  return typeof type === 'string' ? type : 'any';
}

function plural(items: JsonSchema | undefined): string {
  const type = items === undefined ? 'any' : typeOf({ ...items, minLength: undefined, maxLength: undefined });
  return /^(string|integer|number|boolean|object)$/.test(type) ? `${type}s` : `(${type})`;
}

/** `1 to 100`, `at most 1000`: what JSON Schema says of the size. One character or item at least goes without saying. */
function limits(schema: JsonSchema, least: string, most: string, unit = ''): string {
  const low = bound(schema[least]);
  const high = bound(schema[most]);
  if (high !== undefined)
    return low !== undefined && unit === '' && least === 'minimum'
      ? `${low} to ${high}`
      : `at most ${high}${unit}`;
  return low !== undefined && least === 'minimum' ? `at least ${low}` : '';
}

function bound(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** What has to be given of several parameters. */
function alternatives(input: JsonSchema): string | undefined {
  const forms = (input.oneOf ?? input.anyOf ?? []).flatMap(({ required }) => (required ? [required] : []));
  if (forms.length === 0) return undefined;
  const each = forms.map((names) => names.map((name) => `\`${name}\``).join(' and '));
  return `It needs ${each.join(', or ')}${input.oneOf ? ', and takes only one of these' : ''}.`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...lines.map(line)].join('\n');
}

const fenced = (value: unknown): string => `\`\`\`json\n${asJson(value)}\n\`\`\``;
const title = (provider: string): string => titles[provider] ?? provider;

/** As GitHub makes the anchor of a heading. */
const anchor = (id: string): string => id.replace('.', '');
