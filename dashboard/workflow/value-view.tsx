// A value of a run as people read it: texts with their line breaks, objects by field, everything else as JSON.
import { CopyButton } from '../design-system/copy-button.tsx';
import { ExternalLink } from '../design-system/external-link.tsx';
import { safeAddress } from '../design-system/safe-address.ts';
import { cutValue, jsonText, largeValue } from './json-text.ts';
import { LargeValueView } from './large-value-view.tsx';
import css from './value-view.module.css';

interface ValueViewProps {
  /** What it is, for who copies it: `the output` */
  readonly name: string;
  readonly value: unknown;
}

export function ValueView({ name, value }: ValueViewProps) {
  const cut = cutValue(value);
  return (
    <div className={css['value']}>
      {cut && (
        <p className={css['cut']}>
          The log has the first {cut.kept} of {cut.total}; the rest was cut.
        </p>
      )}
      <div className={css['shown']}>{cut ? <Lines text={cut.preview} /> : <Fields value={value} />}</div>
      <CopyButton text={cut ? cut.preview : copied(value)} label={`Copy ${name}`} />
    </div>
  );
}

function copied(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function Fields({ value }: { readonly value: unknown }) {
  const fields = fieldsOf(value);
  if (!fields) return <Single value={value} />;
  return (
    <dl className={css['fields']}>
      {fields.map(([field, its]) => (
        <div key={field}>
          <dt dir="auto">{field}</dt>
          <dd>
            <Field name={field} value={its} of={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: unknown;
  readonly of: unknown;
}

function Field({ name, value, of }: FieldProps) {
  const large = largeValue(value);
  return large ? <LargeValueView value={large} filename={fileName(of) ?? name} /> : <Single value={value} />;
}

/** A file's output names it. */
function fileName(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null || !('filename' in output)) return undefined;
  const { filename } = output;
  return typeof filename === 'string' && /^[^\p{Cc}/\\]{1,255}$/u.test(filename) ? filename : undefined;
}

function fieldsOf(value: unknown): readonly [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || JSON.isRawJSON(value))
    return undefined;
  const fields = Object.entries(value);
  return fields.length === 0 ? undefined : fields;
}

/** Texts without quotation marks: what a mail or a model says is read, not parsed. */
export function Single({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    if (value === '') return <span className="quiet">an empty text</span>;
    if (safeAddress(value) !== undefined) return <ExternalLink href={value}>{value}</ExternalLink>;
    return <Lines text={value} isText />;
  }
  return <Lines text={jsonText(value)} />;
}

/** Of a long text the first lines are drawn at once. */
const SHOWN = 20_000;

function Lines({ text, isText = false }: { readonly text: string; readonly isText?: boolean }) {
  const shown = text.length > SHOWN ? text.slice(0, SHOWN) : text;
  return (
    <>
      <pre className={isText ? css['text'] : css['json']} dir={isText ? 'auto' : 'ltr'}>
        {shown}
      </pre>
      {shown !== text && (
        <p className="meta">
          {text.length.toLocaleString('en')} characters, of which {SHOWN.toLocaleString('en')} are shown. Copy
          it to see all.
        </p>
      )}
    </>
  );
}
