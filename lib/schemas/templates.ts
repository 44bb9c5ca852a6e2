// Schemas of prompt templates in the API.
import * as z from 'zod';
import { modelSettings } from '../model-settings.ts';
import { template, templateId } from '../template-format/template.ts';
import { documentFields, pageOf, requestProblem } from './common.ts';
import { withoutDocumentFields } from './document-fields.ts';

/** A template as it is sent; one that was read can be edited and sent back as it is. */
export const templateBody = z.preprocess(withoutDocumentFields, template).meta({
  id: 'TemplateInput',
  examples: [
    {
      id: 'email_summary',
      name: 'Summary of a mail',
      user_prompt: 'Summarise this mail in three sentences:\n{{ email_content }}',
      variables: { email_content: { description: 'The text of the mail' } },
    },
  ],
});

export const templateAnswer = template
  .safeExtend({
    ...documentFields,
    warnings: z.array(requestProblem).describe('What is allowed but probably not intended'),
  })
  .meta({ id: 'Template' });

export const templatePage = pageOf(
  z
    .object({ id: templateId, name: z.string(), description: z.string().nullable(), ...documentFields })
    .meta({ id: 'TemplateSummary' }),
).meta({ id: 'TemplatePage' });

export const renderBody = z.strictObject({ variables: z.record(z.string(), z.unknown()).default({}) }).meta({
  id: 'RenderTemplate',
  examples: [{ variables: { email_content: 'Dear team, the release is on Friday.' } }],
});

export const rendered = z
  .object({
    system_prompt: z.string().optional(),
    user_prompt: z.string(),
    model: z.string().optional(),
    ...modelSettings,
  })
  .meta({ id: 'RenderedTemplate' });
