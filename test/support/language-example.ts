// Runs of the workflows of statemachines/examples, with actions that answer what those need.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import { examplesFolder } from '../../infrastructure/generate/update-goldens.ts';
import type { Clock } from '../../local/states/model/clock.ts';
import { runsOfFile } from './file-runs.ts';
import type { Answer, Run } from './run-compiled.ts';

const run = runsOfFile();
export const catalogue = await buildCatalogue();
export const readExample = (file: string) => readFile(join(examplesFolder, file), 'utf8');
export const exampleWorkflow = async (name: string): Promise<unknown> =>
  JSON.parse(await readExample(`${name}.workflow.json`));

export const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });
export const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
export const mail = (subject: string, unread = true) => ({ subject, unread, body_text: `${subject}!` });

/** What the actions answer unless a test says otherwise. */
const answers =
  (own: Answer): Answer =>
  (call, count) => {
    const given = own(call, count);
    if (given !== undefined) return given;
    const input = call.event.input as Record<string, unknown>;
    switch (call.function) {
      case 'github-create-issue':
        return { number: count, url: `https://github.com/${input['title']}`, title: input['title'] };
      case 'github-list-repositories':
        return { repositories: [{ full_name: 'acme/site' }] };
      case 'notion-create-page':
        return { id: 'p', url: `https://notion.so/${input['title']}`, title: input['title'] };
      default:
        return { text: `summary of ${input['text']}`, model: 'm', usage };
    }
  };

export const start = async (
  name: string,
  input: unknown,
  own: Answer = () => undefined,
  clock?: Clock,
  others: readonly unknown[] = [],
): Promise<Run> => run(await exampleWorkflow(name), input, answers(own), catalogue, clock, others);

/** `<id>[indexes] <status>` of each logged step. */
export const logged = ({ log }: Run): string[] =>
  log.steps.map(({ id, index, status }) => `${id}${index ? JSON.stringify(index) : ''} ${status}`);
