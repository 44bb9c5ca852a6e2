// Builds the dashboard before the tests, when its sources have changed: every stack that a test starts serves it.
import { keptDashboard } from '../../infrastructure/kept-dashboard.ts';

export default async function setup(): Promise<void> {
  await keptDashboard();
}
