// What test files share is made before them, once: the dashboard that every stack serves, when its sources have changed,
// and the browser.
import { hasPackagedBrowser } from '../../infrastructure/browser.ts';
import { keptBrowser } from '../../infrastructure/kept-browser.ts';
import { keptDashboard } from '../../infrastructure/kept-dashboard.ts';

export default async function setup(): Promise<void> {
  await Promise.all([keptDashboard(), hasPackagedBrowser && keptBrowser()]);
}
