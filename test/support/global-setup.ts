// Before the tests: builds the dashboard when its sources have changed, which every stack that a test starts serves, and
// unpacks the browser.
import { prepareBrowser } from '../../infrastructure/browser.ts';
import { keptDashboard } from '../../infrastructure/kept-dashboard.ts';

export default async function setup(): Promise<void> {
  await Promise.all([keptDashboard(), prepareBrowser()]);
}
