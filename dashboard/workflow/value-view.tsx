// A value of a run as people read it: texts with their line breaks, objects and lists by field, large ones as JSON.
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
  /** All of it as JSON, as it stands in the record. */
  readonly asJson?: boolean;
}

export function ValueView({ name, value, asJson = false }: ValueViewProps) {
  const cut = asJson ? undefined : cutValue(value);
  return (
    <div className={css['value']}>
      {cut && (
        <p className={css['cut']}>
          The log has the first {cut.kept} of {cut.total}; the rest was cut.
        </p>
      )}
      <div className={css['shown']}>
        {cut ? (
          <Lines text={cut.preview} />
        ) : asJson ? (
          <Lines text={jsonText(value)} />
        ) : (
          <Fields value={value} />
        )}
      </div>
      <CopyButton
        text={cut ? cut.preview : asJson ? jsonText(value) : copied(value)}
        label={`Copy ${name}`}
      />
    </div>
  );
}

function copied(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}

/** By field, whatever its size: what is in a field is shown so while it is small. */
export function Fields({ value, depth = 0 }: { readonly value: unknown; readonly depth?: number }) {
  const fields = fieldsOf(value);
  if (!fields) return <Single value={value} />;
  return (
    <dl className={css['fields']}>
      {fields.map(([field, its]) => (
        <div key={field}>
          <dt dir="auto">{field}</dt>
          <dd>
            <Field name={field} value={its} of={value} depth={depth} />
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
  readonly depth: number;
}

function Field({ name, value, of, depth }: FieldProps) {
  const large = largeValue(value);
  if (large) return <LargeValueView value={large} filename={fileName(of) ?? name} />;
  return isSmall(value, depth) ? <Fields value={value} depth={depth + 1} /> : <Single value={value} />;
}

/** More than this is found again in JSON sooner than in fields within fields. */
const MOST_DEPTH = 2;
const MOST_LENGTH = 2_000;

function isSmall(value: unknown, depth: number): boolean {
  const isNested = fieldsOf(value) !== undefined;
  return isNested && depth < MOST_DEPTH && JSON.stringify(value).length <= MOST_LENGTH;
}

/** Fits one line as JSON: `["bug","mail"]` */
const isShort = (value: unknown): boolean => (JSON.stringify(value) ?? '').length <= 48;

/** A file's output names it. */
function fileName(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null || !('filename' in output)) return undefined;
  const { filename } = output;
  return typeof filename === 'string' && /^[^\p{Cc}/\\]{1,255}$/u.test(filename) ? filename : undefined;
}

function fieldsOf(value: unknown): readonly [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return undefined;
  const isList = Array.isArray(value);
  // A list of which a screen would see little stays one text.
  if (isList && (isShort(value) || JSON.stringify(value).length > MOST_LENGTH)) return undefined;
  const fields = Object.entries(value);
  if (fields.length === 0) return undefined;
  return isList ? fields.map(([position, its]) => [`[${position}]`, its]) : fields;
}

/** Texts without quotation marks: what a mail or a model says is read, not parsed. */
export function Single({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    if (value === '') return <span className="quiet">an empty text</span>;
    if (safeAddress(value) !== undefined) return <ExternalLink href={value}>{value}</ExternalLink>;
    return <Lines text={value} isText />;
  }
  return <Lines text={isShort(value) ? (JSON.stringify(value) ?? 'null') : jsonText(value)} />;
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
