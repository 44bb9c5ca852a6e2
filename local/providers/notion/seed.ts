// The workspace that the emulated Notion starts with.
import { readBlocks } from './content.ts';
import { applyProperties, pageProperties } from './properties.ts';
import { addBlocks, newObject, type Workspace } from './store.ts';

/** The token of the internal integration. */
export const notionToken = 'emulated-notion-token';

/** The public integration. */
export const notionClient = {
  client_id: 'emulated-notion-client',
  client_secret: 'emulated-notion-secret',
} as const;

/** Fixed, so that documents and examples can name them. */
export const notionIds = {
  digestDatabase: '11111111-aaaa-4aaa-8aaa-000000000001',
  digestDataSource: '11111111-aaaa-4aaa-8aaa-000000000002',
  handbookPage: '11111111-aaaa-4aaa-8aaa-000000000003',
  meetingNotesPage: '11111111-aaaa-4aaa-8aaa-000000000004',
} as const;

export function seedWorkspace(): Workspace {
  const workspace: Workspace = { databases: {}, pages: {}, blocks: {}, files: {}, children: {} };
  workspace.databases[notionIds.digestDatabase] = {
    ...newObject(notionIds.digestDatabase),
    title: 'Mail digest',
    parent: { type: 'workspace', workspace: true },
    data_source_id: notionIds.digestDataSource,
    properties: [
      { id: 'title', name: 'Name', type: 'title' },
      { id: 'from', name: 'From', type: 'email' },
      { id: 'received', name: 'Received', type: 'date' },
      { id: 'status', name: 'Status', type: 'select' },
    ],
  };
  addPage(workspace, notionIds.handbookPage, 'Team handbook', [
    { heading_1: text('How we work') },
    { paragraph: text('One page for each thing that somebody asked twice.') },
    { bulleted_list_item: text('Meetings have an agenda, or they do not happen.') },
    { bulleted_list_item: text('Decisions are written down where everybody finds them.') },
    { to_do: { ...text('Add the page about travel'), checked: false } },
  ]);
  addPage(workspace, notionIds.meetingNotesPage, 'Meeting notes', [
    { heading_2: text('Weekly, last Monday') },
    {
      paragraph: text('Present: Anna, Jonas, Mei. The release moves to Thursday; Jonas tells the customers.'),
    },
  ]);
  return workspace;
}

function addPage(
  workspace: Workspace,
  id: string,
  title: string,
  blocks: readonly Record<string, unknown>[],
): void {
  workspace.pages[id] = {
    ...newObject(id),
    parent: { type: 'workspace', workspace: true },
    icon: null,
    cover: null,
    properties: applyProperties(pageProperties, text(title, 'title')),
  };
  addBlocks(workspace, { type: 'page_id', page_id: id }, readBlocks(blocks));
}

function text(content: string, key = 'rich_text'): Record<string, unknown> {
  return { [key]: [{ text: { content } }] };
}
