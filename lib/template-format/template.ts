// A prompt template: its schema, and how it is rendered with variables.
import * as z from 'zod';
import { type ModelSettings, modelSettings } from '../model-settings.ts';

/** The id of a template; also its file's name, `templates/<id>.json`. */
export const templateId = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,63}$/,
    'must start with a letter and have a-z, 0-9, _ and -, at most 64 characters',
  )
  .describe('The template, by its id');

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must start with a letter or _ and have letters, digits and _');

const variable = z.strictObject({
  description: z.string().max(500).optional().describe('What belongs here'),
  default: z
    .unknown()
    .optional()
    .describe('Used when the variable is not given; without it the variable is required'),
});

const variables = z.record(variableName, variable);

/** `{{ name }}`, or anything else between double braces. */
interface Placeholder {
  readonly written: string;
  readonly name: string;
}

/** The texts and placeholders of a prompt, in order; `{{` that is never closed is text. */
function* partsOf(prompt: string): Generator<string | Placeholder> {
  let at = 0;
  for (;;) {
    const open = prompt.indexOf('{{', at);
    const close = open === -1 ? -1 : prompt.indexOf('}}', open + 2);
    if (close === -1) break;
    yield prompt.slice(at, open);
    at = close + 2;
    yield { written: prompt.slice(open, at), name: prompt.slice(open + 2, close).trim() };
  }
  yield prompt.slice(at);
}

const fields = z.strictObject({
  id: templateId,
  name: z.string().min(1).max(200).describe('What people call it'),
  description: z.string().max(2000).optional().describe('What it is for'),
  system_prompt: z
    .string()
    .max(100_000)
    .optional()
    .describe('How the model is to act; may hold {{ variables }}'),
  user_prompt: z.string().min(1).max(100_000).describe('What the model is asked; may hold {{ variables }}'),
  variables: z
    .union([
      variables,
      z
        .array(variableName)
        .transform((names) => Object.fromEntries(names.map((name) => [name, {}])))
        .pipe(variables),
    ])
    .default({})
    .describe('The variables by name, or just the list of their names'),
  model: z.string().min(1).max(200).optional().describe('The model, when the step names none'),
  ...modelSettings,
});

/** How many placeholders of a prompt are told of that are wrong. */
const MAX_WRONG = 100;

/** A template as it is stored and sent. Placeholders without a variable are refused. */
export const template = fields.superRefine((value, context) => {
  for (const field of ['system_prompt', 'user_prompt'] as const) {
    let wrong = 0;
    for (const part of partsOf(value[field] ?? '')) {
      if (typeof part === 'string' || Object.hasOwn(value.variables, part.name)) continue;
      const { written, name } = part;
      wrong += 1;
      if (wrong > MAX_WRONG) break;
      const message = variableName.safeParse(name).success
        ? `uses the variable ${name}, which is not among variables`
        : `${written.slice(0, 60)} is no placeholder; it would be {{ name }}`;
      context.addIssue({ code: 'custom', path: [field], message });
    }
  }
});
export type Template = z.output<typeof template>;

/** A rendered template, for a model. */
export interface Prompt extends ModelSettings {
  readonly system_prompt?: string;
  readonly user_prompt: string;
  readonly model?: string | undefined;
}

export type Rendered =
  | { readonly ok: true; readonly prompt: Prompt }
  | { readonly ok: false; readonly missing: readonly string[]; readonly message: string };

/** No model takes as much: a short template can use a long variable very often. */
const MAX_PROMPT = 4_000_000;

/**
 * Replaces the placeholders in a template's prompts, in one pass: braces inside a value stay text. Strings are inserted as
 * they are, other values as JSON. Unknown variables are ignored.
 * @returns the prompt, or the names of all required variables that are missing or null, or that it would be too long
 */
export function render(template: Template, variables: Readonly<Record<string, unknown>>): Rendered {
  const values = new Map<string, unknown>();
  for (const [name, { default: fallback }] of Object.entries(template.variables)) {
    values.set(name, (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? fallback);
  }
  const missing = [...values]
    .filter(([, value]) => value === undefined || value === null)
    .map(([name]) => name);
  if (missing.length > 0) {
    const given = Object.keys(variables);
    const message =
      `The template ${template.id} needs ${missing.length === 1 ? 'the variable' : 'the variables'} ${missing.join(', ')}` +
      `; given: ${given.length > 0 ? given.join(', ') : 'none'}`;
    return { ok: false, missing, message };
  }
  const texts = new Map([...values].map(([name, value]) => [name, asText(value)]));
  const fill = (prompt: string): string | undefined => {
    let filled = '';
    for (const part of partsOf(prompt)) {
      filled += typeof part === 'string' ? part : (texts.get(part.name) ?? part.written);
      if (filled.length > MAX_PROMPT) return undefined;
    }
    return filled;
  };
  const system = fill(template.system_prompt ?? '');
  const user = fill(template.user_prompt);
  if (system === undefined || user === undefined)
    return {
      ok: false,
      missing: [],
      message: `A prompt of the template ${template.id} would have more than ${MAX_PROMPT} characters`,
    };
  const { id, name, description, variables: declared, system_prompt, user_prompt, ...model } = template;
  return {
    ok: true,
    prompt: {
      ...(system_prompt !== undefined && { system_prompt: system }),
      user_prompt: user,
      ...model,
    },
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
