// Serves the dashboard: files bundled with this function. It calls no other service.
import { dashboardFile } from '../../lib/api/dashboard-files.ts';
import { apiHandler } from '../../lib/api/handler.ts';
import { dashboardRoutes } from '../../lib/api/routes/dashboard.ts';

export const handler = apiHandler('dashboard', dashboardRoutes, {
  async getRoot() {
    return { status: 302, headers: { location: '/app' } };
  },

  getDashboard: ({ headers }) => dashboardFile('index.html', headers),

  getDashboardFile: ({ params, headers }) => dashboardFile(params.file, headers),
});
