// Saves the shipped templates and workflows, as a user of the API would. What exists is left as it is.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Catalogue, readCatalogue } from '../../lib/actions/catalogue.ts';
import { calledWorkflows } from '../../lib/compiler/compile.ts';
import { metadataOf, type TemplateStore, templateStore } from '../../lib/stores/templates.ts';
import { type WorkflowStore, workflowStore } from '../../lib/stores/workflows.ts';
import { template } from '../../lib/template-format/template.ts';
import { createWorkflow } from '../../lib/workflows/save.ts';
import { projectFolder } from '../project-folder.ts';

export interface Seeded {
  /** Ids of what was saved; the others existed already. */
  readonly workflows: readonly string[];
  readonly templates: readonly string[];
}

export interface SeedDependencies {
  readonly workflows?: WorkflowStore;
  readonly templates?: TemplateStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly scheduler?: Pick<SchedulerClient, 'send'>;
  readonly now?: () => Date;
}

/**
 * Saves `templates/*.json` and `statemachines/*.workflow.json` of this project where they do not exist yet.
 * Reads the settings WORKFLOWS_BUCKET, TEMPLATES_BUCKET, STATE_MACHINE_ARN_PREFIX, STATE_MACHINE_ROLE_ARN,
 * FUNCTION_ARN_PREFIX, API_URL, SCHEDULE_GROUP, SCHEDULE_ROLE_ARN, UNSTARTED_RUNS_QUEUE_ARN and CATALOGUE_FILE.
 * @param user recorded as the one who saved them
 */
export async function seedDocuments(
  user: string,
  {
    workflows = workflowStore(),
    templates = templateStore(),
    sfn = new SFNClient({}),
    scheduler = new SchedulerClient({}),
    now = () => new Date(),
  }: SeedDependencies = {},
): Promise<Seeded> {
  const [savedTemplates, savedWorkflows] = await Promise.all([
    documents('templates', '.json').then((files) =>
      seedEach(files, (document) => seedTemplate(document, user, templates, now)),
    ),
    shippedWorkflows().then((files) =>
      seedEach(files, async (document) => {
        const dependencies = { store: workflows, sfn, scheduler, now };
        return (await createWorkflow(document, user, undefined, dependencies)) !== undefined;
      }),
    ),
  ]);
  return { templates: savedTemplates, workflows: savedWorkflows };
}

async function shippedWorkflows(): Promise<ReadonlyMap<string, unknown>> {
  const [files, catalogue] = await Promise.all([
    documents('statemachines', '.workflow.json'),
    readCatalogue(),
  ]);
  return calledFirst(files, catalogue);
}

/** Called workflows come before their callers: a workflow can only be saved when those that it calls exist. */
export function calledFirst(
  files: ReadonlyMap<string, unknown>,
  catalogue: Catalogue,
): ReadonlyMap<string, unknown> {
  const ordered = new Map<string, unknown>();
  const seen = new Set<string>();
  const add = (name: string): void => {
    const document = files.get(name);
    if (document === undefined || seen.has(name)) return;
    seen.add(name);
    for (const called of calledWorkflows(document, catalogue).calls) add(called);
    ordered.set(name, document);
  };
  for (const name of files.keys()) add(name);
  return ordered;
}

async function seedTemplate(
  document: unknown,
  user: string,
  store: TemplateStore,
  now: () => Date,
): Promise<boolean> {
  const parsed = template.parse(document);
  const time = now().toISOString();
  const metadata = metadataOf({
    version: 1,
    created_at: time,
    updated_at: time,
    updated_by: user,
    restored_version: null,
  });
  return (await store.write(parsed.id, parsed, { absent: true }, metadata)) !== undefined;
}

/** The contents of the files in a folder of this project, by name without the suffix. */
async function documents(folder: string, suffix: string): Promise<ReadonlyMap<string, unknown>> {
  const files = (await readdir(join(projectFolder, folder))).filter((file) => file.endsWith(suffix)).sort();
  const read = files.map(async (file): Promise<[string, unknown]> => {
    const text = await readFile(join(projectFolder, folder, file), 'utf8');
    return [file.slice(0, -suffix.length), JSON.parse(text)];
  });
  return new Map(await Promise.all(read));
}

/** @returns the names of what was saved */
async function seedEach(
  files: ReadonlyMap<string, unknown>,
  save: (document: unknown) => Promise<boolean>,
): Promise<string[]> {
  const saved: string[] = [];
  for (const [name, document] of files) if (await save(document)) saved.push(name);
  return saved;
}
