// Random workflows that the compiler has to take, from the whole language. A shape is drawn by fast-check, which can shrink it;
// building gives each place of it references to what can be seen there. A kind of step is added to both, side by side.
import fc from 'fast-check';

/** A step to be: numbers that choose its kind and what stands in it, and the steps within it. */
interface Shape {
  readonly kind: number;
  readonly picks: readonly number[];
  readonly inner: readonly (readonly Shape[])[];
}

export interface Case {
  readonly workflow: Readonly<Record<string, unknown>>;
  readonly input: Readonly<Record<string, unknown>>;
  /** Branches or iterations run side by side, so that the order of their effects is not told. */
  readonly isConcurrent: boolean;
}

/** Texts that have broken quoting, templates or validators somewhere. */
export const hostileTexts = [
  'plain',
  '',
  'say "hi" \\ \'x\' `y`',
  'a\nb\r\tc',
  '{% 1 %} %} {%',
  '}} {',
  '\u2028\u2029\u0000\u001f',
  '$states.input',
  'ünïcödé 🎉',
  '__proto__',
  '\\u0041\\',
];

type Options = Readonly<Record<string, unknown>>;

interface Seen {
  readonly sure: boolean;
  /** What it gives may hold the message of an evaluation error, which is not compared: texts are made without it. */
  readonly holdsMessage?: boolean;
}

interface Kind {
  readonly step: Record<string, unknown>;
  /** The variable that it sets. */
  readonly sets?: string;
  /** Steps within it that can be seen after it. */
  readonly seen?: readonly (readonly [string, Seen])[];
  /** Nothing runs after it. */
  readonly isFinal?: true;
}

/** @param depth of how many levels of steps within steps */
function shapesOf(depth: number): fc.Arbitrary<Shape[]> {
  const inner = depth === 0 ? fc.constant([]) : fc.array(shapesOf(depth - 1), { maxLength: 3 });
  const shape = fc.record({
    kind: fc.nat(999),
    picks: fc.array(fc.nat(9999), { minLength: 10, maxLength: 10 }),
    inner,
  });
  return fc.array(shape, { minLength: 1, maxLength: depth > 1 ? 4 : 3 });
}
const shapes = shapesOf(2);

export const cases: fc.Arbitrary<Case> = fc
  .record({
    steps: shapes,
    onFailure: fc.option(shapes),
    output: fc.array(fc.nat(9999), { minLength: 8, maxLength: 8 }),
    input: fc.record({
      n: fc.integer({ min: -3, max: 5 }),
      text: fc.constantFrom(...hostileTexts),
      list: fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(...hostileTexts)), {
        maxLength: 4,
      }),
      any: fc.jsonValue({ maxDepth: 2 }),
    }),
  })
  .map(({ steps, onFailure, output, input }) => new Builder().workflow(steps, onFailure, output, input));

interface Place {
  /** Steps and variables: sure to have a value, or to be guarded. */
  readonly steps: ReadonlyMap<string, Seen>;
  readonly vars: ReadonlyMap<string, Seen>;
  readonly inLoop: boolean;
  readonly inHandler: boolean;
  readonly returns: boolean;
  /** Nothing may fail here: which of several failures comes first would not be told. */
  readonly isReliable: boolean;
  readonly depth: number;
}

class Builder {
  #count = 0;
  #isConcurrent = false;
  /** The steps and variables of the block that is being built, as it grows. */
  #picks: readonly number[] = [];
  #at = 0;

  workflow(
    steps: readonly Shape[],
    onFailure: readonly Shape[] | null,
    picks: readonly number[],
    input: Case['input'],
  ): Case {
    const place: Place = {
      steps: new Map(),
      vars: new Map(),
      inLoop: false,
      inHandler: false,
      returns: true,
      isReliable: false,
      depth: 0,
    };
    const { list, after } = this.#block(steps, place);
    this.#use(picks);
    const output = this.#pick(3) === 0 ? {} : { output: this.#value(after) };
    const recovery = onFailure
      ? {
          on_failure: this.#block(onFailure, {
            ...place,
            returns: false,
            inHandler: true,
            isReliable: true,
            depth: 1,
          }).list,
        }
      : {};
    const workflow = {
      id: 'fuzz',
      inputs: {
        n: { type: 'integer' },
        text: { type: 'string' },
        list: { type: 'array' },
        any: { required: false },
        fixed: { default: hostileTexts },
      },
      steps: list,
      ...output,
      ...recovery,
    };
    return { workflow, input, isConcurrent: this.#isConcurrent };
  }

  #use(picks: readonly number[]): void {
    this.#picks = picks;
    this.#at = 0;
  }

  #pick(bound: number): number {
    const value = this.#picks[this.#at++ % this.#picks.length] ?? 0;
    return (value + Math.floor(this.#at / this.#picks.length)) % bound;
  }

  #oneOf<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.#pick(items.length)] ?? items[0];
  }

  #block(shapes: readonly Shape[], place: Place): { list: unknown[]; after: Place; ends: boolean } {
    const list: unknown[] = [];
    let after = place;
    for (const shape of shapes) {
      this.#use(shape.picks);
      const { step, next, ends } = this.#step(shape, after);
      list.push(step);
      after = next;
      if (ends) return { list, after, ends };
    }
    return { list, after, ends: false };
  }

  #step(shape: Shape, place: Place): { step: unknown; next: Place; ends: boolean } {
    const id = `${place.isReliable ? 'ok' : 'x'}${++this.#count}`;
    const when = this.#pick(5) === 0 ? { when: this.#condition(place) } : {};
    const isDefaulted = when.when !== undefined && this.#pick(3) === 0;
    const given = isDefaulted ? { default: this.#literal() } : {};
    const recovery = this.#recovery(shape, place);
    const kind = this.#kind(shape, place, recovery);
    const sure = (when.when === undefined || isDefaulted) && !kind.isFinal;
    const holdsMessage = JSON.stringify([kind.step, recovery]).includes('"continue"');
    const steps = new Map([...place.steps, ...(kind.seen ?? [])]).set(id, { sure, holdsMessage });
    const vars = new Map(place.vars);
    const setsSurely = when.when === undefined && recovery['on_error'] === undefined;
    const name = kind.sets;
    if (name !== undefined) vars.set(name, { sure: setsSurely || vars.get(name)?.sure === true });
    return {
      step: { id, ...when, ...given, ...kind.step, ...(kind.isFinal ? {} : recovery) },
      next: { ...place, steps, vars },
      ends: kind.isFinal === true && when.when === undefined,
    };
  }

  #kind({ kind, inner }: Shape, place: Place, recovery: Options): Kind {
    const isRecovered = Object.keys(recovery).length > 0;
    const deeper = place.depth < 3 && inner.length > 0;
    const choice = kind % 20;
    if (choice === 0) return { step: { approval: { message: 'Go on?', details: '{{ inputs.n }}' } } };
    if (choice === 1) return { step: { agent: { goal: 'All of it', tools: ['github.create_issue'] } } };
    if (choice === 2 && recovery['retry'] === undefined) return { step: this.#child(place) };
    if (choice < 5) return { step: { transform: this.#value(place) } };
    if (choice < 8) {
      // A scope within another one sets no variable of the one around it.
      const name = place.depth === 0 ? this.#oneOf(['a', 'b', 'c']) : `v${this.#count}`;
      return { step: { set: { [name]: this.#value(place) } }, sets: name };
    }
    if (choice < 13 || (choice < 17 && !deeper)) return { step: this.#action(place, recovery) };
    if (choice === 13) return this.#switch(inner, place, isRecovered);
    if (choice === 14 && inner.length > 1) return { step: { parallel: this.#branches(inner, place) } };
    if (choice < 17) return { step: this.#loop(inner[0] ?? [], place, recovery) };
    if (choice === 17) return { step: { wait: { seconds: 0 } } };
    if (choice === 18 && place.returns) return { step: { return: this.#value(place) }, isFinal: true };
    if (choice === 19 && !place.isReliable) {
      const error = this.#oneOf(['Mine', 'NotFound']);
      return { step: { fail: { error, cause: 'a cause' } }, isFinal: true };
    }
    return { step: { transform: this.#literal() } };
  }

  /** Another workflow, which fails when it is given more than 3. */
  #child({ isReliable }: Place): Options {
    return { workflow: 'child', input: { v: isReliable ? 1 : '{{ inputs.n }}' } };
  }

  /** Of a switch without retry and on_error the steps can be seen after it. */
  #switch(inner: Shape['inner'], place: Place, isRecovered: boolean): Kind {
    const conditions = inner.map(() => this.#condition(place));
    const returns = place.returns && !isRecovered;
    const blocks = inner.map((steps) => this.#block(steps, { ...place, returns, depth: place.depth + 1 }));
    const seen = blocks
      .flatMap(({ after }) => [...after.steps])
      .map(([id, one]) => [id, { ...one, sure: false }] as const);
    const [first, second, third] = blocks.map(({ list }) => this.#needed(list));
    const cases = [first, second].flatMap((steps, index) =>
      steps ? [{ when: conditions[index] ?? true, steps }] : [],
    );
    return {
      step: { switch: cases, ...(third ? { else: third } : {}) },
      ...(isRecovered ? {} : { seen: seen.filter(([id]) => !place.steps.has(id)) }),
    };
  }

  #needed(steps: unknown[]): unknown[] {
    return steps.length > 0 ? steps : [{ id: `ok${++this.#count}`, transform: 1 }];
  }

  #action(place: Place, { retry }: Options): Record<string, unknown> {
    const { 0: action, 1: params } = this.#oneOf<[string, Record<string, unknown>]>([
      ['gmail.send_message', { to: ['ada@example.com'], subject: this.#text(place) }],
      ['github.create_issue', { repo_name: 'o/r', title: `t ${this.#text(place)}` }],
      ['openai.summarize', { text: this.#text(place) }],
      ['gmail.list_messages', { query: this.#text(place), max_results: 1 + this.#pick(9) }],
    ]);
    // Without a policy the next try is made after ten seconds, for which nobody waits here.
    const again = action === 'gmail.send_message' && retry !== undefined && this.#pick(2) === 0;
    return { action, params, ...(again ? { on_unknown: 'retry' } : {}) };
  }

  #branches(inner: Shape['inner'], place: Place): Options {
    this.#isConcurrent = true;
    const branches = inner.map((steps, index): [string, unknown[]] => [
      `branch${index}`,
      this.#needed(
        this.#block(steps, {
          ...place,
          returns: false,
          isReliable: place.isReliable || index > 0,
          depth: place.depth + 1,
        }).list,
      ),
    ]);
    return Object.fromEntries(branches);
  }

  #loop(steps: readonly Shape[], place: Place, recovery: Options): Options {
    const items = this.#oneOf<unknown>([
      '{{ inputs.list }}',
      '{{ inputs.list[0] }}',
      '{{ [1..3] }}',
      [1, 'two', { three: 3 }],
      [],
      '{{ [inputs.list, "x"] }}',
    ]);
    const [inOrder, goesOn] = [this.#pick(2) === 0, this.#pick(2) === 0];
    const isReliable = place.isReliable || !(inOrder || goesOn);
    if (!inOrder) this.#isConcurrent = true;
    const tolerated = this.#oneOf([undefined, undefined, 0, 1, '50%']);
    const tolerates = goesOn && tolerated !== undefined && !place.isReliable;
    // A distributed loop fails with an error of its own alone, and is not tried again on another.
    const isDistributed = this.#pick(4) === 0 && !JSON.stringify(recovery).includes('"on":["NotFound"');
    const options = {
      ...(isDistributed ? { mode: 'distributed' } : {}),
      ...(inOrder ? { max_concurrency: 1 } : {}),
      ...(goesOn ? { on_item_error: 'continue' } : {}),
      ...(tolerates ? { tolerated_failures: tolerated } : {}),
    };
    const { list } = this.#block(steps, {
      ...place,
      inLoop: true,
      returns: false,
      isReliable,
      depth: place.depth + 1,
    });
    return { for_each: items, steps: this.#needed(list), ...options };
  }

  #recovery(shape: Shape, place: Place): Record<string, unknown> {
    if (place.isReliable) return {};
    const retry =
      this.#pick(4) === 0
        ? {
            retry: this.#oneOf([
              { max_attempts: 2 },
              { max_attempts: 3, on: ['NotFound', 'RateLimited'] },
              { max_attempts: 2, on: ['States.ALL'] },
              { max_attempts: 1 },
            ]),
          }
        : {};
    const choice = this.#pick(4);
    if (choice === 0) return { ...retry, on_error: 'continue' };
    const handler = shape.inner.at(-1);
    if (choice > 1 || !handler || place.depth > 1) return retry;
    const { list } = this.#block(handler, { ...place, inHandler: true, depth: place.depth + 2 });
    return { ...retry, on_error: this.#needed(list) };
  }

  #condition(place: Place): boolean | string {
    const maybe = [...place.steps].filter(([, { sure }]) => !sure).map(([id]) => id);
    const one = maybe[this.#pick(Math.max(1, maybe.length))];
    return this.#oneOf<boolean | string>([
      true,
      false,
      '{{ inputs.n > 0 }}',
      '{{ $count(inputs.list) > 1 }}',
      '{{ inputs.text }}',
      one === undefined ? '{{ inputs.any }}' : `{{ $exists(steps.${one}) }}`,
    ]);
  }

  #literal(): unknown {
    return this.#oneOf<unknown>([
      1,
      -0.5,
      null,
      true,
      [],
      [[1, [2]], []],
      { a: { b: [] } },
      ...hostileTexts,
      { [hostileTexts[2] ?? '']: hostileTexts[4], 'x.$': 1 },
    ]);
  }

  #value(place: Place): unknown {
    return this.#oneOf<() => unknown>([
      () => this.#literal(),
      () => `{{ ${this.#expression(place)} }}`,
      () => `{{ ${this.#expression(place)} }}`,
      () => this.#text(place),
      () => ({
        one: `{{ ${this.#expression(place)} }}`,
        two: [this.#literal(), `{{ ${this.#expression(place)} }}`],
      }),
      () => [`{{ ${this.#expression(place)} }}`, `{{ ${this.#expression(place)} }}`],
    ])();
  }

  #text(place: Place): string {
    return `${this.#oneOf(['a ', 'say "', "it's \\ ", '\n'])}{{ ${this.#expression(place)} }}`;
  }

  #expression(place: Place): string {
    const references = [
      'inputs.n',
      'inputs.text',
      'inputs.list',
      'inputs.any',
      'inputs.fixed',
      ...(place.inLoop ? ['item', 'index'] : []),
      ...(place.inHandler ? ['error.name'] : []),
      ...[...place.steps].map(([id, { sure, holdsMessage }]) =>
        holdsMessage ? `$exists(steps.${id})` : sure ? `steps.${id}` : `(steps.${id} ? steps.${id} : "none")`,
      ),
      ...[...place.vars].map(([name, { sure }]) =>
        sure ? `vars.${name}` : `($exists(vars.${name}) ? vars.${name} : 0)`,
      ),
    ] as const;
    const reference = references[this.#pick(references.length)] ?? 'inputs.n';
    const safe = [
      reference,
      reference,
      `[${reference}]`,
      `{"v": ${reference}, "w": inputs.n}`,
      `$count(${reference})`,
      `$type(${reference})`,
      `$exists(${reference}) and inputs.n > 1`,
      `inputs.n + 1`,
      `$string(${reference})`,
      `inputs.n > 1 ? ${reference} : "small"`,
      `inputs.list[$ = 1]`,
      `inputs.list.{"i": $}`,
      `$map(inputs.list, function($i) { [$i, inputs.n] })`,
      `$append(inputs.list, [${reference}])`,
      `($v := ${reference}; [$v, $v])`,
      `$lookup({"k": ${reference}}, "k")`,
    ];
    const failing = ['$error("no")', 'inputs.n > 1 ? $error("large") : inputs.n', '$number("x")', '"a" + 1'];
    const choice = this.#pick(12);
    if (choice === 0 && !place.isReliable) return failing[this.#pick(failing.length)] ?? '1';
    return safe[this.#pick(safe.length)] ?? reference;
  }
}
