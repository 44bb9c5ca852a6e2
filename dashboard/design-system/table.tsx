// A table whose rows lead somewhere; on a phone each row is a card of two lines.
// biome-ignore-all lint/a11y/noRedundantRoles: a table that CSS lays out as cards is none any more to some browsers
import type { ReactNode } from 'react';
import css from './table.module.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  cell(row: Row): ReactNode;
  /** Numbers stand at the end of their cell. */
  readonly align?: 'end';
  /** It has the width that the others leave, and its text ends there: one of a table. */
  readonly grows?: boolean;
  /** Its title is read, and not shown. */
  readonly titleHidden?: boolean;
  /**
   * Where it stands on a phone: the first line from its start or at its end, or the second line; the second line when
   * left out.
   */
  readonly phone?: 'title' | 'side' | 'meta' | 'none';
}

interface TableProps<Row> {
  /** What the table lists, for those who do not see the page around it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  rowKey(row: Row): string;
  /** The row that is shown beside the table. */
  isSelected?(row: Row): boolean;
}

/** The link of a row is put into one of its cells with the class that `rowLink` names: it covers the row. */
export const rowLink = css['link'];

export function Table<Row>({ label, columns, rows, rowKey, isSelected }: TableProps<Row>) {
  return (
    <div className={css['container']}>
      <table className={css['table']} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ id, title, align, titleHidden }) => (
              <th key={id} scope="col" role="columnheader" data-align={align}>
                {titleHidden ? <span className="visually-hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" aria-current={isSelected?.(row) ? 'true' : undefined}>
              {columns.map(({ id, cell, align, grows, phone = 'meta' }) => (
                <td key={id} role="cell" data-align={align} data-grows={grows} data-phone={phone}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
