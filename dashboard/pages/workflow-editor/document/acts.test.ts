// Whatever is done in whatever order: nothing is lost, undo brings back the bytes, and what is wrong is told as the service does.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogue } from '../../../../lib/compiler/testing/catalogue.ts';
import { isObject } from '../../../../lib/json.ts';
import { pointerTo, valueAt } from '../../../../lib/json-pointer.ts';
import { compileSent } from '../../../../lib/workflows/compile-sent.ts';
import { allSteps, type Flow, outlineOf, type StepNode } from '../../../workflow/outline.ts';
import { checkText, type FoundProblem } from '../check/check-text.ts';
import { EditorDocument } from './editor-document.ts';
import { removeValue, setValue } from './json-edits.ts';
import {
  addErrorHandler,
  addStep,
  deleteStep,
  moveIn,
  moveOut,
  moveStep,
  moveTo,
  pathOf,
  type StepEdit,
  wrapStep,
} from './step-edits.ts';
import { written } from './testing/written.ts';
import { documentOf } from './workflow-text.ts';

/** Something that somebody does in a view. */
type Act =
  | {
      readonly kind: 'drag' | 'add' | 'delete' | 'up' | 'down' | 'out' | 'in' | 'handler' | 'undo' | 'redo';
      readonly at: number;
    }
  | { readonly kind: 'wrap'; readonly at: number; readonly into: 'for_each' | 'switch' | 'parallel' }
  /** What a control of a form writes: undefined when it is emptied. */
  | { readonly kind: 'set'; readonly at: number; readonly field: readonly string[]; readonly value: unknown }
  | { readonly kind: 'type'; readonly at: number; readonly text: string };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('drag', 'add', 'delete', 'up', 'down', 'out', 'in', 'handler', 'undo', 'redo'),
    at: fc.nat(99),
  }),
  fc.record({
    kind: fc.constant('wrap'),
    at: fc.nat(99),
    into: fc.constantFrom('for_each', 'switch', 'parallel'),
  }),
  fc.record({
    kind: fc.constant('set'),
    at: fc.nat(99),
    field: fc.constantFrom<readonly string[]>(
      ['note'],
      ['when'],
      ['params', 'title'],
      ['params', 'labels'],
      ['retry', 'max_attempts'],
    ),
    value: fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom('bug', '{{  }}', '{{ steps.a }}', undefined, null),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.jsonValue(),
    ),
  }),
  fc.record({ kind: fc.constant('type'), at: fc.nat(99), text: fc.constantFrom(' ', '\n', '  \n ') }),
);

/** What the act does to the document as a value; undefined when it cannot be done. */
function edit(text: string, document: object, { kind, at, ...rest }: Act): StepEdit | undefined {
  const steps = allSteps(outlineOf({ ...document }).steps);
  const step = steps[at % Math.max(1, steps.length)];
  const into = 'into' in rest ? rest.into : undefined;
  if (kind === 'add') return addStep(text, '/steps', 0, { id: `new_${at}`, transform: at });
  if (!step) return undefined;
  switch (kind) {
    case 'delete':
      return deleteStep(text, step.pointer);
    case 'up':
    case 'down':
      return moveStep(text, step.pointer, kind === 'up' ? -1 : 1);
    case 'out':
      return moveOut(text, step.pointer);
    case 'in':
      return moveIn(text, step.pointer, flowBefore(steps, step)?.pointer);
    case 'drag': {
      const lists = ['/steps', ...steps.flatMap(({ flows }) => flows.map(({ pointer }) => pointer))];
      const list = lists[(at * 7) % lists.length] ?? '/steps';
      const items = valueAt(document, list);
      return moveTo(text, step.pointer, list, at % ((Array.isArray(items) ? items.length : 0) + 1));
    }
    case 'handler':
      return addErrorHandler(text, step.pointer);
    case 'wrap':
      return into && wrapStep(text, step.pointer, into);
    case 'set': {
      const path = [...pathOf(text, step.pointer), ...('field' in rest ? rest.field : [])];
      const value = 'value' in rest ? rest.value : undefined;
      const edits = value === undefined ? removeValue(text, path) : setValue(text, path, value);
      return { edits, selected: step.pointer };
    }
    default:
      return undefined;
  }
}

function flowBefore(steps: readonly StepNode[], step: StepNode): Flow | undefined {
  const [, list = '', index = ''] = /^(.*)\/(\d+)$/.exec(step.pointer) ?? [];
  return steps.find(({ pointer }) => pointer === pointerTo(list, Number(index) - 1))?.flows.at(-1);
}

/** The document after a form's control has written, as a value. */
function withField(
  document: object,
  step: string,
  { field, value }: { readonly field: readonly string[]; readonly value: unknown },
): unknown {
  const copy: unknown = structuredClone(document);
  let holder = valueAt(copy, step);
  for (const key of field.slice(0, -1)) {
    if (!isObject(holder) || (holder[key] === undefined && value === undefined)) return copy;
    holder[key] ??= {};
    holder = holder[key];
  }
  const last = field.at(-1) ?? '';
  if (isObject(holder) && value === undefined) delete holder[last];
  else if (isObject(holder)) holder[last] = JSON.parse(JSON.stringify(value));
  return copy;
}

const idsOf = (text: string): string[] =>
  [...text.matchAll(/"id":\s*"([^"]*)"/g)].map(([, id = '']) => id).sort();

/** @returns what was done; undefined where it cannot be done */
function perform(document: EditorDocument, one: Act): StepEdit | undefined {
  const before = document.text();
  const value = documentOf(before);
  if (!value) throw new Error(`It is no document any more: ${before}`);
  if (one.kind === 'undo') document.undo();
  else if (one.kind === 'redo') document.redo();
  else if (one.kind === 'type')
    document.edit([{ offset: before.indexOf('"steps"'), length: 0, text: one.text }]);
  else {
    const done = edit(before, value, one);
    document.edit(done?.edits ?? []);
    return done;
  }
  return undefined;
}

test('whatever is done in whatever order: no step is lost or doubled, and undo brings back the bytes', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const document = new EditorDocument(written);
      for (const one of acts) {
        const before = document.text();
        const done = perform(document, one);
        if (!done) continue;
        const after = document.text();
        const selected = done.selected && valueAt(documentOf(after), done.selected);
        if (done.selected !== undefined) expect(selected).toBeTypeOf('object');
        if (['up', 'down', 'out', 'in', 'drag'].includes(one.kind))
          expect(idsOf(after)).toEqual(idsOf(before));
        if (one.kind === 'wrap') expect(idsOf(after).length).toBe(idsOf(before).length + 1);
        // Nothing else of the document has changed, whichever view shows it.
        if (one.kind === 'set')
          expect(documentOf(after)).toEqual(withField(documentOf(before) ?? {}, done.selected ?? '', one));
      }
      while (document.canUndo) document.undo();
      expect(document.text()).toBe(written);
    }),
    { numRuns: 200 },
  );
});

test('after each act what is said to be wrong is what the service finds in the document as it is sent', async () => {
  const deployment = { function_arn_prefix: '', state_machine_arn_prefix: '', api_url: '' };
  const saved = { read: async () => undefined, ids: async () => [] };
  const said = ({
    code,
    pointer,
    message,
    hint,
  }: Pick<FoundProblem, 'code' | 'pointer' | 'message' | 'hint'>) => ({
    code,
    pointer,
    message,
    hint,
  });
  const codes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
      const document = new EditorDocument(written);
      for (const one of acts) {
        perform(document, one);
        const all = await checkText(document.text(), { actions: catalogue, deployment }, saved, 0);
        // What a number loses is told of the text; as a value it has lost it.
        const shown = all.filter(({ code }) => code !== 'inexact-number');
        const sent: unknown = JSON.parse(document.text());
        const found = await compileSent(sent, { catalogue, deployment, saved, version: 1, now: 0 });
        expect(shown.map(said)).toEqual([...(found.ok ? [] : found.problems), ...found.warnings].map(said));
        for (const { code } of shown) codes.add(code);
      }
    }),
    { numRuns: 40 },
  );
  expect(codes.size).toBeGreaterThan(3);
});
