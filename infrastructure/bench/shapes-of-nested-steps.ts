// Shapes of steps within steps, and of the kinds of steps that have more than one state.
import { keyed, many, type Shapes, workflow } from './shape.ts';

const wait = (id: string): object => ({ id, wait: 'PT1S' });

/** Documents may be 64 levels deep. */
const DEEP = 14;

function towers(parts: number, around: (steps: object[], name: string) => object): object {
  return workflow(
    many(parts / DEEP, (tower) => {
      let step = wait(`i${tower}`);
      for (let n = 0; n < DEEP; n++) step = around([step], `s${tower}_${n}`);
      return step;
    }),
  );
}

export const shapesOfNestedSteps: Shapes = {
  'loops in loops': (n) =>
    towers(n, (steps, id) => ({ id, for_each: [1], steps: [...steps, wait(`${id}_w`)] })),
  'distributed loops in loops': (n) =>
    towers(n, (steps, id) => ({
      id,
      for_each: '{{ [1, 2] }}',
      mode: 'distributed',
      steps: [...steps, { id: `${id}_t`, transform: '{{ item }}' }],
    })),
  'switches in switches': (n) =>
    towers(n, (steps, id) => ({ id, switch: [{ when: '{{ 1 = 2 }}', steps }], else: [wait(`${id}_w`)] })),
  'handlers in handlers': (n) => towers(n, (steps, id) => ({ id, transform: '{{ 1 }}', on_error: steps })),
  'branches in branches': (n) =>
    towers(n, (steps, id) => ({
      id,
      parallel: { a: steps, b: [wait(`${id}_w`)] },
      retry: { max_attempts: 2 },
    })),
  'tries in tries': (n) =>
    towers(n, (steps, id) => ({
      id,
      switch: [{ when: true, steps }],
      retry: { max_attempts: 2 },
      timeout_seconds: 5,
    })),
  'loops too deep': (n) =>
    `{"id":"bench","steps":[${'{"id":"a","for_each":[1],"steps":['.repeat(n)}1${']}'.repeat(n)}]}`,
  handlers: (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        action: 'github.create_issue',
        params: { repo_name: 'o/r', title: 't' },
        on_error: [{ id: `h${k}`, transform: '{{ error.message }}' }],
      })),
    ),
  'failures that are passed over': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        action: 'openai.summarize',
        params: { text: k === 0 ? 't' : `{{ steps.s${k - 1} }}` },
        on_error: 'continue',
      })),
    ),
  'steps of on_failure': (n) =>
    workflow(
      many(n / 2, (k) => ({ id: `s${k}`, fail: { error: `E${k}` }, when: `{{ inputs.x = ${k} }}` })),
      {
        inputs: { x: {} },
        on_failure: many(n / 2, (k) => ({ id: `f${k}`, transform: '{{ error.message }}' })),
      },
    ),
  'agents with many tools': (n) =>
    workflow(
      many(n / 8, (k) => ({
        id: `s${k}`,
        agent: {
          goal: 'g',
          tools: ['github.create_issue', 'github.get_file', 'openai.summarize', 'gmail.list_messages'],
        },
      })),
    ),
  approvals: (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        approval: { message: k === 0 ? 'm' : `{{ steps.s${k - 1}.comment }}` },
      })),
    ),
  'workflows that are called': (n) =>
    workflow(many(n, (k) => ({ id: `s${k}`, workflow: `w${k}`, input: { a: k } }))),
  'the same workflow called': (n) =>
    workflow(many(n, (k) => ({ id: `s${k}`, workflow: 'other', input: { a: k } }))),
  'steps after the end': (n) =>
    workflow([{ id: 'end', return: 1 }, ...many(n, (k) => ({ id: `s${k}`, transform: k }))]),
  'agents with schemas': (n) =>
    workflow(
      many(n / 2, (k) => ({
        id: `s${k}`,
        agent: {
          goal: 'g',
          tools: ['github.get_file'],
          output_schema: { type: 'object', properties: { [`f${k}`]: { type: 'string' } } },
        },
      })),
    ),
  'tools with fixed params': (n) =>
    workflow([
      {
        id: 'a',
        switch: many(n / 64, (k) => ({
          when: `{{ execution.id = "${k}" }}`,
          steps: [
            {
              id: `s${k}`,
              agent: {
                goal: 'g',
                tools: many(60, () => ({ action: 'github.create_issue', params: { title: 't' } })),
              },
            },
          ],
        })),
      },
    ]),
  'defaults whose fields are read': (n) =>
    workflow([
      {
        id: 'a',
        when: '{{ execution.id = "" }}',
        transform: { a: 1 },
        default: keyed(n / 2, (k) => [`f${k}`, 1]),
      },
      { id: 'b', transform: many(n / 2, (k) => `steps.a.f${k}`) },
    ]),
  'steps with defaults': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        when: '{{ execution.id = "" }}',
        transform: { a: 1 },
        default: { b: 1 },
      })),
    ),
  'loops with long ids': (n) =>
    workflow(
      many(n / 2, (k) => ({
        id: `${'x'.repeat(45)}${k}`,
        for_each: '{{ [1, 2] }}',
        mode: 'distributed',
        steps: [{ id: `s${k}`, transform: 1 }],
      })),
    ),
  'a large type handed on': (n) =>
    workflow([
      { id: 'a', transform: keyed(4000, (k) => [`f${k}`, k]) },
      ...many(n, (k) => ({ id: `s${k}`, transform: `{{ steps.${k === 0 ? 'a' : `s${k - 1}`} }}` })),
    ]),
  'variables of branches in branches': (n) =>
    towers(n, (steps, id) => ({
      id,
      switch: [
        { when: '{{ execution.id = "" }}', steps: [...steps, { id: `${id}_v`, set: { [`v_${id}`]: 1 } }] },
      ],
    })),
  waits: (n) => workflow(many(n, (k) => wait(`s${k}`))),
};
