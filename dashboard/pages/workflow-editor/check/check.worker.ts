// The compiler in a worker of its own: however long it takes, typing goes on. It has no network (dashboard-files.ts).
import { renameEdits, stepUses } from '../../../../lib/compiler/step-uses.ts';
import type { ReadSaved } from '../../../../lib/workflows/saved-workflows.ts';
import { type Account, checkText } from './check-text.ts';
import { explain, offersIn } from './help-text.ts';
import type { Answers, FromWorker, Question, Request, SavedWorkflow, ToWorker } from './messages.ts';
import { stepSchemas } from './step-schemas.ts';

let account: Account | undefined;
let asked = 0;
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();

const tell = (message: FromWorker) => postMessage(message);

function ask(question: Question): Promise<unknown> {
  asked += 1;
  const number = asked;
  tell({ kind: 'question', number, question });
  return new Promise((resolve, reject) => waiting.set(number, { resolve, reject }));
}

/** What the page answers is what the API gave it. */
const saved: ReadSaved = {
  read: async (id) => (await ask({ read: id })) as SavedWorkflow | undefined,
  ids: async (limit) => (await ask({ ids: limit })) as readonly string[],
};

async function check(text: string): Promise<void> {
  if (!account) throw new TypeError('The account was not told yet');
  tell({ kind: 'checked', problems: await checkText(text, account, saved, Date.now()) });
}

function toldOf(request: Request, known: Account): Partial<Answers> {
  switch (request.about) {
    case 'offers':
      return { offers: offersIn(request.text, request.place, known) };
    case 'explained':
      return { explained: explain(request.text, request.place, known) };
    case 'renaming':
      return { renaming: renameEdits(request.text, request.from, request.to) };
    case 'uses':
      return { uses: stepUses(JSON.parse(request.text)) };
  }
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'account':
      account = data.account;
      return tell({ kind: 'schemas', schemas: stepSchemas(account.actions) });
    case 'check':
      return void check(data.text).catch((error: unknown) =>
        tell({ kind: 'failed', message: String(error) }),
      );
    case 'request':
      return tell({ kind: 'told', number: data.number, told: account ? toldOf(data.request, account) : {} });
    case 'answer':
      waiting.get(data.number)?.resolve(data.value);
      return void waiting.delete(data.number);
    case 'no-answer':
      waiting.get(data.number)?.reject(new Error(data.message));
      return void waiting.delete(data.number);
  }
});
