// npm run bench:compile: how long workflows of 500 and 5,000 steps, a realistic mixture of all kinds, take to compile,
// and how the time of documents of many shapes grows with their size. -- --shapes [part of a name]: only the latter.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CompileOptions, compile } from '../../lib/compiler/compile.ts';
import { buildCatalogue } from '../build-catalogue.ts';
import { printSizes } from './compile-sizes.ts';

const SIZES = [500, 5_000] as const;
const COLD_ROUNDS = 5;
const WARM_UP = 3;
const WARM_ROUNDS = 9;

/** The limit for a workflow of 500 steps. */
const LIMIT_MS = 50;
/** A larger ratio of times for ten times the steps is not linear. */
const LIMIT_RATIO = 13;

const TOO_MANY = ['definition-too-large', 'event-budget'] as const;

type Step = Record<string, unknown>;

/** The steps of one round of the mixture: what somebody does with a mailbox, a model and a repository. */
function group(n: number): Step[] {
  const mail = `mail_${n}`;
  const before = n === 0 ? '0' : `steps.summary_${n - 1}.unread`;
  return [
    {
      id: mail,
      action: 'gmail.list_messages',
      params: { query: 'from:{{ inputs.sender }} is:unread', max_results: '{{ inputs.most }}' },
      retry: { max_attempts: 3 },
    },
    {
      id: `count_${n}`,
      set: { total: `{{ ${n === 0 ? '' : 'vars.total + '}$count(steps.${mail}.messages) }}` },
    },
    {
      id: `summary_${n}`,
      transform: {
        unread: `{{ $count(steps.${mail}.messages[unread]) + ${before} }}`,
        subjects: `{{ $join(steps.${mail}.messages.subject, ", ") }}`,
      },
    },
    {
      id: `each_${n}`,
      for_each: `{{ steps.${mail}.messages }}`,
      max_concurrency: 4,
      steps: [
        {
          id: `short_${n}`,
          action: 'openai.summarize',
          params: { text: '{{ item.subject }}: {{ item.body_text }}', max_length: 200 },
        },
        {
          id: `issue_${n}`,
          action: 'github.create_issue',
          params: {
            repo_name: '{{ inputs.repo }}',
            title: '{{ index + 1 }}. {{ item.subject }}',
            body: `{{ steps.short_${n}.text }}`,
          },
          on_error: 'continue',
        },
      ],
    },
    {
      id: `kind_${n}`,
      switch: [
        {
          when: `{{ $contains(steps.summary_${n}.subjects, "urgent") }}`,
          steps: [
            {
              id: `page_${n}`,
              action: 'notion.create_page',
              params: { parent_id: '{{ inputs.parent }}', title: `{{ steps.summary_${n}.subjects }}` },
            },
          ],
        },
      ],
      else: [{ id: `later_${n}`, wait: 'PT5M' }],
    },
    {
      id: `report_${n}`,
      when: '{{ vars.total > 100 }}',
      action: 'notion.create_page',
      params: {
        parent_id: '{{ inputs.parent }}',
        title: 'Much mail',
        content: `{{ steps.summary_${n}.subjects }}`,
      },
    },
  ];
}

const GROUP_STEPS = 10;
const GROUP_ACTIONS = 5;

/** A workflow of so many steps, including nested ones. */
function workflowOf(steps: number): unknown {
  return {
    id: 'bench',
    inputs: {
      sender: { type: 'string' },
      most: { type: 'integer' },
      repo: { type: 'string' },
      parent: { type: 'string' },
    },
    steps: Array.from({ length: steps / GROUP_STEPS }, (_, n) => group(n)).flat(),
    output: '{{ vars.total }}',
  };
}

const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:ai-orchestra-prod-';
const catalogue = await buildCatalogue();

function options(arn = (name: string): string => `${ARN}${name}`): CompileOptions {
  return { catalogue, functionArn: arn, stateMachineArn: arn, apiUrl: 'http://127.0.0.1', version: 1 };
}

/** Milliseconds of CPU time of one compilation. @throws Error when not all four passes ran */
function timed(document: unknown, steps: number): number {
  let emitted = 0;
  const functionArn = (name: string): string => {
    emitted += 1;
    return `${ARN}${name}`;
  };
  const began = process.threadCpuUsage();
  const result = compile(document, options(functionArn));
  const { user, system } = process.threadCpuUsage(began);
  const said = new Set((result.ok ? result.warnings : result.problems).map(({ code }) => code));
  // 5,000 steps exceed the limits of a definition and of an execution, which is the last check.
  if (steps > SIZES[0]) for (const code of TOO_MANY) said.delete(code);
  if (said.size > 0 || emitted !== (steps / GROUP_STEPS) * GROUP_ACTIONS)
    throw new Error(
      `${steps} steps: ${emitted} actions were emitted; the compiler says ${[...said].join(', ')}`,
    );
  return (user + system) / 1000;
}

/** The first compilation of a process, before any code is optimised. */
function cold(steps: number): number {
  const script = fileURLToPath(import.meta.url);
  return Number(execFileSync(process.execPath, [script, '--once', String(steps)], { encoding: 'utf8' }));
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function measured(steps: number): { steps: number; cold: number; warm: number } {
  const document = workflowOf(steps);
  for (let round = 0; round < WARM_UP; round += 1) timed(document, steps);
  return {
    steps,
    cold: median(Array.from({ length: COLD_ROUNDS }, () => cold(steps))),
    warm: median(Array.from({ length: WARM_ROUNDS }, () => timed(document, steps))),
  };
}

if (process.argv[2] === '--once') {
  const steps = Number(process.argv[3]);
  console.log(timed(workflowOf(steps), steps));
} else if (process.argv[2] === '--shapes') {
  if (!printSizes(options(), process.argv[3])) process.exitCode = 1;
} else {
  const [small, large] = SIZES.map(measured);
  if (!small || !large) throw new Error('Two sizes are compared');
  console.log('steps      first time      later');
  for (const { steps, cold, warm } of [small, large])
    console.log(
      `${String(steps).padEnd(7)}${cold.toFixed(0).padStart(10)} ms${warm.toFixed(0).padStart(8)} ms`,
    );
  const ratio = large.warm / small.warm;
  console.log(`Ten times the steps take ${ratio.toFixed(1)} times as long.`);
  if (small.warm >= LIMIT_MS || ratio >= LIMIT_RATIO || !printSizes(options())) process.exitCode = 1;
}
