// Tables of figures in Markdown.

/** The columns' names, then rows of cells; all but the first column are figures. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(columns), line(rule).replaceAll(' ', ''), ...rows.map(line)].join('\n');
}

/** So many digits as are worth reading. */
export function figure(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(2)).toString();
}
