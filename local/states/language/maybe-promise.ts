// Values, or promises of them: a value that is known at once costs no turn of the event loop.

/** A JSON value has no methods, so none is taken for a promise. */
export type MaybePromise<T> = T | Promise<T>;

/** As `then`, but at once when the value is known. */
export function andThen<T, U>(value: MaybePromise<T>, use: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
