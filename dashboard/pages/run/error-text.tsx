// Why a step or an iteration failed, in the cell of a table.
import css from './run-page.module.css';

interface ErrorTextProps {
  readonly error: { readonly name: string; readonly message: string } | null | undefined;
}

export function ErrorText({ error }: ErrorTextProps) {
  if (!error) return null;
  return <span className={css['failed']} dir="auto">{`${error.name}: ${error.message}`}</span>;
}
