// What a model is asked, whichever API it is asked by: each API's own request is made of it.
import type { ModelSettings } from '../model-settings.ts';
import type { EncryptedReasoning, FunctionCall, Reply } from './completion.ts';

/** A message, in the form of Chat Completions; `reasoning` and `phase` are the Responses API's. */
export type ChatMessage =
  | { readonly role: 'system' | 'developer' | 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string | null;
      readonly phase?: Reply['phase'];
      readonly reasoning?: EncryptedReasoning;
      /** Beside OpenAI's fields: see Reply. */
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly ChatCall[];
    }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

export interface ChatCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: FunctionCall;
  readonly extra_content?: Record<string, unknown>;
  readonly reasoning?: EncryptedReasoning;
}

/** A function that the model may call. */
export interface ChatTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Record<string, unknown>;
  readonly strict: boolean;
}

export interface ModelRequest extends ModelSettings {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly response_format?: ResponseFormat | undefined;
  readonly tools?: readonly ChatTool[] | undefined;
}

/** The parts of Chat Completions' `response_format` that make the answer JSON. */
export type ResponseFormat =
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly json_schema: {
        readonly name: string;
        readonly schema: Record<string, unknown>;
        readonly strict?: boolean | undefined;
      };
    };

/** The settings that have a value: undefined and null send none, and leave the model its own. */
export function given<Settings extends object>(
  settings: Settings,
): { [Name in keyof Settings]?: NonNullable<Settings[Name]> } {
  const sent: { [Name in keyof Settings]?: NonNullable<Settings[Name]> } = {};
  for (const name of Object.keys(settings) as (keyof Settings)[]) {
    const value = settings[name];
    if (value !== undefined && value !== null) sent[name] = value;
  }
  return sent;
}
