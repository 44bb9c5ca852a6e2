// The emulated model: its answers depend on the request alone, and say that no model wrote them.
import { instanceOf } from './schema-instance.ts';
import { extract, mailText, plain, sentences, shorten } from './text.ts';
import {
  type CompletedCall,
  chooseCalls,
  describeResults,
  type OfferedTool,
  type ToolCall,
} from './tool-calls.ts';

export interface ModelRequest {
  /** The texts of the system and developer messages. */
  readonly instructions: string;
  /** The text of the last user message. */
  readonly input: string;
  readonly format:
    | { readonly type: 'text' | 'json_object' }
    | { readonly type: 'json_schema'; readonly schema: unknown };
  /** The most tokens to answer with. */
  readonly maxTokens: number | undefined;
  readonly tools?: readonly OfferedTool[];
  /** `none`: no tool may be called; `required`: some tool must be; `{name}`: this one must be. */
  readonly toolChoice?: 'none' | 'auto' | 'required' | { readonly name: string };
  /** The calls since the last message of the user. */
  readonly completed?: readonly CompletedCall[];
}

export interface ModelAnswer {
  readonly content: string;
  readonly calls: readonly ToolCall[];
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

/** OpenAI's rule of thumb for English text. */
const CHARACTERS_PER_TOKEN = 4;

export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

export function answer(request: ModelRequest): ModelAnswer {
  const { input, tools = [], completed = [], toolChoice = 'auto' } = request;
  if (toolChoice !== 'none') {
    const calls = chooseCalls(input, tools, completed, toolChoice === 'auto' ? undefined : toolChoice);
    if (calls.length > 0) return { content: '', calls, finishReason: 'tool_calls' };
  }
  const content = write(request);
  if (request.maxTokens === undefined || countTokens(content) <= request.maxTokens) {
    return { content, calls: [], finishReason: 'stop' };
  }
  const cut = content.slice(0, request.maxTokens * CHARACTERS_PER_TOKEN);
  return { content: cut, calls: [], finishReason: 'length' };
}

function write({ instructions, input, format, completed = [] }: ModelRequest): string {
  const subject = completed.length > 0 ? report(completed) : subjectOf(input);
  if (format.type === 'json_schema') return JSON.stringify(instanceOf(format.schema, subject));
  if (format.type === 'json_object') return JSON.stringify({ text: extract(subject, 2), model: 'emulated' });
  if (completed.length > 0) return `(emulated model) ${subject}`;
  const asked = `${instructions}\n${input.slice(0, 400)}`;
  if (/\bSOPs?\b|standard operating procedure/i.test(asked)) return procedure(taskOf(subject));
  if (/summar|digest|key points|tl;?dr/i.test(asked)) return summary(subject);
  return `(emulated model) ${reply(subject)}`;
}

/** The results of the tools, on which the model's answer is based. */
function report(completed: readonly CompletedCall[]): string {
  const used = [...new Set(completed.map(({ name }) => name))].join(', ');
  return `Tools used: ${used}.\n\n${describeResults(completed).join('\n')}`;
}

/** What the request is about: the text after a first line such as "Summarise this mail:", else all of it. */
function subjectOf(input: string): string {
  const match = /^[^\n]{0,300}?:\s+(?<subject>\S[\s\S]*)$/.exec(input.trim());
  const subject = match?.groups?.['subject'];
  // A header line such as "Subject: …" is part of the subject, a request such as "Summarise …:" is not.
  const isRequest =
    /^\W*(please\b|can you\b|summar|write\b|create\b|generate\b|draft\b|extract\b|review\b|describe\b|task\b)/i;
  return subject !== undefined && isRequest.test(input) ? subject : input;
}

/** One line for each mail (`From: …` and other headers, then the text; `---` between them); else an extract. */
function summary(subject: string): string {
  const mails = subject.split(/^-{3,}\s*$/m).flatMap((block) => mailLine(block) ?? []);
  return `(emulated model) ${mails.length > 0 ? mails.join('\n') : extract(subject, 3)}`;
}

/** `Sender: first sentence`; undefined when the text has no mail's headers. */
function mailLine(block: string): string | undefined {
  const mail = mailText(block);
  const from = mail?.header('From');
  if (mail === undefined || from === undefined) return undefined;
  const sender = from.replace(/\s*<[^<>]*>$/, '').replaceAll('"', '') || from;
  const title = mail.header('Subject') ?? '';
  // Not a heading that says what the subject says.
  const said = sentences(mail.body).filter((sentence) => !title.includes(sentence));
  const first = said.find((sentence) => /[.!?]$/.test(sentence)) ?? said[0] ?? title;
  return `${sender}: ${shorten(first, 240)}`;
}

/** What a procedure is for, without the request to write one, as the beginning of a sentence. */
function taskOf(subject: string): string {
  const task = subject
    .trim()
    .replace(
      /^(?:please )?(?:create|write|draft|generate) (?:an?|the)? ?(?:SOP|standard operating procedure)s?(?: for| about| on)?:? /i,
      '',
    );
  return task.charAt(0).toUpperCase() + task.slice(1);
}

function reply(subject: string): string {
  const topic = shorten(plain(subject).replace(/\s+/g, ' '), 160);
  const points = sentences(subject).slice(0, 3);
  if (points.length < 2)
    return `You asked: "${topic}". A real model would answer this, the emulated one repeats it.`;
  return `You wrote: "${topic}"\n\n${points.map((point) => `- ${point}`).join('\n')}`;
}

function procedure(task: string): string {
  const steps = sentences(task);
  const title = shorten(steps[0]?.replace(/[.!?]$/, '') ?? task, 80);
  const actions = steps.length > 1 ? steps : [`Prepare what is needed for: ${title}`, `Carry out: ${title}`];
  return [
    `# Standard operating procedure: ${title} (emulated model)`,
    '',
    '## Purpose',
    '',
    `This procedure makes sure that the following is done the same way every time: ${extract(task, 2, 300)}`,
    '',
    '## Scope',
    '',
    `It applies to everyone who takes part in: ${title}.`,
    '',
    '## Responsibilities',
    '',
    '- The person who starts the procedure sees it through to its last step.',
    '- The reviewer confirms the result and keeps the record.',
    '',
    '## Procedure',
    '',
    ...[
      ...actions,
      'Check the result against the purpose above.',
      'Write down who did it, when, and what was unusual.',
    ].map((action, index) => `${index + 1}. ${action}`),
    '',
    '## Records',
    '',
    'Keep the record of each run for twelve months. Review this procedure once a year.',
    '',
  ].join('\n');
}
