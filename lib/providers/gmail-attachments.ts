// The attachments of a mail, as Gmail takes it apart.
import * as z from 'zod';

export const attachment = z.object({
  part_id: z.string().describe('Which part of the mail it is; stays the same'),
  filename: z.string().describe('Its name, as the sender gave it; empty when it has none'),
  content_type: z.string().describe('What it is, as the sender says: application/pdf'),
  size_bytes: z.int().describe('Its size'),
});

/** A part of a mail (REST reference, users.messages: MessagePart). */
interface Part {
  readonly partId: string;
  readonly mimeType: string;
  readonly filename: string;
  readonly body: {
    readonly attachmentId?: string | undefined;
    readonly size: number;
    readonly data?: string | undefined;
  };
  readonly parts: readonly Part[];
}

const part: z.ZodType<Part> = z.object({
  partId: z.string().default(''),
  mimeType: z.string().default(''),
  filename: z.string().default(''),
  body: z
    .object({ attachmentId: z.string().optional(), size: z.int().default(0), data: z.string().optional() })
    .default({ size: 0 }),
  get parts() {
    return z.array(part).default([]);
  },
});

/** Gmail's message with format full. */
export const messageParts = z.object({ id: z.string(), payload: part });

/** The parts that a mail program shows as files: with a name, or without one and neither a text nor a container. */
export function attachmentsOf(payload: Part): Part[] {
  const inner = payload.parts.flatMap(attachmentsOf);
  const isFile = payload.filename !== '' || !/^(?:text|multipart)\//.test(payload.mimeType);
  return isFile && (payload.body.attachmentId !== undefined || payload.body.data !== undefined)
    ? [payload, ...inner]
    : inner;
}

export function described({ partId, filename, mimeType, body }: Part): z.output<typeof attachment> {
  return {
    part_id: partId,
    // A name that becomes a path or a title elsewhere: one line, and no path.
    filename: (filename.split(/[/\\]/).at(-1) ?? '')
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
      .toWellFormed()
      .slice(0, 255),
    content_type: /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType.toLowerCase() : 'application/octet-stream',
    size_bytes: body.size,
  };
}
