// What a new step can do, how one finds it, and what it is written as before anything is filled in.
import { isObject } from '../../../../lib/json.ts';
import type { StepKind } from '../../../../lib/workflow-format/steps.ts';
import { providerName } from '../../../workflow/provider-name.ts';
import type { Action } from '../check/check-text.ts';
import type { FieldSchema } from '../check/field-schema.ts';
import { dereferenced } from '../forms/fields.ts';

/** What a new step can do: an action, or one of the language's own kinds. */
export interface StepChoice {
  /** What it is listed under: `GitHub` */
  readonly group: string;
  /** What the workflow calls it. */
  readonly code: string;
  readonly title: string;
  readonly about: string;
  /** What people call it elsewhere. */
  readonly words: string;
  readonly step: Readonly<Record<string, unknown>>;
}

const KINDS: Readonly<Record<Exclude<StepKind, 'action'>, Omit<StepChoice, 'code' | 'group'>>> = {
  for_each: {
    title: 'Loop',
    about: 'Runs steps for each item of a list.',
    words: 'iterate repeat map batch every',
    step: { for_each: [], steps: [] },
  },
  switch: {
    title: 'Switch',
    about: 'Runs the steps of the first case that is true.',
    words: 'if else condition branch choice route router filter when',
    step: { switch: [{ when: true, steps: [] }], else: [] },
  },
  parallel: {
    title: 'Side by side',
    about: 'Runs branches at the same time.',
    words: 'parallel concurrent fork split',
    step: { parallel: { one: [], other: [] } },
  },
  approval: {
    title: 'Approval',
    about: 'A person decides whether the run goes on.',
    words: 'approve human confirm review ask manual reject decision',
    step: { approval: { message: 'Go on?' } },
  },
  agent: {
    title: 'Agent',
    about: 'A model works towards a goal with actions as its tools.',
    words: 'ai llm gpt tool assistant',
    step: { agent: { goal: '', tools: [] } },
  },
  transform: {
    title: 'Transform',
    about: 'Gives a value that is computed.',
    words: 'code function expression edit format map data json',
    step: { transform: '' },
  },
  set: {
    title: 'Set variables',
    about: 'Keeps values for later steps.',
    words: 'assign store edit fields',
    step: { set: {} },
  },
  wait: {
    title: 'Wait',
    about: 'For a time, or until one.',
    words: 'delay sleep pause timer',
    step: { wait: 'PT1M' },
  },
  workflow: {
    title: 'Run a workflow',
    about: 'Another one, and waits for its result.',
    words: 'sub subworkflow call execute child',
    step: { workflow: '' },
  },
  return: {
    title: 'Return',
    about: 'Ends the run with an output.',
    words: 'stop exit finish result respond',
    step: { return: null },
  },
  fail: {
    title: 'Fail',
    about: 'Ends the run with an error.',
    words: 'stop throw raise abort',
    step: { fail: { error: 'Refused' } },
  },
};

export const kindChoices: readonly StepChoice[] = Object.entries(KINDS).map(([code, kind]) => ({
  code,
  group: 'Flow and values',
  ...kind,
}));

/** What people call what a provider, or an action of it, is about. */
const WORDS: Readonly<Record<string, string>> = {
  gmail: 'email e-mail inbox google',
  github: 'git repo ticket code',
  notion: 'wiki database note document',
  openai: 'ai llm gpt model',
  'openai.chat': 'classify extract prompt schema structured ask',
  'openai.generate_completion': 'prompt ask text write',
  'gmail.list_messages': 'unread read search fetch',
};

type Called = Pick<Action, 'id' | 'title' | 'summary' | 'input' | 'example'>;

export function choiceOf(action: Called): StepChoice {
  const [provider = ''] = action.id.split('.');
  const words = `${WORDS[provider] ?? ''} ${WORDS[action.id] ?? ''}`;
  const { id: code, title, summary: about } = action;
  return { code, group: providerName(provider), title, about, words, step: newStepOf(action) };
}

/** With the texts that it needs, to be filled in; where it needs one or another, with those of its example. */
function newStepOf({ id, input, example }: Called): Readonly<Record<string, unknown>> {
  const schema: FieldSchema = input;
  const given = example.input;
  const alternative = (schema.oneOf ?? schema.anyOf ?? [])
    .flatMap(({ required }) => (required ? [required] : []))
    .find((names) => names.every((name) => Object.hasOwn(given, name)));
  const params = [...(schema.required ?? []), ...(alternative ?? [])].flatMap((name) => {
    const value = emptied(given[name], schema.properties?.[name] ?? {}, input);
    return value === undefined ? [] : [[name, value]];
  });
  return { action: id, params: Object.fromEntries(params) };
}

/** What has the shape of a value with no text in it; undefined where it has no texts. A text of a choice stays. */
function emptied(value: unknown, given: FieldSchema, root: unknown): unknown {
  const schema = dereferenced(given, root);
  if (typeof value === 'string') return schema.enum?.includes(value) ? value : '';
  if (Array.isArray(value)) {
    const first = emptied(value[0], schema.items ?? {}, root);
    return first === undefined ? undefined : [first];
  }
  if (!isObject(value)) return undefined;
  const texts = (schema.required ?? []).flatMap((name) => {
    const part = emptied(value[name], schema.properties?.[name] ?? {}, root);
    return part === undefined ? [] : [[name, part]];
  });
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}

/** Those that have any of the words, best first: those that have more of them, then those that are called so. */
export function soughtIn(choices: readonly StepChoice[], sought: string): readonly StepChoice[] {
  const words = wordsOf(sought).filter((word) => !FILLERS.has(word));
  if (words.length === 0) return choices;
  return choices
    .map((choice) => {
      const weights = words.map((word) => weightOf(choice, word));
      return {
        choice,
        count: weights.filter((weight) => weight > 0).length,
        weight: weights.reduce((sum, weight) => sum + weight, 0),
      };
    })
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || b.weight - a.weight)
    .map(({ choice }) => choice);
}

const FILLERS: ReadonlySet<string> = new Set([
  'a',
  'an',
  'the',
  'to',
  'of',
  'for',
  'with',
  'and',
  'or',
  'in',
  'on',
]);

/** A name says more than a description. */
function weightOf({ title, code, about, words }: StepChoice, word: string): number {
  if (has(title, word)) return 4;
  if (has(code, word)) return 3;
  if (has(words, word)) return 2;
  return has(about, word) ? 1 : 0;
}

/** Words are found from their beginning, also in the plural, and also two letters of one. */
function has(text: string, sought: string): boolean {
  const singular = sought.length > 3 ? sought.replace(/s$/, '') : sought;
  return wordsOf(text).some((word) => (sought.length < 3 ? word === sought : word.startsWith(singular)));
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
