// All iterations of a loop as one strip, and the way to a single one: by the pointer, by number, or to the next failure.

import { type ChangeEvent, type MouseEvent, useId } from 'react';
import { Button, IconButton } from '../../design-system/button.tsx';
import Previous from '../../design-system/icons/chevron-left.ts';
import Next from '../../design-system/icons/chevron-right.ts';
import css from './loop-bar.module.css';
import { countsText, drawnStretches, type LoopStates, nextWith } from './loop-states.ts';

interface LoopBarProps {
  readonly name: string;
  readonly loop: LoopStates;
  readonly index: number;
  choose(index: number): void;
}

export function LoopBar({ name, loop, index, choose }: LoopBarProps) {
  const id = useId();
  const { total } = loop;
  if (total === 0) return <p className="meta">No items, so that nothing ran in it.</p>;
  const failed = nextWith(loop, 'failed', index);
  const caught = nextWith(loop, 'caught', index);
  const go = (to: number) => choose(Math.min(Math.max(to, 0), total - 1));
  const pick = ({ currentTarget, clientX }: MouseEvent<SVGSVGElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    go(Math.floor(((clientX - left) / width) * total));
  };
  const type = ({ target }: ChangeEvent<HTMLInputElement>) => {
    if (/^\d+$/.test(target.value)) go(Number(target.value));
  };
  return (
    <div className={css['loop']}>
      {/* The controls below do the same by keyboard. */}
      <svg
        className={css['strip']}
        viewBox={`0 0 ${total} 1`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onClick={pick}
      >
        {drawnStretches(loop).map(({ status, start, length }) => (
          <rect key={start} x={start} y="0" width={length} height="1" data-iteration={status ?? 'unknown'} />
        ))}
        <rect className={css['mark']} x={index} y="0" width={Math.max(1, total / 150)} height="1" />
      </svg>
      <div className={css['controls']}>
        <label htmlFor={id}>Iteration</label>
        <IconButton
          icon={Previous}
          label={`The iteration before, of ${name}`}
          disabled={index === 0}
          onClick={() => go(index - 1)}
        />
        <input
          id={id}
          className={css['number']}
          inputMode="numeric"
          value={index}
          onChange={type}
          aria-describedby={`${id}-counts`}
        />
        <IconButton
          icon={Next}
          label={`The next iteration of ${name}`}
          disabled={index >= total - 1}
          onClick={() => go(index + 1)}
        />
        {failed !== undefined && (
          <Button onClick={() => go(failed)} disabled={failed === index}>
            Next failed
          </Button>
        )}
        {caught !== undefined && (
          <Button onClick={() => go(caught)} disabled={caught === index}>
            Next caught
          </Button>
        )}
        <span id={`${id}-counts`} className="meta">
          {countsText(loop)}
        </span>
      </div>
    </div>
  );
}
