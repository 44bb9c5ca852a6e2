// What a workflow means, told by walking it: no states, no compiler. Property tests compare compiled workflows with this.
import jsonata from 'jsonata';
import { text } from './text.ts';
import { decisionOn, modelOf, others } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents and values of any shape are walked as they are
type Any = any;

/** A call of an action that the workflow makes, or may have made before another branch's failure stopped it. */
export interface Effect {
  readonly step: string;
  readonly input: unknown;
  readonly attempt: number;
  readonly isSure: boolean;
}

export interface Meaning {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly output?: unknown;
  readonly error?: string;
  readonly effects: readonly Effect[];
}

/** What an action's call gives: `output`, or the name of its error. */
export type Act = (
  step: string,
  input: unknown,
  attempt: number,
) => { readonly output: unknown } | { readonly error: string };

class Failure extends Error {
  override readonly name: string;
  /** What steps see as `error.name`: of a workflow that was run, its own error. */
  readonly shown: string;
  constructor(name: string, message = '', shown = name) {
    super(message);
    this.name = name;
    this.shown = shown;
  }
}
class Returned {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}
const WRITES = ['github.create_issue', 'gmail.send_message'];
const EVALUATION = 'States.QueryEvaluationError';
const THRESHOLD = 'States.ExceedToleratedFailureThreshold';

interface Scope {
  readonly steps: Record<string, unknown>;
  readonly vars: Record<string, unknown>;
  /** `item` and `index` of the innermost loop, `error` of the innermost handler. */
  readonly here: Readonly<Record<string, unknown>>;
}

/** What steps are where they do not run, also those within others. */
function defaultsOf(value: Any): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  const inner = Object.assign({}, ...Object.values(value).map(defaultsOf));
  return typeof value.id === 'string' && value.default !== undefined
    ? { ...inner, [value.id]: value.default }
    : inner;
}

function innerScope({ steps, vars, here }: Scope, more: Record<string, unknown> = {}): Scope {
  return { steps: { ...steps }, vars: { ...vars }, here: { ...here, ...more } };
}

export async function interpret(workflow: Any, given: Record<string, unknown>, act: Act): Promise<Meaning> {
  const walk = new Walk(workflow, given, act);
  const { effects } = walk;
  try {
    return { status: 'SUCCEEDED', output: await walk.outputOf(workflow), effects };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (workflow.on_failure) await walk.handleFailure(workflow, error);
    return { status: 'FAILED', error: error.name, effects };
  }
}

/** One run of a workflow. */
class Walk {
  readonly effects: Effect[] = [];
  readonly #inputs: Readonly<Record<string, unknown>>;
  readonly #act: Act;

  constructor(workflow: Any, given: Record<string, unknown>, act: Act) {
    const defaults = Object.entries<Any>(workflow.inputs ?? {}).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    );
    this.#inputs = { ...Object.fromEntries(defaults), ...given };
    this.#act = act;
  }

  async outputOf(workflow: Any): Promise<unknown> {
    const scope: Scope = { steps: defaultsOf(workflow.steps), vars: {}, here: {} };
    try {
      const last = await this.#block(workflow.steps, scope);
      return workflow.output === undefined ? last : await this.#resolve(workflow.output, scope);
    } catch (error) {
      if (error instanceof Returned) return error.value;
      throw error;
    }
  }

  /** What fails there changes nothing. */
  async handleFailure(workflow: Any, { shown: name, message }: Failure): Promise<void> {
    const here = { error: { name, message } };
    const scope: Scope = { steps: defaultsOf(workflow.on_failure), vars: {}, here };
    await this.#block(workflow.on_failure, scope).catch(() => {});
  }

  async #evaluate(source: string, { steps, vars, here }: Scope): Promise<unknown> {
    try {
      const expression = jsonata(source);
      expression.registerFunction('string', text, '<x-b?:s>');
      const value = await expression.evaluate({ inputs: this.#inputs, steps, vars, ...here });
      return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
    } catch (error) {
      throw new Failure(EVALUATION, String(error));
    }
  }

  /** A value with its expressions evaluated; nothing is null. The expressions of generated workflows hold no braces. */
  async #resolve(value: Any, scope: Scope): Promise<unknown> {
    if (typeof value === 'string') {
      const parts = value.split(/\{\{(.*?)\}\}/s);
      if (parts.length === 1) return value;
      if (parts.length === 3 && parts[0] === '' && parts[2] === '')
        return (await this.#evaluate(parts[1] ?? '', scope)) ?? null;
      let whole = '';
      for (const [index, part] of parts.entries())
        whole += index % 2 === 0 ? part : (text(await this.#evaluate(part, scope)) ?? '');
      return whole;
    }
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(await this.#resolve(item, scope));
      return items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) entries.push([key, await this.#resolve(item, scope)]);
    return Object.fromEntries(entries);
  }

  async #isTrue(when: boolean | string, scope: Scope): Promise<boolean> {
    if (typeof when === 'boolean') return when;
    return (await this.#evaluate(`$boolean(${when.slice(2, -2)})`, scope)) === true;
  }

  async #block(steps: readonly Any[], scope: Scope): Promise<unknown> {
    let last: unknown = null;
    for (const step of steps) last = await this.#one(step, scope);
    return last;
  }

  async #one(step: Any, scope: Scope): Promise<unknown> {
    if (step.when !== undefined && !(await this.#isTrue(step.when, scope))) return step.default ?? null;
    const value = await this.#recovered(step, scope);
    scope.steps[step.id] = value;
    return value;
  }

  async #recovered(step: Any, scope: Scope): Promise<unknown> {
    try {
      return await (step.action ? this.#called(step, scope) : this.#tried(step, scope));
    } catch (error) {
      if (!(error instanceof Failure) || step.on_error === undefined) throw error;
      const { shown: name, message } = error;
      if (step.on_error === 'continue') return { error: { name, message } };
      return this.#block(step.on_error, {
        ...scope,
        here: { ...scope.here, error: { name, message, step: step.id } },
      });
    }
  }

  #called(step: Any, scope: Scope): Promise<unknown> {
    return this.#acted(step, () => this.#resolve(step.params ?? {}, scope));
  }

  /** An action: rate limits pass with the number of the try, other errors are there to stay. */
  async #acted(step: Any, inputOf: () => Promise<unknown>): Promise<unknown> {
    const attempts = step.retry?.max_attempts ?? 4;
    const on: string[] =
      step.retry?.on ??
      (WRITES.includes(step.action) ? ['RateLimited'] : ['RateLimited', 'ProviderUnavailable']);
    const isAny = on.includes('States.ALL');
    const isRetried = (error: string) =>
      error === 'OutcomeUnknown' ? step.on_unknown === 'retry' : isAny || on.includes(error);
    for (let attempt = 1; ; attempt++) {
      const call = async (n: number) => {
        const input = await inputOf();
        this.effects.push({ step: step.id, input, attempt: n, isSure: true });
        return this.#act(step.id, input, n);
      };
      const result = await call(attempt);
      if ('output' in result) return result.output;
      if (result.error === 'RateLimited') {
        if (isRetried('RateLimited') && attempt < attempts) continue;
      } else if (isRetried(result.error)) {
        for (let more = 1; more < attempts; more++) await call(attempt + more);
      }
      throw new Failure(result.error, `${result.error} of ${step.id}`);
    }
  }

  /** Other kinds are tried again as a whole, and only where they say so. */
  async #tried(step: Any, scope: Scope): Promise<unknown> {
    const attempts = step.retry ? (step.retry.max_attempts ?? 4) : 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#kind(step, scope);
      } catch (error) {
        const on: string[] = step.retry?.on ?? ['States.ALL'];
        if (!(error instanceof Failure) || attempt >= attempts) throw error;
        if (!on.includes('States.ALL') && !on.includes(error.name)) throw error;
      }
    }
  }

  async #kind(step: Any, scope: Scope): Promise<unknown> {
    if ('transform' in step) return this.#resolve(step.transform, scope);
    if ('set' in step) {
      const values = (await this.#resolve(step.set, scope)) as Record<string, unknown>;
      Object.assign(scope.vars, values);
      return values;
    }
    if ('wait' in step) return null;
    if ('return' in step) throw new Returned(await this.#resolve(step.return, scope));
    if ('fail' in step)
      throw new Failure(step.fail.error, String(await this.#resolve(step.fail.cause ?? '', scope)));
    if ('switch' in step) {
      const inner = step.retry || step.on_error ? innerScope(scope) : scope;
      for (const item of step.switch)
        if (await this.#isTrue(item.when, inner)) return this.#block(item.steps, inner);
      return step.else ? this.#block(step.else, inner) : null;
    }
    if ('parallel' in step) return this.#parallel(step, scope);
    if ('approval' in step) return decisionOn(step.id);
    if ('workflow' in step) return this.#child(step, scope);
    if ('agent' in step) return this.#agent(step);
    return this.#loop(step, scope);
  }

  /** The run of another workflow; how it fails is what the step's error shows. */
  async #child(step: Any, scope: Scope): Promise<unknown> {
    const given = (await this.#resolve(step.input, scope)) as Record<string, unknown>;
    const { status, output, error = '' } = await interpret(others[step.workflow], given, this.#act);
    if (status === 'FAILED') throw new Failure('States.TaskFailed', '', error);
    return output;
  }

  /** Each call that the model asks for is made as a step would make it; one that fails is told to the model. */
  async #agent(step: Any): Promise<unknown> {
    for (let turn = 0; ; turn++) {
      const said = modelOf(step.id, turn) as Any;
      if (said.done) return said.answer;
      for (const { tool, arguments: input } of said.tool_calls) {
        const call = this.#acted({ id: step.id, action: tool }, async () => input);
        await call.catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
        });
      }
    }
  }

  /** All branches begin; when one fails, what the others do may or may not happen. */
  async #parallel(step: Any, scope: Scope): Promise<unknown> {
    const results: [string, unknown][] = [];
    let failure: unknown;
    const before = this.effects.length;
    for (const [name, steps] of Object.entries<Any>(step.parallel)) {
      try {
        results.push([name, await this.#block(steps, innerScope(scope))]);
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure === undefined) return Object.fromEntries(results);
    for (let at = before; at < this.effects.length; at++)
      this.effects[at] = { ...(this.effects[at] as Effect), isSure: false };
    throw failure;
  }

  async #loop(step: Any, scope: Scope): Promise<unknown> {
    const list = await this.#resolve(step.for_each, scope);
    const items = Array.isArray(list) ? list : list === null ? [] : [list];
    const results: unknown[] = [];
    let failures = 0;
    for (const [index, item] of items.entries()) {
      const inner = innerScope(scope, { item, index });
      inner.steps[step.id] = { item, index };
      try {
        results.push(await this.#block(step.steps, inner));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (step.on_item_error !== 'continue' && step.mode !== 'distributed') throw error;
        if (step.on_item_error !== 'continue')
          throw new Failure(THRESHOLD, 'The specified tolerated failure threshold was exceeded');
        failures += 1;
        results.push({ error: { name: error.shown, message: error.message, index } });
      }
    }
    const tolerated = step.tolerated_failures;
    const tooMany =
      typeof tolerated === 'string'
        ? failures * 100 > Number.parseInt(tolerated, 10) * items.length
        : tolerated !== undefined && failures > tolerated;
    if (tooMany) throw new Failure(EVALUATION, 'too many');
    return results;
  }
}
