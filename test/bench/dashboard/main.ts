// `npm run bench:dashboard`: the size of each page of the dashboard, and how fast it is in a browser with much to show.
// It fails when a page has grown by more than 5 % or is too large, and on counts over their limits; times depend on the
// machine and are only printed. `-- --sizes` leaves the browser out, `-- --record` records the sizes, `-- --only runs` (or `iterations`,
// `graph`, `live`) measures one thing.
import { parseArgs } from 'node:util';
import { printSizes } from '../../../infrastructure/bench/dashboard-bundles.ts';
import { printTimings } from './timings.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const failures = [...(await printSizes(values.record))];
if (!values.sizes && !values.record) failures.push(...(await printTimings(values.only)));
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exitCode = 1;
}
