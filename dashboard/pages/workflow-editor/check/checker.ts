// The page's side of the worker: sends it the newest text, one at a time, and keeps what it found.
import type { Account, FoundProblem } from './check-text.ts';
import type { Answers, FromWorker, Question, Request, StepSchemas, ToWorker } from './messages.ts';

export interface Checked {
  /** The text that was looked at; undefined before the first answer. */
  readonly text: string | undefined;
  readonly problems: readonly FoundProblem[];
  /** Why nothing could be found out. */
  readonly failure?: string;
}

/** Keys that follow each other quickly are checked together. */
const PAUSE_MS = 30;
/** A check takes a fraction of a second; one that has not ended by then does not end. */
const LONGEST_MS = 15_000;

interface CheckerDependencies {
  createWorker(): Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;
  answer(question: Question): Promise<unknown>;
  readonly account: Account;
}

export class Checker {
  readonly #dependencies: CheckerDependencies;
  readonly #listeners = new Set<() => void>();
  #worker: ReturnType<CheckerDependencies['createWorker']> | undefined;
  #checked: Checked = { text: undefined, problems: [] };
  readonly #asked = new Map<number, (told: Partial<Answers>) => void>();
  #number = 0;
  #schemas: StepSchemas | undefined;
  #wanted: string | undefined;
  #sent: string | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #limit: ReturnType<typeof setTimeout> | undefined;

  constructor(dependencies: CheckerDependencies) {
    this.#dependencies = dependencies;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly checked = (): Checked => this.#checked;

  /** Undefined until the compiler is loaded. */
  readonly schemas = (): StepSchemas | undefined => this.#schemas;

  /** Has a text checked, soon; one that is asked for meanwhile takes its place. */
  check(text: string): void {
    if (text === (this.#wanted ?? this.#sent ?? this.#checked.text)) return;
    this.#wanted = text;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#send(), PAUSE_MS);
  }

  /** What the worker knows; undefined when it had to be ended meanwhile. */
  async ask<About extends Request['about']>(
    request: Request & { readonly about: About },
  ): Promise<Answers[About] | undefined> {
    this.#number += 1;
    const number = this.#number;
    this.#post({ kind: 'request', number, request });
    const told = await new Promise<Partial<Answers>>((resolve) => this.#asked.set(number, resolve));
    return told[request.about];
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#stop();
  }

  #send(): void {
    if (this.#sent !== undefined || this.#wanted === undefined) return;
    this.#sent = this.#wanted;
    this.#wanted = undefined;
    this.#limit = setTimeout(() => this.#fail('Checking takes too long'), LONGEST_MS);
    this.#post({ kind: 'check', text: this.#sent });
  }

  #post(message: ToWorker): void {
    if (!this.#worker) {
      const worker = this.#dependencies.createWorker();
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
      worker.onerror = () => this.#fail('The compiler could not be loaded');
      worker.postMessage({ kind: 'account', account: this.#dependencies.account } satisfies ToWorker);
      this.#worker = worker;
    }
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'question') void this.#answer(message.number, message.question);
    else if (message.kind === 'told') {
      this.#asked.get(message.number)?.(message.told);
      this.#asked.delete(message.number);
    } else if (message.kind === 'schemas') {
      this.#schemas ??= message.schemas;
      this.#changed();
    } else if (message.kind === 'failed') this.#ended({ problems: [], failure: message.message });
    else this.#ended({ problems: message.problems });
  }

  async #answer(number: number, question: Question): Promise<void> {
    const worker = this.#worker;
    let message: ToWorker;
    try {
      message = { kind: 'answer', number, value: await this.#dependencies.answer(question) };
    } catch (error) {
      message = {
        kind: 'no-answer',
        number,
        message: error instanceof Error ? error.message : String(error),
      };
    }
    // One that was ended meanwhile has no question any more.
    if (worker === this.#worker) worker?.postMessage(message);
  }

  #ended(found: Omit<Checked, 'text'>): void {
    clearTimeout(this.#limit);
    const text = this.#sent;
    this.#sent = undefined;
    this.#checked = { text, ...found };
    this.#changed();
    this.#send();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #fail(failure: string): void {
    this.#stop();
    this.#ended({ problems: [], failure });
  }

  #stop(): void {
    clearTimeout(this.#limit);
    for (const resolve of this.#asked.values()) resolve({});
    this.#asked.clear();
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
