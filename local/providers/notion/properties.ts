// Notion's page properties: definitions in a data source, values as sent and as read back, and filters over them.
import * as z from 'zod';
import { plainText, type RichText, richText } from './content.ts';
import { NotionError, validate } from './errors.ts';

const option = z.union([z.object({ name: z.string().max(100) }), z.object({ id: z.string() })]);
const toOption = (given: z.output<typeof option>) =>
  'name' in given
    ? { id: `option-${given.name.toLowerCase()}`, name: given.name, color: 'default' }
    : { id: given.id, name: given.id.replace(/^option-/, ''), color: 'default' };
const date = z.object({
  start: z.string(),
  end: z.string().nullable().default(null),
  time_zone: z.string().nullable().default(null),
});
const references = z.array(z.object({ id: z.string() })).max(100);

const values = {
  title: richText,
  rich_text: richText,
  number: z.number().nullable(),
  checkbox: z.boolean(),
  url: z.string().max(2000).nullable(),
  email: z.string().max(200).nullable(),
  phone_number: z.string().max(200).nullable(),
  date: date.nullable(),
  select: option.transform(toOption).nullable(),
  status: option.transform(toOption).nullable(),
  multi_select: z.array(option.transform(toOption)).max(100),
  people: references,
  relation: references,
} as const;
export type PropertyType = keyof typeof values;

const empty: Record<PropertyType, unknown> = {
  title: [],
  rich_text: [],
  number: null,
  checkbox: false,
  url: null,
  email: null,
  phone_number: null,
  date: null,
  select: null,
  status: null,
  multi_select: [],
  people: [],
  relation: [],
};

export interface PropertyDefinition {
  readonly id: string;
  readonly name: string;
  readonly type: PropertyType;
}

/** By name. A value is the wire's: `{id, type, [type]: …}`. */
export type PropertyValues = Record<string, { id: string; type: PropertyType; [key: string]: unknown }>;

/** What a page that is not in a data source has. */
export const pageProperties: readonly PropertyDefinition[] = [{ id: 'title', name: 'title', type: 'title' }];

/**
 * The properties of a page after `sent` was applied to `before`.
 * @throws NotionError validation_error for a property that does not exist or a value of another type
 */
export function applyProperties(
  definitions: readonly PropertyDefinition[],
  sent: Readonly<Record<string, unknown>>,
  before: PropertyValues = {},
): PropertyValues {
  const after: PropertyValues = {};
  for (const { id, name, type } of definitions)
    after[name] = before[name] ?? { id, type, [type]: empty[type] };
  for (const [key, value] of Object.entries(sent)) {
    const definition = definitions.find(({ id, name }) => key === name || key === id);
    if (!definition) throw new NotionError('validation_error', `${key} is not a property that exists.`);
    const { id, name, type } = definition;
    // Notion also takes the bare array for a title.
    const wrapped: unknown = type === 'title' && Array.isArray(value) ? { title: value } : value;
    if (typeof wrapped !== 'object' || wrapped === null || !(type in wrapped)) {
      throw new NotionError('validation_error', `${key} is expected to be ${type}.`);
    }
    const held = (wrapped as Record<string, unknown>)[type];
    after[name] = {
      id,
      type,
      [type]: validate<z.ZodType>(values[type], held, `body.properties.${key}.${type}`),
    };
  }
  return after;
}

/** The text of the title property. */
export function titleOf(properties: PropertyValues): string {
  const title = Object.values(properties).find(({ type }) => type === 'title');
  // Titles come from `applyProperties`.
  return plainText((title?.['title'] ?? []) as RichText);
}

/** The definitions as a data source returns them. */
export function definitionObjects(definitions: readonly PropertyDefinition[]): Record<string, unknown> {
  return Object.fromEntries(
    definitions.map(({ id, name, type }) => [
      name,
      { id, name, type, description: null, [type]: /select|status/.test(type) ? { options: [] } : {} },
    ]),
  );
}

type Filter = Readonly<Record<string, unknown>>;
interface FilteredPage {
  readonly created_time: string;
  readonly last_edited_time: string;
  readonly properties: PropertyValues;
}

/**
 * Whether a page fits a filter of a query: `and`, `or`, and conditions on one property.
 * @throws NotionError validation_error for a property or a condition that is not supported
 */
export function matches(filter: Filter, page: FilteredPage): boolean {
  const { properties } = page;
  if (Array.isArray(filter['and'])) return filter['and'].every((part: Filter) => matches(part, page));
  if (Array.isArray(filter['or'])) return filter['or'].some((part: Filter) => matches(part, page));
  const { timestamp } = filter;
  if (timestamp === 'created_time' || timestamp === 'last_edited_time') {
    return Object.entries(Object(filter[timestamp])).every(([operator, wanted]) =>
      holdsAt(operator, Date.parse(page[timestamp]), Date.parse(String(wanted))),
    );
  }
  const key = String(filter['property']);
  const value = properties[key] ?? Object.values(properties).find(({ id }) => id === key);
  if (!value) throw new NotionError('validation_error', `Could not find property with name or id: ${key}`);
  const condition = filter[value.type];
  if (typeof condition !== 'object' || condition === null) {
    throw new NotionError(
      'validation_error',
      `database property ${value.type} does not match filter ${Object.keys(filter)[1]}`,
    );
  }
  const held = scalar(value);
  return Object.entries(condition).every(([operator, wanted]) => holds(operator, held, wanted));
}

/** https://developers.notion.com/reference/filter-data-source-entries#timestamp */
function holdsAt(operator: string, at: number, wanted: number): boolean {
  switch (operator) {
    case 'before':
      return at < wanted;
    case 'after':
      return at > wanted;
    case 'on_or_before':
      return at <= wanted;
    case 'on_or_after':
      return at >= wanted;
    default:
      throw new NotionError('validation_error', `The filter condition ${operator} is not supported here.`);
  }
}

function scalar(value: PropertyValues[string]): string | number | boolean | null {
  const held = value[value.type];
  if (typeof held === 'string' || typeof held === 'number' || typeof held === 'boolean') return held;
  if (value.type === 'title' || value.type === 'rich_text') return plainText(held as RichText);
  if (typeof held !== 'object' || held === null) return null;
  if ('name' in held) return String(held.name);
  return 'start' in held ? String(held.start) : null;
}

function holds(operator: string, held: string | number | boolean | null, wanted: unknown): boolean {
  const [left, right] = [String(held ?? '').toLowerCase(), String(wanted).toLowerCase()];
  switch (operator) {
    case 'equals':
      return held === wanted;
    case 'does_not_equal':
      return held !== wanted;
    case 'contains':
      return left.includes(right);
    case 'does_not_contain':
      return !left.includes(right);
    case 'starts_with':
      return left.startsWith(right);
    case 'ends_with':
      return left.endsWith(right);
    case 'is_empty':
      return held === null || held === '';
    case 'is_not_empty':
      return held !== null && held !== '';
    case 'greater_than':
      return Number(held) > Number(wanted);
    case 'less_than':
      return Number(held) < Number(wanted);
    case 'on_or_after':
      return held !== null && left >= right;
    case 'on_or_before':
      return held !== null && left <= right;
    default:
      throw new NotionError(
        'validation_error',
        `The emulated Notion does not serve the filter condition ${operator}.`,
      );
  }
}
