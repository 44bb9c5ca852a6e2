// The list of what can be written at the caret of a field: asked for while somebody writes, chosen from by keys or a click.
import { type KeyboardEvent, useContext, useRef, useState } from 'react';
import type { Offer } from '../../../../lib/compiler/expressions/offers.ts';
import { announce } from '../../../design-system/announce.ts';
import { asksForOffers, HelpContext } from '../check/expression-help.ts';
import type { Place } from '../check/help-text.ts';
import { fittingOffers } from './completion.ts';

interface Choice {
  /** Where what is begun begins. */
  readonly from: number;
  readonly offers: readonly Offer[];
  readonly active: number;
}

export interface Completion {
  readonly choice: Choice | undefined;
  /** Somebody has written, or asks. @param isAsked also where nothing offers itself */
  write(place: Place & { readonly written: string }, isAsked?: boolean): Promise<void>;
  close(): void;
  /** @returns whether the key was one for the list */
  onKey(event: KeyboardEvent, choose: (offer: Offer, from: number) => void): boolean;
}

export function useCompletion(): Completion {
  const help = useContext(HelpContext);
  const [choice, setChoice] = useState<Choice>();
  const number = useRef(0);
  const close = () => {
    number.current += 1;
    setChoice(undefined);
  };
  return {
    choice,
    close,
    async write(place, isAsked = false) {
      close();
      const own = number.current;
      const before = place.written.slice(0, place.offset);
      if (!help || !before.includes('{{') || !(isAsked || asksForOffers(before))) return;
      const found = await help.offers(place);
      if (!found || own !== number.current) return;
      const offers = fittingOffers(found.offers, before.slice(found.from));
      if (offers.length === 0) return;
      setChoice({ from: found.from, offers, active: 0 });
      announce(`${offers.length} to choose from. ${offers[0]?.text}`);
    },
    onKey(event, choose) {
      if (!choice || event.nativeEvent.isComposing) return false;
      const { offers, active, from } = choice;
      const move = (by: number) =>
        setChoice({ ...choice, active: (active + by + offers.length) % offers.length });
      const offer = offers[active];
      if (event.key === 'ArrowDown') move(1);
      else if (event.key === 'ArrowUp') move(-1);
      else if (event.key === 'Escape') close();
      else if (event.key === 'Enter' && offer && !event.shiftKey) choose(offer, from);
      else return false;
      event.preventDefault();
      // What stands around the field has its own use for these.
      event.stopPropagation();
      return true;
    },
  };
}
