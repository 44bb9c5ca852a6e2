// Shapes of one long expression, and of texts with many.
import { many, ofExpression, type Shapes, workflow } from './shape.ts';

const repeated = (text: string) => (n: number) => ofExpression(many(n, () => text).join(''));
const joined = (by: string, make: (k: number) => string) => (n: number) =>
  ofExpression(many(n, make).join(by));
/** So deeply nested. */
const around = (open: string, inner: string, close: string) => (n: number) =>
  ofExpression(open.repeat(n) + inner + close.repeat(n));

export const shapesOfExpressions: Shapes = {
  'variables bound': joined(';', (k) => `$v${k}:=1`),
  'variables bound in a block': (n) => ofExpression(`(${many(n, (k) => `$v${k}:=1`).join(';')})`),
  'variables bound and read': (n) =>
    ofExpression(`(${many(n, (k) => `$v${k}:=${k === 0 ? 1 : `$v${k - 1}+1`}`).join(';')})`),
  'one variable bound again': (n) => ofExpression(`(${many(n, () => '$v:=1').join(';')};$v)`),
  'variables that are not bound': (n) => ofExpression(`[${many(n, (k) => `$v${k}`).join(',')}]`),
  'parameters of a lambda': (n) => ofExpression(`function(${many(n, (k) => `$p${k}`).join(',')}){1}`),
  'expressions in a text': (n) => workflow([{ id: 'a', transform: '{{1}}'.repeat(n) }]),
  'references in a text': (n) =>
    workflow([
      { id: 'a', transform: { b: 1 } },
      { id: 'c', transform: '{{ steps.a.b }} '.repeat(n) },
    ]),
  'mistakes in a text': (n) => workflow([{ id: 'a', transform: '{{ steps.a }} '.repeat(n) }]),
  'opening braces': (n) => workflow([{ id: 'a', transform: '{{'.repeat(n) }]),
  'closing braces': (n) => workflow([{ id: 'a', transform: `{{ ${'}}'.repeat(n)}` }]),
  'braces in strings': (n) => workflow([{ id: 'a', transform: `{{ "${'}} '.repeat(n)}" }}` }]),
  'expressions without an end': (n) => workflow([{ id: 'a', transform: '{{ ( }} '.repeat(n) }]),
  comments: repeated('/* c */ 1 + '),
  'a comment without an end': (n) => ofExpression(`1 /* ${'x'.repeat(n)}`),
  brackets: around('(', '1', ')'),
  'brackets without an end': (n) => ofExpression('('.repeat(n)),
  'lists in lists': around('[', '1', ']'),
  'objects in objects': around('{"a":', '1', '}'),
  'lambdas in lambdas': around('function($x){', '$x', '}'),
  'conditions in conditions': around('1?', '1', ':2'),
  'conditions after conditions': (n) => ofExpression(`${many(n, (k) => `${k}=1?${k}`).join(':')}:0`),
  'calls in calls': around('$string(', '1', ')'),
  'predicates in predicates': around('a[', '1', ']'),
  'minus signs': around('-', '1', ''),
  'a path': (n) => ofExpression(`inputs${'.a'.repeat(n)}`),
  'a path of a bound value': (n) => ofExpression(`($x:=1;$x${'.a'.repeat(n)})`),
  'a path with predicates': (n) => ofExpression(`{"a":1}${'.a[0]'.repeat(n)}`),
  'predicates of one value': (n) => ofExpression(`inputs${'[0]'.repeat(n)}`),
  parents: (n) => ofExpression(`[{"a":1}].a${'.%.a'.repeat(n)}`),
  wildcards: (n) => ofExpression(`{"a":1}${'.*'.repeat(n)}`),
  'paths in brackets': (n) => ofExpression(`${'('.repeat(300)}1${').a'.repeat(300)}${' + 1'.repeat(n)}`),
  'names joined': joined(' & ', (k) => `"${k}"`),
  'numbers added': joined('+', () => '1'),
  'conditions joined': joined(' and ', (k) => `${k}=1`),
  'references added': (n) =>
    workflow([
      { id: 'a', transform: 1 },
      { id: 'b', transform: `{{ [${many(n, () => 'steps.a').join(',')}] }}` },
    ]),
  'guards joined': (n) =>
    workflow([
      ...many(n / 4, (k) => ({ id: `s${k}`, when: `{{ execution.id = "${k}" }}`, transform: 1 })),
      {
        id: 'b',
        when: `{{ [${many(n / 4, (k) => `$exists(steps.s${k}) and steps.s${k}`).join(',')}] }}`,
        transform: 1,
      },
    ]),
  'guards in one condition': (n) =>
    workflow([
      ...many(n / 4, (k) => ({ id: `s${k}`, when: `{{ execution.id = "${k}" }}`, transform: 1 })),
      {
        id: 'b',
        when: `{{ ${many(Math.min(n / 4, 400), (k) => `steps.s${k}`).join(' and ')} }}`,
        transform: 1,
      },
    ]),
  'conditions joined in a when': (n) =>
    workflow([{ id: 'a', when: `{{ ${many(n, (k) => `${k}=1`).join(' and ')} }}`, transform: 1 }]),
  'a path in a when': (n) =>
    workflow([{ id: 'a', when: `{{ inputs${'.a'.repeat(n)} ? true : false }}`, transform: 1 }], {
      inputs: { a: {} },
    }),
  'many guards joined': (n) =>
    workflow([
      ...many(40, (k) => ({ id: `s${k}`, when: `{{ execution.id = "${k}" }}`, transform: 1 })),
      ...many(n / 400, (step) => ({
        id: `b${step}`,
        transform: `{{ ${many(400, (k) => `$exists(steps.s${k % 40})`).join(' and ')} }}`,
      })),
    ]),
  'brackets in a condition': (n) =>
    ofExpression(`${'('.repeat(400)}1${')'.repeat(400)} ? ${'1+'.repeat(n)}1 : 2`),
  'functions applied': joined(' ~> ', () => '$string'),
  'items of a list': (n) => ofExpression(`[${many(n, (k) => String(k)).join(',')}]`),
  'objects of a list': (n) => ofExpression(`[${many(n, (k) => `{"f${k}":1}`).join(',')}]`),
  'lists of a list': (n) => ofExpression(`[${many(n, () => '[1]').join(',')}]`),
  'fields of an object': (n) => ofExpression(`{${many(n, (k) => `"f${k}":${k}`).join(',')}}`),
  'fields read': (n) =>
    workflow([
      { id: 'a', transform: Object.fromEntries(many(n / 4, (k) => [`f${k}`, k])) },
      { id: 'b', transform: `{{ [${many(n / 4, (k) => `steps.a.f${k}`).join(',')}] }}` },
    ]),
  'calls in a row': (n) => ofExpression(`[${many(n, () => '$length("a")').join(',')}]`),
  'unknown functions': (n) => ofExpression(`[${many(n, (k) => `$lenght${k}("a")`).join(',')}]`),
  'lambdas in a row': (n) => ofExpression(`[${many(n, () => '$map([1],function($x){$x})').join(',')}]`),
  'lengths of lists': (n) =>
    workflow([{ id: 'a', transform: `{{ [${many(n, () => '(inputs.l.length)').join(',')}] }}` }], {
      inputs: { l: { type: 'array' } },
    }),
  'regular expressions': (n) => ofExpression(`[${many(n, () => '/a+/').join(',')}]`),
  'a long regular expression': (n) => ofExpression(`/${'a'.repeat(n)}/`),
  'a long text': (n) => ofExpression(`"${'x'.repeat(n)}"`),
  'many texts': (n) => ofExpression(`[${many(n, () => '"a"').join(',')}]`),
  'texts with delimiters': (n) => ofExpression(`[${many(n, () => '"{%"').join(',')}]`),
  'texts that end in backslashes': (n) => ofExpression(`["{%${'\\\\'.repeat(n)}"]`),
  'a long name': (n) => ofExpression(`inputs.${'x'.repeat(n)}`),
  'quoted names': (n) => ofExpression(`inputs${'.`a b`'.repeat(n)}`),
  'a long number': (n) => ofExpression('9'.repeat(n)),
  spaces: (n) => ofExpression(`1${' '.repeat(n)}+ 1`),
  'line breaks': (n) => ofExpression(`1${'\n'.repeat(n)}+ 1`),
  sorts: (n) => ofExpression(`[1]^(${many(n, () => '$').join(',')})`),
  groups: (n) => ofExpression(`[1]{${many(n, (k) => `"g${k}":$`).join(',')}}`),
  transforms: (n) => ofExpression(`{"a":1}${' ~> |$|{"a":1}|'.repeat(n)}`),
  'bindings of items': (n) => ofExpression(`[1]${'@$v.a'.repeat(n)}`),
  JavaScript: (n) => ofExpression(many(n, () => 'a').join(' && ')),
};
