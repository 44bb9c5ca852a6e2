// A prompt as a model would get it, with what is missing marked.
import { renderedParts, type Variable } from './prompt-text.ts';
import css from './prompts.module.css';

interface PreviewProps {
  readonly title: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, Variable>>;
  readonly values: Readonly<Record<string, string>>;
}

export function Preview({ title, text, variables, values }: PreviewProps) {
  if (text === '') return null;
  return (
    <div>
      <h3>{title}</h3>
      <p className={css['preview']} dir="auto">
        {renderedParts(text, variables, values).map(({ kind, text: shown }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have nothing else that tells them apart
          <PartView key={index} kind={kind} text={shown} />
        ))}
      </p>
    </div>
  );
}

function PartView({ kind, text }: ReturnType<typeof renderedParts>[number]) {
  switch (kind) {
    case 'text':
      return text;
    case 'value':
      return <span className={css['value']}>{text}</span>;
    case 'missing':
      return <mark className={css['missing']}>{text}: no value</mark>;
    case 'unknown':
      return <mark className={css['missing']}>{text}: no variable</mark>;
  }
}
