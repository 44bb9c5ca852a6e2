// What stands where something is still loading; it appears after 200 ms, so that what is fast never flickers.
import css from './skeleton.module.css';

interface SkeletonProps {
  /** How many lines are to come, about. */
  readonly rows?: number;
  /** What is loading: `Runs are loading`. */
  readonly label: string;
}

export function Skeleton({ rows = 6, label }: SkeletonProps) {
  return (
    <div className={css['skeleton']} role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have nothing but their place
        <div key={row} className={css['row']} aria-hidden="true" />
      ))}
    </div>
  );
}
