// asl-validator over many definitions at once: it compiles its schemas anew in every call, which takes longer than all
// else about a random workflow.
import validate from 'asl-validator';

const BATCH = 100;
/** Fields that name a state of the same flow, and those that are data, in which any name may stand. */
const NAMES = ['Next', 'StartAt', 'Default'];
const DATA = ['Arguments', 'Output', 'Assign', 'ItemSelector', 'Items'];

/** Throws when asl-validator does not take one of them: as branches of one state machine, whose states have no name twice. */
export function checkDefinitions(definitions: readonly object[]): void {
  for (let from = 0; from < definitions.length; from += BATCH) {
    const Branches = definitions.slice(from, from + BATCH).map((definition, index) => {
      const { StartAt, States } = Object(prefixed(JSON.parse(JSON.stringify(definition)), `${index}.`));
      return { StartAt, States };
    });
    const { errors } = validate({
      QueryLanguage: 'JSONata',
      StartAt: 'all',
      States: { all: { Type: 'Parallel', Branches, End: true } },
    });
    if (errors.length > 0)
      throw new Error(`asl-validator does not take it, batch ${from}: ${JSON.stringify(errors)}`);
  }
}

function prefixed(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => prefixed(item, prefix));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      if (DATA.includes(key)) return [key, item];
      if (NAMES.includes(key) && typeof item === 'string') return [key, prefix + item];
      if (key !== 'States') return [key, prefixed(item, prefix)];
      const states = Object.entries(Object(item)).map(([name, state]) => [
        prefix + name,
        prefixed(state, prefix),
      ]);
      return [key, Object.fromEntries(states)];
    }),
  );
}
