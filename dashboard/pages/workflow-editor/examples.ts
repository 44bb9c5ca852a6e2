// The workflows that somebody can begin with: those of this project that have a name. Each is loaded when it is opened.

const names = import.meta.glob<string>(
  ['../../../statemachines/*.workflow.json', '../../../statemachines/examples/mail_to_issue.workflow.json'],
  { eager: true, import: 'name' },
);
const descriptions = import.meta.glob<string>(
  ['../../../statemachines/*.workflow.json', '../../../statemachines/examples/mail_to_issue.workflow.json'],
  { eager: true, import: 'description' },
);
const texts = import.meta.glob<string>(
  ['../../../statemachines/*.workflow.json', '../../../statemachines/examples/mail_to_issue.workflow.json'],
  { query: '?raw', import: 'default' },
);

export interface Example {
  /** `mail_to_issue` */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  load(): Promise<string>;
}

/** What a new user can follow to the end comes first. */
const FIRST = 'mail_to_issue';

export const examples: readonly Example[] = Object.entries(texts)
  .map(([file, load]) => ({
    id: /([^/]+)\.workflow\.json$/.exec(file)?.[1] ?? file,
    name: names[file] ?? '',
    description: descriptions[file] ?? '',
    load,
  }))
  .toSorted((a, b) => Number(b.id === FIRST) - Number(a.id === FIRST));
