// Checks that run workflows as the compiler emits them: what the language promises holds on the account.
import { compile, type Definition } from '../../lib/compiler/compile.ts';
import { formatProblem } from '../../lib/compiler/problems/format.ts';
import type { Account, End } from './account.ts';
import { type Check, differs, endsWith } from './check.ts';

const SUCCEEDED = 'SUCCEEDED';
const FAILED = 'FAILED';

/** @param arns of the state machines of other workflows, by id */
function compiled(document: object, arns: Readonly<Record<string, string>> = {}): Definition {
  const result = compile(
    { id: 'verify', ...document },
    {
      catalogue: [],
      functionArn: (name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      stateMachineArn: (id) => arns[id] ?? id,
      version: 1,
      apiUrl: 'https://api.example',
    },
  );
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.definition;
}

const runs = (account: Account, document: object, input?: unknown): Promise<End> =>
  account.runStates(compiled(document), input);

const value = (id: string, transform: unknown, rest = {}) => ({ id, transform, ...rest });

export const compiledChecks = {
  /** Items, indexes and variables of loops in loops, also where the first step is a Choice. */
  'loop-variables': {
    machines: 1,
    transitions: 30,
    async run(account) {
      const size = {
        id: 'size',
        for_each: '{{ $split("S L", " ") }}',
        steps: [
          value('large', 'X', { when: '{{ item = "L" }}', default: '' }),
          value(
            'label',
            '{{ steps.colour.index }}{{ index }} {{ steps.colour.item }} {{ steps.large }}{{ item }}',
          ),
        ],
      };
      const document = { steps: [{ id: 'colour', for_each: ['red', 'blue'], steps: [size] }] };
      return endsWith(await runs(account, document), {
        status: SUCCEEDED,
        output: [
          ['00 red S', '01 red XL'],
          ['10 blue S', '11 blue XL'],
        ],
      });
    },
  },

  /** A distributed loop without ResultWriter gives what its iterations give, in the order of its items. */
  'distributed-loop': {
    machines: 1,
    transitions: 10,
    async run(account) {
      const each = {
        id: 'each',
        mode: 'distributed',
        for_each: '{{ inputs.list }}',
        steps: [value('one', '{{ index }}{{ item }}{{ steps.before }}{{ inputs.end }}')],
      };
      const document = { inputs: { list: { type: 'array' }, end: {} }, steps: [value('before', '-'), each] };
      return endsWith(await runs(account, document, { list: ['a', 'b', 'c'], end: '!' }), {
        status: SUCCEEDED,
        output: ['0a-!', '1b-!', '2c-!'],
      });
    },
  },

  /** The Catch of a Parallel within an iteration reads the iteration's input. */
  'item-errors': {
    machines: 1,
    transitions: 10,
    async run(account) {
      const each = {
        id: 'each',
        for_each: ['1', 'x'],
        on_item_error: 'continue',
        steps: [value('number', '{{ $number(item) }}')],
      };
      const document = { steps: [each], output: ['{{ steps.each[0] }}', '{{ steps.each.error.index }}'] };
      return endsWith(await runs(account, document), { status: SUCCEEDED, output: [1, 1] });
    },
  },

  /** `$millis`, a Wait that ends early, `$error` in an Output, and the Catch of a failed evaluation. */
  'step-deadline': {
    machines: 1,
    transitions: 8,
    async run(account) {
      const slow = {
        id: 'slow',
        timeout_seconds: 1,
        parallel: {
          only: [
            { id: 'pause', wait: 'PT30S' },
            { id: 'over', wait: 'PT30S' },
          ],
        },
        on_error: [value('late', '{{ error.name }}')],
      };
      return endsWith(await runs(account, { steps: [slow] }), {
        status: SUCCEEDED,
        output: 'States.Timeout',
      });
    },
  },

  /** A wait until a time that a time limit cuts short ends no earlier than that: what follows is not in time. */
  'wait-past-a-deadline': {
    machines: 1,
    transitions: 8,
    async run(account) {
      const slow = {
        id: 'slow',
        timeout_seconds: 1,
        parallel: { only: [{ id: 'pause', wait: { until: '2999-01-01T00:00:00Z' } }, value('after', 1)] },
        on_error: [value('late', '{{ error.name }}')],
      };
      return endsWith(await runs(account, { steps: [slow] }), {
        status: SUCCEEDED,
        output: 'States.Timeout',
      });
    },
  },

  /** A Fail state hands on a name that begins with `States.`, where a step's time limit ends the run. */
  'deadline-of-a-run': {
    machines: 1,
    transitions: 6,
    async run(account) {
      const slow = {
        id: 'slow',
        timeout_seconds: 1,
        parallel: { only: [{ id: 'pause', wait: 'PT2S' }] },
      };
      const document = { steps: [slow, value('after', 1)] };
      return endsWith(await runs(account, document), { status: FAILED, error: 'States.Timeout' });
    },
  },

  /** The same after the steps of `on_failure`. */
  'first-error-after-on-failure': {
    machines: 1,
    transitions: 4,
    async run(account) {
      const document = {
        steps: [value('number', '{{ $number("x") }}')],
        on_failure: [value('told', '{{ error.name }}')],
      };
      return endsWith(await runs(account, document), {
        status: FAILED,
        error: 'States.QueryEvaluationError',
      });
    },
  },

  /** The Cause of a run that another one waited for: its form, and the order of its fields. */
  'child-failure': {
    machines: 2,
    transitions: 5,
    async run(account) {
      const child = await account.createMachine(
        compiled({ steps: [{ id: 'no', fail: { error: 'Broken', cause: 'It said "no"' } }] }),
      );
      const document = {
        id: 'parent',
        steps: [
          {
            id: 'ask',
            workflow: 'verify',
            on_error: [value('told', '{{ [error.name, error.message, error.step] }}')],
          },
        ],
      };
      const parent = await account.createMachine(compiled(document, { verify: child.arn }));
      return endsWith(await account.run(parent.arn), {
        status: SUCCEEDED,
        output: ['Broken', 'It said "no"', 'ask'],
      });
    },
  },

  /** A step that was skipped, or whose error was handled, assigns what stands in for it. */
  'assign-everywhere': {
    machines: 1,
    transitions: 12,
    async run(account) {
      const document = {
        inputs: { x: {} },
        steps: [
          value('skipped', 1, { when: '{{ inputs.x > 1 }}', default: 'skipped' }),
          value('failed', '{{ $number("x") }}', { on_error: 'continue' }),
          { id: 'chosen', switch: [{ when: '{{ inputs.x = 1 }}', steps: [value('one', 'one')] }] },
          { id: 'waited', wait: 'PT0S' },
          { id: 'both', parallel: { left: [value('l', 'l')], right: [value('r', 'r')] } },
          { id: 'v', set: { total: 3 } },
        ],
        output: [
          '{{ steps.skipped }}',
          '{{ steps.failed.error.name }}',
          '{{ steps.chosen }}',
          '{{ steps.both.left & steps.both.right & vars.total }}',
        ],
      };
      const end = await runs(account, document, { x: 1 });
      return (
        differs('status', end.status, SUCCEEDED) ??
        endsWith(end, { output: ['skipped', 'States.QueryEvaluationError', 'one', 'lr3'] })
      );
    },
  },
} satisfies Readonly<Record<string, Check>>;
