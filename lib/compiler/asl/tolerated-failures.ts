// The error of a loop in which more items failed than `tolerated_failures` allows: how it is written, and read again.

/**
 * @param tolerated a number, or a percentage
 * @param results JSONata that gives what all items gave
 * @returns JSONata that gives the message, where `$failed` has what the failed items gave
 */
export function tooManyFailed(tolerated: number | string, results: string): string {
  return `$count($failed) & " of " & $count(${results}) & " items failed, more than the ${tolerated} that are tolerated. Item " & $failed[0].error.index & ": " & $failed[0].error.name & ": " & ${plain('$failed[0].error.message')}`;
}

/** JSONata's $error takes what stands between two braces for a field of the error. */
function plain(code: string): string {
  return String.raw`$replace($replace(${code}, /\x7b+/, "{"), /\x7d+/, "}")`;
}

/** How many items failed, by that message; undefined when it is another one. */
export function failedItems(message = ''): number | undefined {
  const [, count] =
    /^(?:In the step \w+: )?(\d+) of \d+ items failed, more than the \d+%? that are tolerated\. /.exec(
      message,
    ) ?? [];
  return count === undefined ? undefined : Number(count);
}
