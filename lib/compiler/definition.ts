// The Amazon States Language that workflows compile to, as far as the compiler emits it.

/** JSON, with expressions in strings `{% … %}`. */
export type Template = unknown;

interface Ending {
  readonly Next?: string;
  readonly End?: true;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  /** Tries after the first one. */
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Next: string;
}

export interface TaskState extends Ending {
  readonly Type: 'Task';
  readonly Comment?: string;
  readonly Resource: string;
  readonly Arguments: Readonly<Record<string, Template>>;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output: Template;
}

export interface PassState extends Ending {
  readonly Type: 'Pass';
  readonly Comment?: string;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output: Template;
}

export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Default: string;
}

export interface SucceedState {
  readonly Type: 'Succeed';
  readonly Output: Template;
}

export type State = TaskState | PassState | ChoiceState | SucceedState;

export interface Definition {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** `email_to_notion version 3: Summarise unread mail`, the Comment of a definition. */
export function workflowComment(id: string, version: number, description?: string): string {
  return `${id} version ${version}${description ? `: ${description}` : ''}`;
}

/** The version in a definition's Comment; undefined when it is no Comment that the compiler wrote. */
export function workflowVersion(comment: string): number | undefined {
  const match = /^[a-z][a-z0-9_-]* version (\d+)(?::|$)/.exec(comment);
  return match ? Number(match[1]) : undefined;
}
