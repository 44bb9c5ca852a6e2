// The versions of providers' APIs that are asked for.

/** https://developers.notion.com/reference/changes-by-version */
export const NOTION_VERSION = '2026-03-11';

/**
 * "Version 2022-11-28 will continue to be fully supported for at least 24 months from today", and is what requests without
 * the header get (https://github.blog/changelog/2026-03-12-rest-api-version-2026-03-10-is-now-available).
 */
export const GITHUB_VERSION = '2026-03-10';
