// How often a tab may ask: what each query wishes, slowed down when all tabs together would ask too often.

/** All tabs of a browser together stay below this, with room for what people click. */
const MOST_PER_SECOND = 8;

/**
 * The interval for one of a tab's queries.
 * @param wish what the query would like, in milliseconds
 * @param wishes of all queries of this tab, this one among them
 * @param tabs how many tabs of this browser ask
 */
export function grantedInterval(wish: number, wishes: readonly number[], tabs: number): number {
  const perSecond = tabs * wishes.reduce((sum, each) => sum + 1000 / each, 0);
  return Math.ceil(wish * Math.max(1, perSecond / MOST_PER_SECOND));
}

/** What stays the same is asked for less and less often: each time half as long again, up to six times as long. */
export function patience(wish: number, unchanged: number): number {
  return wish * Math.min(1.5 ** unchanged, 6);
}
