// Changes of the text by forms and buttons: the document is what was meant, the rest of the text as it was written, and undo
// brings back the bytes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject } from '../../../../lib/json.ts';
import { pointerTo, valueAt } from '../../../../lib/json-pointer.ts';
import { allSteps, type Flow, outlineOf, type StepNode } from '../../../workflow/outline.ts';
import { EditorDocument } from './editor-document.ts';
import { insertItem, type JsonPath, rawAt, removeValue, setValue } from './json-edits.ts';
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
import { documentOf } from './workflow-text.ts';

const edited = (text: string, change: (text: string) => Parameters<EditorDocument['edit']>[0]): string => {
  const document = new EditorDocument(text);
  document.edit(change(text));
  return document.text();
};

const written = `{
  "id": "w",   "name" :"W",
  "steps": [
    { "id": "a", "transform": [1,  2] },
    {
      "id": "b",
      "transform": 1.0
    }
  ]
}`;

test.each<[string, JsonPath, unknown, string, string]>([
  ['a value', ['steps', 0, 'transform'], 'x', '[1,  2]', '"x"'],
  [
    'a key at the end of an object on one line',
    ['steps', 0, 'when'],
    true,
    '[1,  2] }',
    '[1,  2], "when": true }',
  ],
  [
    'a key at the end of one of several lines',
    ['steps', 1, 'comment'],
    'c',
    '1.0\n',
    '1.0,\n      "comment": "c"\n',
  ],
  [
    'what stands in what is not there yet',
    ['steps', 1, 'retry', 'max_attempts'],
    2,
    '1.0\n',
    '1.0,\n      "retry": { "max_attempts": 2 }\n',
  ],
])('%s is set, and the rest stays as it is written', (_, path, value, before, after) => {
  expect(edited(written, (text) => setValue(text, path, value))).toBe(written.replace(before, after));
});

test.each<[JsonPath, string, string]>([
  [['steps', 0], '\n    { "id": "a", "transform": [1,  2] },', ''],
  [['steps', 0, 'transform'], ', "transform": [1,  2]', ''],
  [['steps', 0, 'id'], '"id": "a", ', ''],
  [['steps', 0, 'transform', 1], ',  2', ''],
  [['name'], ',   "name" :"W"', ''],
])('%j goes with its comma', (path, gone, left) => {
  const text = edited(written, (before) => removeValue(before, path));
  expect(JSON.parse(text)).toBeTruthy();
  expect(text.replaceAll(/\s/g, '')).toBe(written.replace(gone, left).replaceAll(/\s/g, ''));
});

test('the only member goes, and one comes into an empty list', () => {
  expect(edited('{"a": [\n  1\n]}', (text) => removeValue(text, ['a', 0]))).toBe('{"a": []}');
  expect(edited('{\n  "a": []\n}', (text) => insertItem(text, ['a'], 0, '{\n  "b": 1\n}'))).toBe(
    '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}',
  );
});

test('a step moves with its own spaces', () => {
  const text = edited(written, (before) => moveStep(before, '/steps/0', 1)?.edits ?? []);
  expect(text).toBe(`{
  "id": "w",   "name" :"W",
  "steps": [
    {
      "id": "b",
      "transform": 1.0
    },
    { "id": "a", "transform": [1,  2] }
  ]
}`);
});

test.each([
  ['/steps/0', '/steps', 2, ['b', 'a'], '/steps/1'],
  ['/steps/1', '/steps', 0, ['b', 'a'], '/steps/0'],
])('%s goes before number %3$s of %2$s', (step, list, index, ids, selected) => {
  const moved = moveTo(written, step, list, index);
  const text = edited(written, () => moved?.edits ?? []);
  expect([JSON.parse(text).steps.map(({ id }: { id: string }) => id), moved?.selected]).toEqual([
    ids,
    selected,
  ]);
});

test('a step goes into a list of another, whose place has changed by then, and not into itself or where it is', () => {
  const text = '{"steps": [{"id": "a"}, {"id": "each", "steps": [{"id": "b"}]}]}';
  const moved = moveTo(text, '/steps/0', '/steps/1/steps', 1);
  expect(edited(text, () => moved?.edits ?? [])).toBe(
    '{"steps": [{"id": "each", "steps": [{"id": "b"}, {"id": "a"}]}]}',
  );
  expect(moved?.selected).toBe('/steps/0/steps/1');
  expect(moveTo(text, '/steps/1', '/steps/1/steps', 0)).toBeUndefined();
  expect([0, 1].map((index) => moveTo(text, '/steps/0', '/steps', index))).toEqual([undefined, undefined]);
});

test('a step is wrapped, and comes out again as it was', () => {
  const document = new EditorDocument(written);
  const wrapped = wrapStep(written, '/steps/1', 'for_each');
  document.edit(wrapped?.edits ?? []);
  expect(document.text()).toContain(`    {
      "id": "each",
      "for_each": [],
      "steps": [
        {
          "id": "b",
          "transform": 1.0
        }
      ]
    }`);
  expect(rawAt(document.text(), pathOf(document.text(), wrapped?.selected ?? ''))).toBe(
    '{\n  "id": "b",\n  "transform": 1.0\n}',
  );
});

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

test('whatever is done in whatever order: no step is lost or doubled, and undo brings back the bytes', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const document = new EditorDocument(written);
      for (const one of acts) {
        const before = document.text();
        const value = documentOf(before);
        if (!value) throw new Error(`It is no document any more: ${before}`);
        if (one.kind === 'undo') document.undo();
        else if (one.kind === 'redo') document.redo();
        else if (one.kind === 'type')
          document.edit([{ offset: before.indexOf('"steps"'), length: 0, text: one.text }]);
        else {
          const done = edit(before, value, one);
          if (!done) continue;
          document.edit(done.edits);
          const after = document.text();
          const selected = done.selected && valueAt(documentOf(after), done.selected);
          if (done.selected !== undefined) expect(selected).toBeTypeOf('object');
          if (['up', 'down', 'out', 'in', 'drag'].includes(one.kind))
            expect(idsOf(after)).toEqual(idsOf(before));
          if (one.kind === 'wrap') expect(idsOf(after).length).toBe(idsOf(before).length + 1);
          // Nothing else of the document has changed, whichever view shows it.
          if (one.kind === 'set')
            expect(documentOf(after)).toEqual(withField(value, done.selected ?? '', one));
        }
      }
      while (document.canUndo) document.undo();
      expect(document.text()).toBe(written);
    }),
    { numRuns: 200 },
  );
});
