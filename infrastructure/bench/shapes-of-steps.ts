// Shapes of many steps: chains, and steps that refer to each other.
import { keyed, many, type Shapes, workflow } from './shape.ts';
import { shapesOfNestedSteps } from './shapes-of-nested-steps.ts';

const wait = (id: string): object => ({ id, wait: 'PT1S' });

export const shapesOfSteps: Shapes = {
  ...shapesOfNestedSteps,
  'a chain of conditions': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        transform: 1,
        ...(k > 0 && { when: `{{ $exists(steps.s${k - 1}) }}` }),
      })),
    ),
  'a chain of conditions on all before': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        transform: 1,
        when: k === 0 ? '{{ inputs.x }}' : `{{ steps.s${k - 1} and steps.s${k >> 1} }}`,
      })),
      { inputs: { x: {} } },
    ),
  'all under one condition': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        when: '{{ inputs.x = 1 }}',
        transform: k === 0 ? 1 : `{{ steps.s${k - 1} }}`,
      })),
      { inputs: { x: {} } },
    ),
  'conditional ends': (n) =>
    workflow(
      many(n, (k) =>
        k % 2 === 0
          ? { id: `s${k}`, when: `{{ inputs.x = ${k} }}`, transform: 1 }
          : { id: `s${k}`, when: `{{ $not($exists(steps.s${k - 1})) }}`, return: 1 },
      ),
      { inputs: { x: {} } },
    ),
  'a chain of eight references': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        transform: k === 0 ? 1 : many(8, (r) => `{{ steps.s${k - 1}.f${r} }}`),
      })),
    ),
  'a chain of objects': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        transform: k === 0 ? {} : { before: `{{ steps.s${k - 1} }}`, [`f${k}`]: 1 },
      })),
    ),
  'all refer to all': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        transform: k === 0 ? 1 : many(k, (r) => `{{ steps.s${r} }}`),
      })),
    ),
  'references to far steps': (n) =>
    workflow(many(n, (k) => ({ id: `s${k}`, transform: k === 0 ? 1 : `{{ steps.s${(k * 7919) % k} }}` }))),
  'every step to the first': (n) =>
    workflow(many(n, (k) => ({ id: `s${k}`, transform: k === 0 ? { a: 1 } : '{{ steps.s0.a + 1 }}' }))),
  'one step to all': (n) =>
    workflow([
      ...many(n, (k) => ({ id: `s${k}`, transform: k })),
      { id: 'last', transform: many(n, (k) => `{{ steps.s${k} }}`) },
    ]),
  'an output of all': (n) =>
    workflow(
      many(n, (k) => ({ id: `s${k}`, transform: k })),
      { output: keyed(n, (k) => [`o${k}`, `{{ steps.s${k} }}`]) },
    ),
  'a variable that grows': (n) =>
    workflow(
      many(n, (k) => ({ id: `s${k}`, set: { v: k === 0 ? [] : '{{ $append(vars.v, [1]) }}' } })),
      { output: '{{ vars.v }}' },
    ),
  'many variables': (n) =>
    workflow(many(n, (k) => ({ id: `s${k}`, set: { [`v${k}`]: k === 0 ? 1 : `{{ vars.v${k - 1} }}` } }))),
  'many variables of one step': (n) =>
    workflow([
      { id: 'a', set: keyed(n, (k) => [`v${k}`, k]) },
      { id: 'b', transform: keyed(n, (k) => [`o${k}`, `{{ vars.v${k} }}`]) },
    ]),
  'conditional variables': (n) =>
    workflow(
      many(n, (k) => ({ id: `s${k}`, when: '{{ inputs.x }}', set: { v: { [`f${k}`]: 1 } } })),
      { inputs: { x: {} }, output: '{{ vars.v ? vars.v : 0 }}' },
    ),
  'large objects handed on': (n) =>
    workflow([
      { id: 'a', transform: keyed(n, (k) => [`f${k}`, k]) },
      ...many(n / 8, (k) => ({ id: `s${k}`, set: { v: k === 0 ? '{{ steps.a }}' : '{{ vars.v }}' } })),
    ]),
  'large objects merged': (n) =>
    workflow(
      many(n / 32, (k) => ({
        id: `s${k}`,
        transform: {
          ...keyed(32, (f) => [`f${k}_${f}`, f]),
          ...(k > 0 && { before: `{{ $merge([steps.s${k - 1}, {"a": ${k}}]) }}` }),
        },
      })),
    ),
  'branches of a switch': (n) =>
    workflow(
      [
        {
          id: 'a',
          switch: many(n, (k) => ({ when: `{{ inputs.x = ${k} }}`, steps: [{ id: `s${k}`, transform: k }] })),
        },
      ],
      { inputs: { x: {} } },
    ),
  'branches that set a variable': (n) =>
    workflow(
      [
        {
          id: 'a',
          switch: many(n, (k) => ({
            when: `{{ inputs.x = ${k} }}`,
            steps: [{ id: `s${k}`, set: { v: k } }],
          })),
          else: [{ id: 'b', set: { v: 0 } }],
        },
      ],
      { inputs: { x: {} }, output: '{{ vars.v }}' },
    ),
  'branches that set variables of their own': (n) =>
    workflow(
      [
        {
          id: 'a',
          switch: many(n, (k) => ({
            when: `{{ inputs.x = ${k} }}`,
            steps: [{ id: `s${k}`, set: { [`v${k}`]: k } }],
          })),
        },
      ],
      { inputs: { x: {} } },
    ),
  'many switches': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        switch: [{ when: `{{ inputs.x = ${k} }}`, steps: [{ id: `c${k}`, set: { v: k } }] }],
        else: [{ id: `e${k}`, set: { v: 0 } }],
      })),
      { inputs: { x: {} } },
    ),
  'parallel branches': (n) =>
    workflow([{ id: 'a', parallel: keyed(n, (k) => [`b${k}`, [wait(`s${k}`)]]) }], {
      output: '{{ steps.a.b0 }}',
    }),
  'many loops': (n) =>
    workflow(
      many(n, (k) => ({
        id: `s${k}`,
        for_each: [1, 2],
        steps: [{ id: `i${k}`, transform: '{{ item + index }}' }],
      })),
    ),
  'a loop over a long list': (n) =>
    workflow([{ id: 'a', for_each: many(n, (k) => k), steps: [{ id: 'b', transform: '{{ item }}' }] }]),
  'a loop over a list of expressions': (n) =>
    workflow([
      { id: 'a', for_each: many(n, (k) => `{{ ${k} }}`), steps: [{ id: 'b', transform: '{{ item }}' }] },
    ]),
  'a long distributed loop': (n) =>
    workflow(
      [
        ...many(n, (k) => ({ id: `s${k}`, transform: k })),
        {
          id: 'loop',
          for_each: '{{ inputs.list }}',
          mode: 'distributed',
          steps: many(n, (k) => ({ id: `i${k}`, transform: `{{ steps.s${k} }}` })),
        },
      ],
      { inputs: { list: { type: 'array' } } },
    ),
};
