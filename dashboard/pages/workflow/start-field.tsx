// One input as a field: by its type, with its default and what is wrong with it.
import { type ClipboardEvent, type ComponentProps, type ReactNode, useRef, useState } from 'react';
import { isRequired } from '../../../lib/workflow-format/check-input.ts';
import type { InputDeclaration } from '../../../lib/workflow-format/workflow.ts';
import { Field, inputClass } from '../../design-system/field.tsx';
import { editedText, textOf } from './input-texts.ts';
import css from './start-form.module.css';

interface StartFieldProps {
  readonly name: string;
  readonly declaration: InputDeclaration;
  /** undefined: the input is left out. */
  readonly text: string | undefined;
  readonly mistake: string | undefined;
  edit(text: string | undefined): void;
}

const typeWords: Readonly<Record<NonNullable<InputDeclaration['type']>, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object, as JSON',
  array: 'list, as JSON',
};

export function StartField({ name, declaration, text, mistake, edit }: StartFieldProps) {
  const { type, description } = declaration;
  const word = type === undefined ? 'anything, as JSON' : typeWords[type];
  return (
    <Field
      label={name}
      note={
        <>
          {word} · {isRequired(declaration) ? 'required' : 'optional'}
        </>
      }
      hint={description === undefined ? undefined : <span dir="auto">{description}</span>}
      error={mistake}
      control={(control) => (
        <>
          <Control
            {...control}
            aria-required={isRequired(declaration)}
            className={inputClass}
            declaration={declaration}
            text={text}
            edit={edit}
          />
          <Default declaration={declaration} text={text} edit={edit} />
        </>
      )}
    />
  );
}

type ControlProps = Pick<StartFieldProps, 'declaration' | 'text' | 'edit'> &
  Pick<ComponentProps<'input'>, 'id' | 'className' | 'aria-describedby' | 'aria-invalid' | 'aria-required'>;

function Control({ declaration, text, edit, ...rest }: ControlProps): ReactNode {
  const { type } = declaration;
  const placeholder = text === undefined ? defaultText(declaration) : undefined;
  const change = (value: string) => edit(editedText(declaration, value));
  switch (type) {
    case 'string':
      return <TextControl {...rest} placeholder={placeholder} value={text ?? ''} change={change} />;
    case 'integer':
    case 'number':
      return (
        <input
          {...rest}
          inputMode={type === 'integer' ? 'numeric' : 'decimal'}
          autoComplete="off"
          placeholder={placeholder}
          value={text ?? ''}
          onChange={({ target }) => change(target.value)}
        />
      );
    case 'boolean':
      return <BooleanControl {...rest} declaration={declaration} text={text} edit={edit} />;
    default:
      return (
        <textarea
          {...rest}
          className={`${rest.className} ${css['code']}`}
          rows={Math.min(12, Math.max(3, (text ?? '').split('\n').length))}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
          placeholder={placeholder}
          value={text ?? ''}
          onChange={({ target }) => change(target.value)}
        />
      );
  }
}

function BooleanControl({ declaration, text, edit, ...rest }: ControlProps) {
  const isOther = text !== undefined && text !== 'true' && text !== 'false';
  return (
    <select
      {...rest}
      value={text ?? ''}
      onChange={({ target }) => edit(target.value === '' ? undefined : target.value)}
    >
      <option value="">
        {isRequired(declaration) ? 'Choose…' : `Left out${defaultOf(declaration, ': ')}`}
      </option>
      <option value="true">true</option>
      <option value="false">false</option>
      {isOther && <option value={text}>{text}</option>}
    </select>
  );
}

interface TextControlProps extends Omit<ControlProps, 'declaration' | 'text' | 'edit'> {
  readonly placeholder: string | undefined;
  readonly value: string;
  change(text: string): void;
}

/** Longer texts, and those of several lines, have a field of several lines: one of a single line would drop the breaks. */
const LONG = 80;

function TextControl({ value, change, ...rest }: TextControlProps) {
  const [isTall, setTall] = useState(() => value.length > LONG);
  const taking = useRef<number>(undefined);
  const shared = { ...rest, dir: 'auto', autoComplete: 'off', value } as const;
  if (isTall || /[\r\n]/.test(value))
    return (
      <textarea
        {...shared}
        ref={(element) => {
          // The focus was in the field of one line, which is gone.
          if (!element || taking.current === undefined) return;
          element.focus();
          element.setSelectionRange(taking.current, taking.current);
          taking.current = undefined;
        }}
        rows={Math.min(12, Math.max(4, value.split('\n').length))}
        onChange={({ target }) => change(target.value)}
      />
    );
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text/plain');
    if (!/[\r\n]/.test(pasted)) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const start = selectionStart ?? value.length;
    taking.current = start + pasted.length;
    setTall(true);
    change(value.slice(0, start) + pasted + value.slice(selectionEnd ?? start));
  };
  return (
    <div className={css['line']}>
      <input {...shared} onPaste={paste} onChange={({ target }) => change(target.value)} />
      <button
        type="button"
        className={css['small']}
        onClick={() => {
          taking.current = value.length;
          setTall(true);
        }}
      >
        More lines
      </button>
    </div>
  );
}

function defaultText(declaration: InputDeclaration): string | undefined {
  if (declaration.default === undefined) return undefined;
  return textOf(declaration, declaration.default) ?? JSON.stringify(declaration.default);
}

/** ` the default, 20`, for an input that has one. */
function defaultOf(declaration: InputDeclaration, before: string): string {
  const text = defaultText(declaration);
  return text === undefined ? '' : `${before}the default, ${text}`;
}

/** What becomes of a field that was emptied, and the way back to its default. */
function Default({ declaration, text, edit }: Pick<StartFieldProps, 'declaration' | 'text' | 'edit'>) {
  const { type, default: fallback } = declaration;
  if (type === 'boolean') return null;
  const shown = fallback === undefined ? undefined : textOf(declaration, fallback);
  if (text === '' && type === 'string')
    return (
      <p className={css['state']}>
        An empty text is given.
        <button type="button" className={css['small']} onClick={() => edit(shown)}>
          {shown === undefined ? 'Leave it out' : 'Use the default'}
        </button>
      </p>
    );
  if (fallback === undefined) return null;
  if (text === undefined)
    return (
      <p className={css['state']}>
        Left out: the default counts.
        {shown !== undefined && (
          <button type="button" className={css['small']} onClick={() => edit(shown)}>
            Fill it in
          </button>
        )}
      </p>
    );
  if (shown === undefined || text === shown) return null;
  return (
    <p className={css['state']}>
      <span className={css['cut']}>
        The default is <span dir="auto">{shown}</span>
      </span>
      <button type="button" className={css['small']} onClick={() => edit(shown)}>
        Use the default
      </button>
    </p>
  );
}
