// The page's side of the worker: one text at a time, the newest, whatever the worker does.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FoundProblem } from './check-text.ts';
import { Checker } from './checker.ts';
import type { FromWorker, Question, ToWorker } from './messages.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const account = {
  actions: [],
  deployment: { function_arn_prefix: '', state_machine_arn_prefix: '', api_url: '' },
};
const problem: FoundProblem = {
  severity: 'error',
  code: 'no-steps',
  pointer: '/steps',
  message: 'm',
  from: 0,
  to: 1,
};

function checkerWith(answer: (question: Question) => Promise<unknown> = async () => undefined) {
  const workers: { sent: ToWorker[]; isEnded: boolean; say(message: FromWorker): void; break(): void }[] = [];
  const checker = new Checker({
    account,
    answer,
    createWorker() {
      const worker: Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'> = {
        postMessage: (message: ToWorker) => void made.sent.push(message),
        terminate: () => {
          made.isEnded = true;
        },
        onmessage: null,
        onerror: null,
      };
      const made = {
        sent: [] as ToWorker[],
        isEnded: false,
        say: (data: FromWorker) => Reflect.apply(worker.onmessage ?? (() => {}), worker, [{ data }]),
        break: () => Reflect.apply(worker.onerror ?? (() => {}), worker, [{}]),
      };
      workers.push(made);
      return worker;
    },
  });
  const texts = () =>
    workers.flatMap(({ sent }) =>
      sent.flatMap((message) => (message.kind === 'check' ? [message.text] : [])),
    );
  return { checker, workers, texts };
}

test('of keys that follow each other only the last text is sent, after the account', () => {
  const { checker, workers } = checkerWith();
  for (const text of ['a', 'ab', 'abc']) checker.check(text);
  vi.advanceTimersByTime(30);
  expect(workers[0]?.sent).toEqual([
    { kind: 'account', account },
    { kind: 'check', text: 'abc' },
  ]);
});

test('while one text is looked at the newest waits, and those between are never sent', () => {
  const { checker, workers, texts } = checkerWith();
  checker.check('a');
  vi.advanceTimersByTime(30);
  checker.check('b');
  vi.advanceTimersByTime(30);
  checker.check('c');
  vi.advanceTimersByTime(30);
  expect(texts()).toEqual(['a']);
  workers[0]?.say({ kind: 'checked', problems: [problem] });
  expect(checker.checked()).toEqual({ text: 'a', problems: [problem] });
  expect(texts()).toEqual(['a', 'c']);
  workers[0]?.say({ kind: 'checked', problems: [] });
  expect(checker.checked()).toEqual({ text: 'c', problems: [] });
});

test('a worker that does not answer is ended, and the next text gets a new one', () => {
  const { checker, workers, texts } = checkerWith();
  checker.check('endless');
  vi.advanceTimersByTime(15_030);
  expect(checker.checked()).toEqual({ text: 'endless', problems: [], failure: 'Checking takes too long' });
  expect(workers[0]?.isEnded).toBe(true);
  checker.check('b');
  vi.advanceTimersByTime(30);
  expect([workers.length, texts()]).toEqual([2, ['endless', 'b']]);
});

test('a worker that cannot be loaded says so', () => {
  const { checker, workers } = checkerWith();
  checker.check('a');
  vi.advanceTimersByTime(30);
  workers[0]?.break();
  expect(checker.checked().failure).toBe('The compiler could not be loaded');
});

test('what the worker asks is answered, and so is that it cannot be', async () => {
  const { checker, workers } = checkerWith(async (question) => {
    if ('ids' in question) throw new Error('No answer came from the service');
    return { id: question.read };
  });
  checker.check('a');
  vi.advanceTimersByTime(30);
  workers[0]?.say({ kind: 'question', number: 1, question: { read: 'digest' } });
  workers[0]?.say({ kind: 'question', number: 2, question: { ids: 10 } });
  await vi.runAllTicks();
  await Promise.resolve();
  await Promise.resolve();
  expect(workers[0]?.sent.slice(2)).toEqual([
    { kind: 'answer', number: 1, value: { id: 'digest' } },
    { kind: 'no-answer', number: 2, message: 'No answer came from the service' },
  ]);
});

test('the pause begins anew with each key', () => {
  const { checker, texts } = checkerWith();
  checker.check('a');
  vi.advanceTimersByTime(20);
  checker.check('ab');
  vi.advanceTimersByTime(29);
  expect(texts()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual(['ab']);
});

test('a text that waits, is looked at or was looked at last is not sent again', () => {
  const { checker, workers, texts } = checkerWith();
  checker.check('a');
  vi.advanceTimersByTime(20);
  checker.check('a');
  vi.advanceTimersByTime(10);
  checker.check('a');
  vi.advanceTimersByTime(30);
  workers[0]?.say({ kind: 'checked', problems: [] });
  checker.check('a');
  vi.advanceTimersByTime(30);
  expect(texts()).toEqual(['a']);
});

test('a change that is taken back takes the place of the one that waits', () => {
  const { checker, workers, texts } = checkerWith();
  checker.check('a');
  vi.advanceTimersByTime(30);
  workers[0]?.say({ kind: 'checked', problems: [problem] });
  checker.check('ab');
  checker.check('a');
  vi.advanceTimersByTime(30);
  expect(texts()).toEqual(['a', 'a']);
});

test('of a worker that was ended what it was asked is undefined, and what it asked is answered to nobody', async () => {
  const answers = Promise.withResolvers<unknown>();
  const { checker, workers } = checkerWith(() => answers.promise);
  checker.check('a');
  vi.advanceTimersByTime(30);
  const asked = checker.ask({ about: 'uses', text: '{}' });
  workers[0]?.say({ kind: 'question', number: 1, question: { read: 'digest' } });
  workers[0]?.break();
  expect(await asked).toBeUndefined();
  checker.check('b');
  vi.advanceTimersByTime(30);
  answers.resolve({ id: 'digest' });
  await vi.advanceTimersByTimeAsync(1);
  expect(workers.map(({ sent }) => sent.map(({ kind }) => kind))).toEqual([
    ['account', 'check', 'request'],
    ['account', 'check'],
  ]);
});

test('the schemas of the first worker stay those of the next one', () => {
  const { checker, workers } = checkerWith();
  const schemas = () => ({ workflow: {}, kinds: {}, definitions: {} });
  const first = schemas();
  checker.check('a');
  vi.advanceTimersByTime(30);
  workers[0]?.say({ kind: 'schemas', schemas: first });
  workers[0]?.break();
  checker.check('b');
  vi.advanceTimersByTime(30);
  workers[1]?.say({ kind: 'schemas', schemas: schemas() });
  expect(checker.schemas()).toBe(first);
});

test('once closed, nothing is sent', () => {
  const { checker, workers, texts } = checkerWith();
  checker.check('a');
  checker.close();
  vi.advanceTimersByTime(60_000);
  expect([workers.length, texts()]).toEqual([0, []]);
});
