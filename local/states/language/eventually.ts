// Values that are known at once or by a promise: what is known at once costs no turn of the event loop.

/** JSON has no functions, so that no value is taken for a promise. */
export type Eventually<T> = T | Promise<T>;

/** Goes on with the value, at once if it is known. */
export function after<T, U>(value: Eventually<T>, use: (value: T) => Eventually<U>): Eventually<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
