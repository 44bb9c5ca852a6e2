// A prompt while it is edited: texts as they stand in fields, and the template that they make.
import type { AnswerBody } from '../../api/routes.ts';
import { declared, usedVariables, type Variable } from './prompt-text.ts';

export type Template = AnswerBody<'GET /templates/{id}'>;

export interface PromptDraft {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly system_prompt: string;
  readonly user_prompt: string;
  readonly model: string;
  readonly variables: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
}

export const emptyDraft: PromptDraft = {
  id: '',
  name: '',
  description: '',
  system_prompt: '',
  user_prompt: '',
  model: '',
  variables: {},
};

export function draftOf(template: Template): PromptDraft {
  const { id, name, description = '', system_prompt = '', user_prompt, model = '' } = template;
  const variables = Object.entries(template.variables).map(([variable, says]) => [
    variable,
    { description: says.description ?? '', default: defaultText(says) },
  ]);
  return {
    id,
    name,
    description,
    system_prompt,
    user_prompt,
    model,
    variables: Object.fromEntries(variables),
  };
}

function defaultText({ default: value }: Variable): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The variables that the draft's texts use, with what is said of each. */
export function variablesOf(draft: PromptDraft): PromptDraft['variables'] {
  const used = usedVariables(draft.system_prompt, draft.user_prompt);
  const all = declared(used, draft.variables);
  return Object.fromEntries(
    Object.keys(all).map((name) => [name, draft.variables[name] ?? { description: '', default: '' }]),
  );
}

/** As `renderedParts` reads them: a default that is left empty is none. */
export function declaredOf(draft: PromptDraft): Readonly<Record<string, Variable>> {
  return Object.fromEntries(
    Object.entries(variablesOf(draft)).map(([name, says]) => [
      name,
      says.default === '' ? {} : { default: says.default },
    ]),
  );
}

/**
 * What is sent. A default that was not touched keeps its value, which may be no text.
 * @param before undefined for a new one
 */
export function templateOf(draft: PromptDraft, before: Template | undefined) {
  const {
    version: _,
    created_at: __,
    updated_at: ___,
    updated_by: ____,
    warnings: _____,
    ...rest
  } = before ?? { ...none, variables: {} };
  const { description: _d, system_prompt: _s, model: _m, ...kept } = rest;
  const variables = Object.entries(variablesOf(draft)).map(([name, says]) => {
    const was = before?.variables[name];
    const untouched = was !== undefined && defaultText(was) === says.default;
    const value = untouched ? was.default : says.default === '' ? undefined : says.default;
    return [
      name,
      {
        ...(says.description !== '' && { description: says.description }),
        ...(value !== undefined && { default: value }),
      },
    ];
  });
  return {
    ...kept,
    id: draft.id,
    name: draft.name,
    user_prompt: draft.user_prompt,
    variables: Object.fromEntries(variables),
    ...(draft.description !== '' && { description: draft.description }),
    ...(draft.system_prompt !== '' && { system_prompt: draft.system_prompt }),
    ...(draft.model !== '' && { model: draft.model }),
  };
}

const none = {
  version: 0,
  created_at: '',
  updated_at: '',
  updated_by: '',
  warnings: [],
  description: '',
  system_prompt: '',
  model: '',
};

/** @returns undefined for a text that is no draft */
export function readDraft(text: string): PromptDraft | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const fields = { ...emptyDraft, ...value };
    const isText = (['id', 'name', 'description', 'system_prompt', 'user_prompt', 'model'] as const).every(
      (name) => typeof fields[name] === 'string',
    );
    return isText && typeof fields.variables === 'object' ? fields : undefined;
  } catch {
    return undefined;
  }
}
