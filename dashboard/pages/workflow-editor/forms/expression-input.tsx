// A text in which expressions may stand: what can be written is offered, and what a name stands for is told.
import { type ComponentProps, type PointerEvent, useEffect, useLayoutEffect, useRef } from 'react';
import type { Offer } from '../../../../lib/compiler/expressions/offers.ts';
import { type ControlProps, inputClass } from '../../../design-system/field.tsx';
import type { Place } from '../check/help-text.ts';
import { overClosing, withOffer } from './completion.ts';
import css from './expression-input.module.css';
import { useCompletion } from './use-completion.ts';
import { useExplained } from './use-explained.ts';

interface ExpressionInputProps extends Pick<ComponentProps<'textarea'>, 'dir' | 'onBlur' | 'spellCheck'> {
  readonly props: ControlProps;
  readonly text: string;
  /** Of the value that the text is written for. */
  readonly pointer: string;
  /** Whether the value is written as JSON. */
  readonly isJson: boolean;
  readonly className: string | undefined;
  readonly rows: number;
  /** Gets the focus when it appears, within its expression. */
  readonly takesFocus?: boolean;
  write(text: string): void;
}

export function ExpressionInput(given: ExpressionInputProps) {
  const { props, text, pointer, isJson, className, takesFocus = false, write, onBlur, ...rest } = given;
  const area = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number>(undefined);
  const { choice, close, onKey, ...completion } = useCompletion();
  const { explained, look } = useExplained();
  const list = `${props.id}-offers`;
  const option = (index: number) => `${list}-${index}`;
  const about = `${props.id}-about`;
  const at = (offset: number, written = text) => ({ offset, pointer, written, isJson });
  const change = (next: string, offset: number) => {
    write(next);
    void completion.write(at(offset, next));
  };
  const choose = ({ text: chosen }: Offer, from: number) => {
    const after = withOffer({ text, caret: area.current?.selectionStart ?? text.length }, from, chosen);
    caret.current = after.caret;
    close();
    write(after.text);
  };
  const first = useRef(takesFocus);
  useEffect(() => {
    if (!first.current) return;
    area.current?.focus();
    const { length } = area.current?.value ?? '';
    const open = area.current?.value.indexOf('{{  }}') ?? -1;
    const at = open === -1 ? length : open + 3;
    area.current?.setSelectionRange(at, at);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen puts the caret after itself, once it is shown
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    area.current?.setSelectionRange(caret.current, caret.current);
    look(at(caret.current));
    caret.current = undefined;
  }, [text]);
  const active = choice?.active ?? 0;
  const offered = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (choice && offered.current && area.current) place(offered.current, area.current);
  }, [choice]);
  useEffect(() => {
    if (choice) document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [choice, active, list]);
  return (
    <div className={css['around']}>
      <textarea
        {...rest}
        {...props}
        ref={area}
        className={[inputClass, css['text'], className].filter(Boolean).join(' ')}
        value={text}
        aria-autocomplete="list"
        aria-controls={choice && list}
        aria-activedescendant={choice && option(choice.active)}
        aria-describedby={
          [explained && about, props['aria-describedby']].filter(Boolean).join(' ') || undefined
        }
        onChange={({ target }) => change(target.value, target.selectionStart)}
        onKeyDown={(event) => {
          if (onKey(event, choose)) return;
          const { selectionStart, selectionEnd } = event.currentTarget;
          const over =
            event.key === '}' && selectionStart === selectionEnd
              ? overClosing({ text, caret: selectionStart })
              : undefined;
          if (over !== undefined) {
            event.preventDefault();
            close();
            event.currentTarget.setSelectionRange(over, over);
            return;
          }
          if (event.key !== ' ' || !event.ctrlKey) return;
          event.preventDefault();
          void completion.write(at(event.currentTarget.selectionStart), true);
        }}
        onSelect={({ currentTarget }) => look(at(currentTarget.selectionStart, currentTarget.value))}
        onPointerMove={(event) => look(placeUnder(event, at))}
        onPointerLeave={() => look(undefined)}
        onBlur={(event) => {
          close();
          look(undefined);
          onBlur?.(event);
        }}
      />
      {choice && (
        <div
          ref={offered}
          role="listbox"
          id={list}
          className={css['offers']}
          aria-label="What can be written here"
        >
          {choice.offers.map((offer, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text
            // biome-ignore lint/a11y/useFocusableInteractive: the text keeps the focus
            <div
              key={offer.text}
              role="option"
              id={option(index)}
              className={css['offer']}
              aria-selected={index === choice.active}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(offer, choice.from)}
            >
              <code>{offer.text}</code> <span className="quiet">{offer.type}</span>
            </div>
          ))}
        </div>
      )}
      {explained && !choice && (
        <p id={about} className={css['about']}>
          <code>{explained.name}</code>: {explained.type}
          {explained.last !== undefined && (
            <span className={css['last']} dir="auto">
              Last run: {explained.last}
            </span>
          )}
        </p>
      )}
    </div>
  );
}

/** The list stands above the text where it does not fit below it, and more of it does above. */
function place(list: HTMLElement, text: HTMLElement): void {
  const { top, bottom } = text.getBoundingClientRect();
  const below = window.innerHeight - bottom;
  list.dataset['side'] = below < list.offsetHeight && top > below ? 'above' : 'below';
}

/** The letter under the pointer; browsers that cannot say it tell only of what is at the caret. */
function placeUnder(
  { currentTarget, clientX, clientY }: PointerEvent<HTMLTextAreaElement>,
  at: (offset: number) => Place,
): Place | undefined {
  const found = document.caretPositionFromPoint?.(clientX, clientY);
  return found?.offsetNode === currentTarget ? at(found.offset) : undefined;
}
