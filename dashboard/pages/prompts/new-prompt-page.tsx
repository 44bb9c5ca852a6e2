// A prompt that was never saved.
import { Page } from '../../frame/page.tsx';
import { PromptForm } from './prompt-form.tsx';

const crumbs = [{ label: 'Prompts', to: '/prompts' }];

export default function NewPromptPage() {
  return (
    <Page title="New prompt" crumbs={crumbs}>
      <PromptForm saved={undefined} refresh={async () => undefined} />
    </Page>
  );
}
