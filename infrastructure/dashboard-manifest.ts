// Where the build of the dashboard leaves Vite's list of which files belong together: it is measured, and not served.

/** Beside the folder of the files. */
export const manifestOf = (folder: string): string => `${folder}.manifest.json`;
