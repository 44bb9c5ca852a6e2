// Moves a step by dragging it, with any pointer: the place where it would go is found below the pointer and marked.
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';

/** Before which step of a list something goes. */
export interface DropPlace {
  readonly list: string;
  readonly index: number;
}

export interface Dragging {
  /** Where the dragged step would go; undefined while none is dragged, or where it cannot go. */
  readonly place: DropPlace | undefined;
  /** For the handle of a step. */
  handle(step: string): {
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerUp(): void;
    onPointerCancel(): void;
  };
}

/** @param drop is given what was dragged, and where to */
export function useDragging(drop: (step: string, place: DropPlace) => void): Dragging {
  const [dragged, setDragged] = useState<string>();
  const [place, setPlace] = useState<DropPlace>();
  const latest = useRef(drop);
  useEffect(() => {
    latest.current = drop;
  });
  // The same while nothing is dragged: a large outline is not drawn anew for it.
  return useMemo(() => {
    const end = () => {
      setDragged(undefined);
      setPlace(undefined);
    };
    return {
      place,
      handle: (step) => ({
        onPointerDown(event) {
          if (event.button !== 0) return;
          // No text is selected meanwhile, and the pointer may leave the handle.
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragged(step);
        },
        onPointerMove({ clientX, clientY }) {
          if (dragged !== step) return;
          const next = placeBelow(clientX, clientY, step);
          if (next?.list !== place?.list || next?.index !== place?.index) setPlace(next);
        },
        onPointerUp() {
          if (dragged === step && place) latest.current(step, place);
          end();
        },
        onPointerCancel: end,
      }),
    };
  }, [dragged, place]);
}

/** Above or below the middle of the step under the pointer, or at the end of the list whose button is there. */
function placeBelow(x: number, y: number, dragged: string): DropPlace | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    if (!(element instanceof HTMLElement)) continue;
    const { step, end } = element.dataset;
    if (end !== undefined) return allowed({ list: end, index: Number(element.dataset['count']) }, dragged);
    if (step === undefined) continue;
    const { top, height } = element.getBoundingClientRect();
    const slash = step.lastIndexOf('/');
    const index = Number(step.slice(slash + 1)) + (y > top + height / 2 ? 1 : 0);
    return allowed({ list: step.slice(0, slash), index }, dragged);
  }
  return undefined;
}

/** Not into itself. */
function allowed(place: DropPlace, dragged: string): DropPlace | undefined {
  return place.list.startsWith(`${dragged}/`) ? undefined : place;
}
