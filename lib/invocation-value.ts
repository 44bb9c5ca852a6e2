// A value that one middleware of an invocation finds and that later ones read.

export interface InvocationValue<Value> {
  set(context: object, value: Value): void;
  /** @throws TypeError when no middleware has set it */
  get(context: object): Value;
  /** Undefined as long as no middleware has set it. */
  find(context: object): Value | undefined;
}

/**
 * The value belongs to the context object of the invocation, which Lambda makes anew for each: it ends with it, and is
 * not mixed up where a process serves several at once. middy's own place, `request.internal`, knows no types.
 * @param name for the error of a chain in the wrong order
 */
export function invocationValue<Value>(name: string): InvocationValue<Value> {
  const values = new WeakMap<object, { readonly value: Value }>();
  return {
    set(context, value) {
      values.set(context, { value });
    },
    get(context) {
      const found = values.get(context);
      if (!found) throw new TypeError(`The ${name} of the invocation is read before it is known`);
      return found.value;
    },
    find: (context) => values.get(context)?.value,
  };
}
