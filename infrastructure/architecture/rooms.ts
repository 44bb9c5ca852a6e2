// Which folders there are, what each holds, and who may import whom. test/architecture.test.ts holds the code to it;
// CONTRIBUTING.md's tables are made of it (npm run goldens).
import path from 'node:path';

/** A folder with what is below it; one that is itself an area holds only the files directly in it. */
interface Room {
  readonly folder: string;
  readonly holds: string;
  /** Its folders do not import each other. */
  readonly apart?: true;
}

/** A folder whose rooms import each other in one direction only. */
export interface Area {
  readonly folder: string;
  /** From the top down: a room may import those of the rows below its own, and none beside it. */
  readonly rows: readonly (readonly Room[])[];
  /** The rooms outside of it that its files may import; with `/**` those of a whole folder. */
  readonly imports: readonly string[];
}

const room = (folder: string, holds: string): Room => ({ folder, holds });

const dashboard: Area = {
  folder: 'dashboard',
  imports: ['lib/**'],
  rows: [
    [room('dashboard', 'the web app: what starts it, and the list of its pages')],
    [
      {
        folder: 'dashboard/pages',
        holds: 'one folder a page, loaded when it is shown; no page imports another',
        apart: true,
      },
    ],
    [room('dashboard/workflow', 'what pages know of a workflow’s document')],
    [
      room(
        'dashboard/frame',
        'what stands around every page: navigation, titles, the URL, shortcuts, notices',
      ),
    ],
    [room('dashboard/session', 'login, the access token and its user')],
    [room('dashboard/api', 'the typed client, and how answers are kept and renewed')],
    [room('dashboard/design-system', 'colours, type, and the parts that pages are made of')],
  ],
};

const functions: Area = {
  folder: 'functions',
  imports: ['lib/**'],
  rows: [
    [
      room('functions', 'the authorizer'),
      room('functions/api', 'the Lambdas of the API, one file a resource'),
      room('functions/actions', 'the actions, `<provider>/<action>.ts`: one file, one action, one Lambda'),
      room('functions/steps', 'Lambdas that state machines call for steps that are no actions'),
      room('functions/events', 'Lambdas that EventBridge calls'),
    ],
  ],
};

const cli: Area = {
  folder: 'cli',
  imports: ['lib/**', 'infrastructure/**', 'local/states'],
  rows: [[room('cli', '`npx orchestra`: one file a command, and what they share')]],
};

const infrastructure: Area = {
  folder: 'infrastructure',
  imports: ['functions/**', 'lib/**'],
  rows: [
    [
      room(
        'infrastructure/generate',
        'what `npm run goldens` writes: compiled workflows, the JSON Schema, pages',
      ),
      room('infrastructure/deploy', 'packaging, deployment, the seed'),
      room(
        'infrastructure/screenshots',
        '`npm run screenshots`: pictures of the dashboard, and the data that they show',
      ),
      room('infrastructure/bench', 'benchmarks of bundles, the compiler and the command line'),
    ],
    [
      room(
        'infrastructure/stack',
        'what `serverless.yml` is made of: functions, roles, permissions, resources',
      ),
      room('infrastructure/architecture', 'who may import whom'),
      room(
        'infrastructure/verify-account',
        'what must be true of AWS, and `npm run verify:account`, which asks an account',
      ),
    ],
    [
      room('infrastructure', 'the catalogue of actions; Node 24 for every script'),
      room('.', 'how functions are bundled and tests are run'),
    ],
  ],
};

const local: Area = {
  folder: 'local',
  imports: ['lib/**', 'infrastructure/**'],
  rows: [
    [room('local/demo', '`npm run demo`')],
    [room('local', 'the stack that ties the services together')],
    [room('local/stack', 'the parts of the stack: settings, functions, events, schedules, its folder')],
    [room('local/scheduler', 'EventBridge Scheduler')],
    [
      room('local/cognito', 'Cognito, in a thread of its own'),
      room('local/events', 'EventBridge'),
      room('local/http-api', 'API Gateway’s HTTP API'),
      room('local/lambda', 'Lambda'),
      room(
        'local/providers',
        'GitHub, Google, Notion, OpenAI and a plain HTTP service, a folder each: routes, store, seed, refusals',
      ),
      room('local/s3', 'S3'),
      room('local/ssm', 'Systems Manager’s parameters'),
      room('local/states', 'Step Functions'),
    ],
    [room('local/aws', 'the AWS endpoint: signatures, protocols, errors')],
    [room('local/shared', 'HTTP servers, servers in threads, JSON files')],
  ],
};

const states: Area = {
  folder: 'local/states',
  imports: ['local/aws', 'local/shared'],
  rows: [
    [room('local/states', 'the service, and the server of `npx orchestra states`')],
    [room('local/states/api', 'the operations of the API, one file a resource')],
    [room('local/states/engine', 'executions from their start to their end, also after a restart')],
    [
      room('local/states/state-types', 'one file a type of state'),
      room('local/states/validation', 'what is wrong with a definition'),
    ],
    [
      room('local/states/distributed-map', 'Map Runs and their children, readers and writers'),
      room('local/states/integrations', 'what a Task calls'),
      room('local/states/persistence', 'what is written when: records, status events, retention'),
    ],
    [room('local/states/runtime', 'a visit of a state: fields, retry, catch, threads, redrive')],
    [
      room('local/states/store', 'the tables of the database'),
      room('local/states/language', 'JSONata as Step Functions runs it'),
      room('local/states/clients', 'Lambda, S3 and EventBridge over HTTP'),
    ],
    [room('local/states/model', 'data: ARNs, errors, history events, checkpoints')],
  ],
};

const lib: Area = {
  folder: 'lib',
  imports: [],
  rows: [
    [
      room('lib/api', 'routes, middlewares and pages of the API'),
      room('lib/executions', 'start, list, read, stop and redrive executions; their logs'),
      room('lib/workflows', 'save, read and delete workflows with their state machines and schedules'),
    ],
    [
      room('lib/agents', 'the conversation and tools of an agent'),
      room('lib/approvals', 'ask, read, decide and close approvals'),
      room('lib/compiler', 'workflow JSON to Amazon States Language'),
      room('lib/connection-management', 'connect accounts: try, describe, replace, revoke credentials'),
      room('lib/templates', 'read and render prompt templates'),
      room('lib/triggers', 'schedules and webhooks'),
    ],
    [
      room('lib/providers', 'one file a provider: its client, and how its errors map to ours'),
      room('lib/stores', 'documents in S3'),
    ],
    [
      room('lib/actions', '`defineAction`, its middlewares, the catalogue'),
      room('lib/schedules', 'cron and rate expressions, time zones'),
      room('lib/schemas', 'what the API takes and answers'),
    ],
    [
      room('lib/auth', 'tokens, roles, login'),
      room('lib/workflow-format', 'the schema of a workflow and its types'),
    ],
    [
      room('lib/connections', 'credentials, read from Systems Manager'),
      room('lib/json-schema', 'what of a value does not fit a JSON Schema, in bounded time'),
      room('lib/template-format', 'the schema of a prompt template'),
    ],
    [room('lib', 'what everything uses: errors, problems, ARNs, JSON, settings')],
  ],
};

const compiler: Area = {
  folder: 'lib/compiler',
  imports: ['lib', 'lib/actions', 'lib/schedules', 'lib/workflow-format'],
  rows: [
    [room('lib/compiler', 'the passes: compile, parse, resolve, check, lint, emit, event budget')],
    [room('lib/compiler/steps', 'what each kind of step adds to the passes')],
    [
      room('lib/compiler/parse', 'what parsing is made of; the older format'),
      room('lib/compiler/resolve', 'what resolving is made of'),
      room('lib/compiler/check', 'what checking is made of'),
      room('lib/compiler/lint', 'what warnings are made of'),
      room('lib/compiler/emit', 'what emitting is made of'),
      room('lib/compiler/event-budget', 'the count of history events, and the limit of loops'),
    ],
    [room('lib/compiler/tree', 'parsed and resolved steps: data')],
    [room('lib/compiler/asl', 'states, retriers, catchers, deadlines, names of states')],
    [room('lib/compiler/expressions', 'templates, references, types, functions')],
    [room('lib/compiler/problems', 'codes, severities, summaries, examples')],
  ],
};

/** From the inside out: a file belongs to the first area that has a room for it. */
export const areas: readonly Area[] = [
  compiler,
  states,
  functions,
  dashboard,
  cli,
  infrastructure,
  local,
  lib,
];

interface Place {
  readonly area: Area;
  readonly row: number;
  readonly room: string;
}

/** Where a folder stands; undefined where no room is meant for it. */
function placeOf(folder: string, area: Area): Place | undefined {
  const within = (outer: string) => folder === outer || folder.startsWith(`${outer}/`);
  for (const [row, rooms] of area.rows.entries()) {
    for (const { folder: name } of rooms) {
      if (name === area.folder ? folder === name : within(name)) return { area, row, room: name };
    }
  }
  return undefined;
}

const innermost = (folder: string): Place | undefined =>
  areas.map((area) => placeOf(folder, area)).find((place) => place !== undefined);

/** What is wrong with an import, or with where its file stands; undefined when nothing is. */
export function wrongImport(from: string, to: string): string | undefined {
  const [folder, other] = [path.dirname(from), path.dirname(to)];
  const [mine, theirs] = [innermost(folder), innermost(other)];
  if (!mine) return `${folder} is no room`;
  if (!theirs) return `${other} is no room`;
  const apart = areas.flatMap(({ rows }) => rows.flat()).filter(({ apart }) => apart);
  for (const { folder: outer } of apart) {
    const inner = (name: string) => (name.startsWith(`${outer}/`) ? name.split('/')[2] : undefined);
    if (inner(folder) && inner(other) && inner(folder) !== inner(other))
      return `${folder} imports ${other}, and the folders of ${outer} do not import each other`;
  }
  for (const area of areas) {
    const [upper, lower] = [placeOf(folder, area), placeOf(other, area)];
    if (upper && lower && upper.room !== lower.room && upper.row >= lower.row)
      return `${upper.room} imports ${lower.room}, which stands beside or above it`;
  }
  if (placeOf(other, mine.area) || mine.area.imports.some((name) => isMeant(name, theirs.room)))
    return undefined;
  const allowed = mine.area.imports.join(', ') || 'nothing outside of itself';
  return `${mine.area.folder} imports ${theirs.room}, and may import ${allowed}`;
}

/** Whether a room is the one named, or with `/**` one of that folder. */
function isMeant(name: string, roomName: string): boolean {
  const folder = name.replace('/**', '');
  return roomName === folder || (folder !== name && roomName.startsWith(`${folder}/`));
}
