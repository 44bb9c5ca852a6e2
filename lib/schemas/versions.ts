// Schemas of the versions of workflows and templates.
import * as z from 'zod';
import { decimal, documentFields, pageOf } from './common.ts';

const version = z.int().min(1);
const { created_at: _, ...versionFields } = documentFields;

const restored = {
  restored_version: version.nullable().describe('The version that it brought back; null otherwise'),
};

export const versionPage = pageOf(
  z.object({ ...versionFields, ...restored }).meta({ id: 'VersionSummary' }),
).meta({ id: 'VersionPage' });

/** What was saved may be of a format that is not taken any more. */
export const versionAnswer = z.looseObject({ ...documentFields, ...restored }).meta({
  id: 'Version',
  description: 'The document as it was saved, with the fields of its version',
});

export const versionNumber = z
  .preprocess(decimal, version)
  .describe('The number of the version')
  .meta({ examples: [3] });

export const rollbackBody = z
  .strictObject({ version: version.describe('The version that is brought back') })
  .meta({ id: 'Rollback', examples: [{ version: 3 }] });

export const VERSIONS_KEPT =
  'A version is kept for as long as it is in force, then for at least a year, and longer while it is among the 100 latest objects; pausing a schedule writes one too.';
