// Saves the shipped templates and workflows, as a user of the API would. What exists is left as it is.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { metadataOf, type TemplateStore, templateStore } from '../lib/stores/templates.ts';
import { type WorkflowStore, workflowStore } from '../lib/stores/workflows.ts';
import { template } from '../lib/templates/template.ts';
import { createWorkflow } from '../lib/workflows/save.ts';
import { projectFolder } from './project-folder.ts';

export interface Seeded {
  /** Ids of what was saved; the others were there already. */
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
 * @param user who is named as having saved them
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
    seedEach('templates', '.json', (document) => seedTemplate(document, user, templates, now)),
    seedEach('statemachines', '.workflow.json', async (document) => {
      const saved = await createWorkflow(document, user, undefined, {
        store: workflows,
        sfn,
        scheduler,
        now,
      });
      return saved !== undefined;
    }),
  ]);
  return { templates: savedTemplates, workflows: savedWorkflows };
}

async function seedTemplate(
  document: unknown,
  user: string,
  store: TemplateStore,
  now: () => Date,
): Promise<boolean> {
  const parsed = template.parse(document);
  const time = now().toISOString();
  const metadata = metadataOf({ version: 1, created_at: time, updated_at: time, updated_by: user });
  return (await store.write(parsed.id, parsed, { absent: true }, metadata)) !== undefined;
}

/** @returns the names of the files whose documents were saved, without their suffix */
async function seedEach(
  folder: string,
  suffix: string,
  save: (document: unknown) => Promise<boolean>,
): Promise<string[]> {
  const files = (await readdir(join(projectFolder, folder))).filter((file) => file.endsWith(suffix)).sort();
  const saved: string[] = [];
  for (const file of files) {
    const document: unknown = JSON.parse(await readFile(join(projectFolder, folder, file), 'utf8'));
    if (await save(document)) saved.push(file.slice(0, -suffix.length));
  }
  return saved;
}
